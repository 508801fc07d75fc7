package dev.interlock.langchain4j;

import dev.langchain4j.service.tool.DefaultToolExecutor;
import java.lang.reflect.Method;

/** LangChain4j's executor of an annotated method, of an object that stands before the class which has the annotations. */
final class ProxiedExecutor extends DefaultToolExecutor {

    private final Class<?> annotated;

    private ProxiedExecutor(Builder builder, Class<?> annotated) {
        super(builder);
        this.annotated = annotated;
    }

    /**
     * Set up as LangChain4j sets up those of annotated methods.
     *
     * @param object through which it is called
     * @param original has the annotations and the names of the parameters
     * @param invoked is called on the object
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

    /** Where annotations of a class are to be read. */
    Class<?> annotatedClass() {
        return annotated;
    }
}
