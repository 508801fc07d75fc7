package dev.interlock.langchain4j;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A private field of LangChain4j. In a version of LangChain4j without it, the field reads as null, and its reader does
 * without.
 */
final class PrivateField {

    private static final Logger log = LoggerFactory.getLogger(PrivateField.class);

    private final @Nullable VarHandle handle;

    private PrivateField(@Nullable VarHandle handle) {
        this.handle = handle;
    }

    /**
     * Finds a field.
     *
     * @param owner the class that declares it
     * @param type its declared type
     * @param without what does not work without the field, in words for the log
     */
    static PrivateField of(Class<?> owner, String name, Class<?> type, String without) {
        try {
            return new PrivateField(
                    MethodHandles.privateLookupIn(owner, MethodHandles.lookup()).findVarHandle(owner, name, type));
        } catch (ReflectiveOperationException | RuntimeException e) {
            log.warn("{}: {} has no field '{}' ({})", without, owner.getName(), name, e.toString());
            return new PrivateField(null);
        }
    }

    boolean isThere() {
        return handle != null;
    }

    @Nullable
    Object get(Object object) {
        return handle == null ? null : handle.get(object);
    }
}
