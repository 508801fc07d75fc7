package dev.interlock.langchain4j;

import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolSpecifications;
import dev.langchain4j.service.IllegalConfigurationException;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolService;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tools of proxy-like objects, such as those that a container makes for transactions, security or caches. Their
 * classes override the annotated methods without the annotations. This class reads the annotations from the class
 * behind, and calls go through the object, so that its work around them happens.
 *
 * <p>If LangChain4j finds all tools itself, this class leaves them to it.
 */
final class ProxiedTools {

    private static final Logger log = LoggerFactory.getLogger(ProxiedTools.class);

    /** Parts of the names of classes that CGLIB, Byte Buddy, Javassist and Mockito generate. */
    private static final List<String> GENERATED = List.of("$$", "$ByteBuddy$", "$MockitoMock$", "$HibernateProxy$");

    private ProxiedTools() {}

    /**
     * Finds the class with the annotations of an object's tools, if LangChain4j would not find them: the class behind a
     * generated subclass, or the nearest superclass with tools if the object's own class has none.
     *
     * @return null if LangChain4j finds all tools itself
     */
    static @Nullable Class<?> classBehind(Object object) {
        Class<?> own = object.getClass();
        if (object instanceof Class || object instanceof Iterable || Proxy.isProxyClass(own)) {
            return null;
        }
        Class<?> behind = own;
        while (isGenerated(behind)) {
            behind = behind.getSuperclass();
        }
        if (behind != own) {
            return behind;
        }
        while (behind != Object.class) {
            if (!ToolMethods.of(behind, Tool.class).isEmpty()) {
                return behind == own ? null : behind;
            }
            behind = behind.getSuperclass();
        }
        return null;
    }

    private static boolean isGenerated(Class<?> type) {
        return type.getSuperclass() != null
                && type.getSuperclass() != Object.class
                && (type.isSynthetic() || GENERATED.stream().anyMatch(type.getName()::contains))
                && Arrays.stream(type.getDeclaredMethods()).noneMatch(method -> method.isAnnotationPresent(Tool.class));
    }

    /** Returns the tools of an object, which may be a proxy. */
    static List<AiServiceTool> of(Object object) {
        Class<?> behind = classBehind(object);
        if (behind != null) {
            return of(object, behind);
        }
        rejectBareProxy(object);
        return ToolService.findTools(object);
    }

    /**
     * Returns the tools of an object with the annotations of a class.
     *
     * @throws IllegalConfigurationException if there are none, or one cannot be called through the object
     */
    static List<AiServiceTool> of(Object object, Class<?> annotated) {
        List<ToolMethods.Annotated> methods = ToolMethods.of(annotated, Tool.class);
        if (methods.isEmpty()) {
            throw new IllegalConfigurationException(
                    "Class '%s' does not have any methods annotated with @Tool".formatted(annotated.getName()));
        }
        return methods.stream().map(method -> tool(object, annotated, method)).toList();
    }

    private static AiServiceTool tool(Object object, Class<?> annotated, ToolMethods.Annotated method) {
        Method invoked = ToolMethods.invokedOn(object, method.method());
        if (invoked == null) {
            throw new IllegalConfigurationException(
                    ("Tool method '%s.%s' cannot be called through an object of class '%s': it is declared in no"
                                    + " class or interface of that")
                            .formatted(
                                    annotated.getName(),
                                    method.method().getName(),
                                    object.getClass().getName()));
        }
        if (isGenerated(object.getClass()) && isNeverOverridden(invoked)) {
            log.warn(
                    "Tool method '{}.{}' is {}, so its calls bypass the interceptors of the proxy, such as"
                            + " transactions, and"
                            + " run on the proxy object, whose fields may be null",
                    annotated.getName(),
                    invoked.getName(),
                    Modifier.toString(invoked.getModifiers()));
        }
        return AiServiceTool.builder()
                .toolSpecification(ToolSpecifications.toolSpecificationFrom(method.annotated()))
                .toolExecutor(ProxiedExecutor.of(object, method.annotated(), invoked, annotated))
                .returnBehavior(method.annotated().getAnnotation(Tool.class).returnBehavior())
                .build();
    }

    private static boolean isNeverOverridden(Method method) {
        return (method.getModifiers() & (Modifier.PRIVATE | Modifier.FINAL)) != 0;
    }

    /** Rejects a JDK proxy without annotated interfaces, since nothing tells which class is behind it. */
    static void rejectBareProxy(Object object) {
        Class<?> own = object.getClass();
        if (!Proxy.isProxyClass(own)) {
            return;
        }
        boolean hasTools = Arrays.stream(own.getInterfaces())
                .flatMap(type -> Arrays.stream(type.getMethods()))
                .anyMatch(method -> method.isAnnotationPresent(Tool.class));
        if (!hasTools) {
            throw new IllegalConfigurationException(
                    ("Object of class '%s' is a proxy, and no method of its interfaces is annotated with @Tool: %s."
                                    + " Annotate the interface, or pass the annotated class to"
                                    + " ParallelTools.tools(object, class)")
                            .formatted(
                                    own.getName(),
                                    Arrays.stream(own.getInterfaces())
                                            .map(Class::getName)
                                            .collect(Collectors.joining(", "))));
        }
    }
}
