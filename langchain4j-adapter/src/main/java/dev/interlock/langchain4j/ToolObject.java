package dev.interlock.langchain4j;

import dev.langchain4j.service.tool.DefaultToolExecutor;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the class of the object behind an annotated tool: it can carry effect annotations, such as that the object is not
 * thread-safe, that the class which declares the method does not. LangChain4j keeps the object in a private field.
 */
final class ToolObject {

    private static final Logger log = LoggerFactory.getLogger(ToolObject.class);
    private static final @Nullable VarHandle OBJECT = find();

    private ToolObject() {}

    private static @Nullable VarHandle find() {
        try {
            return MethodHandles.privateLookupIn(DefaultToolExecutor.class, MethodHandles.lookup())
                    .findVarHandle(DefaultToolExecutor.class, "object", Object.class);
        } catch (ReflectiveOperationException e) {
            log.warn(
                    "Effect annotations on subclasses of the classes that declare tools are not seen: {}",
                    e.toString());
            return null;
        }
    }

    static Class<?> classOf(DefaultToolExecutor tool) {
        Object object = OBJECT == null ? null : OBJECT.get(tool);
        return object == null ? tool.originalMethod().getDeclaringClass() : object.getClass();
    }
}
