package dev.interlock.langchain4j;

import dev.interlock.langchain4j.mcp.ServerTools;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolMemoryId;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.service.tool.DefaultToolExecutor;
import dev.langchain4j.service.tool.ToolExecutor;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds values that a tool gets from other sources than the model: {@code InvocationParameters}, an
 * {@code InvocationContext}, an {@code AgenticScope} and other managed objects. Several calls may share such an object
 * and change it. Neither the tool's name nor its schema reveals that, so the library infers nothing about such a tool.
 * Declared effects count as always.
 *
 * <p>Values that no code can change are harmless, such as a memory id that is text. What an executor of the user's own
 * does with the context that it is given cannot be seen; one that wraps another is taken for a decorator, which passes
 * it on.
 */
final class HiddenParameters {

    /** The most wrappers to look through, in case they form a circle. */
    private static final int MAX_DEPTH = 8;

    private static final String LANGCHAIN4J = "dev.langchain4j.";

    private static final Set<Class<?>> IMMUTABLE = Set.of(
            String.class,
            Boolean.class,
            Character.class,
            Byte.class,
            Short.class,
            Integer.class,
            Long.class,
            Float.class,
            Double.class,
            BigDecimal.class,
            BigInteger.class,
            UUID.class,
            URI.class,
            Locale.class);

    private static final ClassValue<Boolean> TAKES_CONTEXT = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return takesContext(type);
        }
    };

    private HiddenParameters() {}

    /**
     * Whether calls of a tool may share something mutable that is no argument of the model's.
     *
     * @param specification what the model is told; null if that is not known
     */
    static boolean mayBeShared(ToolExecutor executor, @Nullable ToolSpecification specification) {
        return mayBeShared(executor, specification, MAX_DEPTH);
    }

    private static boolean mayBeShared(ToolExecutor executor, @Nullable ToolSpecification specification, int depth) {
        if (executor instanceof DefaultToolExecutor annotated) {
            return Stream.of(annotated.originalMethod().getParameters())
                    .anyMatch(parameter -> isHidden(parameter, specification) && !isHarmless(parameter));
        }
        List<ToolExecutor> wrapped = ServerTools.wrappedBy(executor);
        if (!wrapped.isEmpty() && depth > 0) {
            return wrapped.stream().anyMatch(inner -> mayBeShared(inner, specification, depth - 1));
        }
        return TAKES_CONTEXT.get(executor.getClass());
    }

    /** By the parameter's type where LangChain4j fills it, else by its name: the model fills what it is told of. */
    private static boolean isHidden(Parameter parameter, @Nullable ToolSpecification specification) {
        if (parameter.isAnnotationPresent(ToolMemoryId.class) || isFilledByLangChain4j(parameter.getType())) {
            return true;
        }
        boolean told = specification == null
                || (specification.parameters() != null
                        && specification.parameters().properties().containsKey(nameOf(parameter)));
        return !told && parameter.getType() != Optional.class;
    }

    private static boolean isHarmless(Parameter parameter) {
        return isImmutable(parameter.getType(), new HashSet<>());
    }

    /** By name, so that managed types of a module that is not there, or of another class loader, are known as well. */
    private static boolean isFilledByLangChain4j(Class<?> type) {
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            if (isShared(each) || Stream.of(each.getInterfaces()).anyMatch(HiddenParameters::isFilledByLangChain4j)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isShared(Class<?> type) {
        return switch (type.getName()) {
            case "dev.langchain4j.invocation.InvocationParameters",
                    "dev.langchain4j.invocation.InvocationContext",
                    "dev.langchain4j.invocation.LangChain4jManaged",
                    "dev.langchain4j.agentic.scope.AgenticScope" -> true;
            default -> false;
        };
    }

    /** Of a name that a wrapper or a proxy has lost nothing is known; a schema has the name that LangChain4j takes. */
    private static String nameOf(Parameter parameter) {
        P annotation = parameter.getAnnotation(P.class);
        return annotation == null || annotation.name().isBlank() ? parameter.getName() : annotation.name();
    }

    private static boolean isImmutable(Class<?> type, Set<Class<?>> seen) {
        if (type.isPrimitive() || type.isEnum() || IMMUTABLE.contains(type) || !seen.add(type)) {
            return true;
        }
        if (type.getName().startsWith("java.time.")) {
            return !type.isInterface();
        }
        if (!type.isRecord()) {
            return false;
        }
        for (RecordComponent component : type.getRecordComponents()) {
            if (!isImmutable(component.getType(), seen)) {
                return false;
            }
        }
        return true;
    }

    /** Whether a class of executors has more from its caller than the request and the id of the memory. */
    private static boolean takesContext(Class<?> type) {
        try {
            Method method = type.getMethod("executeWithContext", ToolExecutionRequest.class, InvocationContext.class);
            return !method.getDeclaringClass().getName().startsWith(LANGCHAIN4J);
        } catch (NoSuchMethodException e) {
            return true;
        }
    }
}
