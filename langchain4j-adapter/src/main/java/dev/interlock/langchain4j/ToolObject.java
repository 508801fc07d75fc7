package dev.interlock.langchain4j;

import dev.interlock.support.PrivateField;
import dev.langchain4j.service.tool.DefaultToolExecutor;
import java.lang.invoke.MethodHandles;

/**
 * Finds the class of the object behind an annotated tool: it can carry effect annotations, such as that the object is
 * not thread-safe, that the class which declares the method does not. LangChain4j keeps the object in a private field.
 */
final class ToolObject {

    private static final PrivateField OBJECT = PrivateField.of(
            MethodHandles.lookup(),
            DefaultToolExecutor.class,
            "object",
            Object.class,
            "Effect annotations on subclasses of the classes that declare tools are not seen");

    private ToolObject() {}

    static Class<?> classOf(DefaultToolExecutor tool) {
        if (tool instanceof ProxiedExecutor proxied) {
            return proxied.annotatedClass();
        }
        Object object = OBJECT.get(tool);
        return object == null ? tool.originalMethod().getDeclaringClass() : object.getClass();
    }
}
