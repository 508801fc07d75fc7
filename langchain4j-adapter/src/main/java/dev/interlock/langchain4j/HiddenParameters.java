package dev.interlock.langchain4j;

import dev.interlock.langchain4j.mcp.WrappedTools;
import dev.interlock.support.ImmutableTypes;
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
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds values that a tool gets from other sources than the model: {@code InvocationParameters}, an
 * {@code InvocationContext}, an {@code AgenticScope} and other managed objects. Several calls may share such an object
 * and change it. Neither the tool's name nor its schema reveals that, so the library infers nothing about such a tool.
 * Declared effects count as always.
 *
 * <p>Values that no code can change are harmless, such as a memory id that is text. This class cannot see what an
 * executor of the user's own does with its context. It takes an executor that wraps another for a decorator, which
 * passes the context on.
 */
final class HiddenParameters {

    /** The most wrappers to look through, in case they form a circle. */
    private static final int MAX_DEPTH = 8;

    private static final String LANGCHAIN4J = "dev.langchain4j.";

    private static final ClassValue<Boolean> TAKES_CONTEXT = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return takesContext(type);
        }
    };

    private HiddenParameters() {}

    /**
     * Whether calls of a tool may share something mutable that is not an argument of the model.
     *
     * @param specification the specification that the model gets; null if unknown
     */
    static boolean mayBeShared(ToolExecutor executor, @Nullable ToolSpecification specification) {
        return mayBeShared(executor, specification, MAX_DEPTH);
    }

    private static boolean mayBeShared(ToolExecutor executor, @Nullable ToolSpecification specification, int depth) {
        if (executor instanceof DefaultToolExecutor annotated) {
            return Stream.of(annotated.originalMethod().getParameters())
                    .anyMatch(parameter -> isHidden(parameter, specification) && !isHarmless(parameter));
        }
        List<ToolExecutor> wrapped = WrappedTools.wrappedBy(executor);
        if (!wrapped.isEmpty() && depth > 0) {
            return wrapped.stream().anyMatch(inner -> mayBeShared(inner, specification, depth - 1));
        }
        return TAKES_CONTEXT.get(executor.getClass());
    }

    /**
     * Whether LangChain4j fills a parameter, and not the model. The type tells that of LangChain4j's own types;
     * otherwise the schema, since the model fills what it knows.
     */
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

    /** Compares by name, which also finds managed types of an absent module or of another class loader. */
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

    /** The name that LangChain4j uses in schemas. A wrapper or a proxy may have lost it. */
    private static String nameOf(Parameter parameter) {
        P annotation = parameter.getAnnotation(P.class);
        return annotation == null || annotation.name().isBlank() ? parameter.getName() : annotation.name();
    }

    private static boolean isImmutable(Class<?> type, Set<Class<?>> seen) {
        if (ImmutableTypes.contain(type) || !seen.add(type)) {
            return true;
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

    /** Whether executors of a class get more from their caller than the request and the memory's id. */
    private static boolean takesContext(Class<?> type) {
        try {
            Method method = type.getMethod("executeWithContext", ToolExecutionRequest.class, InvocationContext.class);
            return !method.getDeclaringClass().getName().startsWith(LANGCHAIN4J);
        } catch (NoSuchMethodException e) {
            return true;
        }
    }
}
