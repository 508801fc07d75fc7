package dev.interlock.langchain4j;

import dev.langchain4j.service.tool.DefaultToolExecutor;
import java.lang.reflect.Method;

/** LangChain4j's executor for an annotated method, on a proxy in front of the annotated class. */
final class ProxiedExecutor extends DefaultToolExecutor {

    private final Class<?> annotated;

    private ProxiedExecutor(Builder builder, Class<?> annotated) {
        super(builder);
        this.annotated = annotated;
    }

    /**
     * Creates an executor with the settings that LangChain4j gives to those of annotated methods.
     *
     * @param object the proxy, through which the call goes
     * @param original the method with the annotations and the parameters' names
     * @param invoked the method to invoke on the proxy
     * @param annotated the class behind the object
     */
    static ProxiedExecutor of(Object object, Method original, Method invoked, Class<?> annotated) {
        return new ProxiedExecutor(
                DefaultToolExecutor.builder()
                        .object(object)
                        .originalMethod(original)
                        .methodToInvoke(invoked)
                        .wrapToolArgumentsExceptions(true)
                        .propagateToolExecutionExceptions(true),
                annotated);
    }

    /** The class whose annotations count. */
    Class<?> annotatedClass() {
        return annotated;
    }
}
