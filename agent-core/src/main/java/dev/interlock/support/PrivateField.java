package dev.interlock.support;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A private field of another library. In a version of the library without it, the field reads as null, and its reader
 * does without. Thread-safe.
 */
public final class PrivateField {

    private static final Logger log = LoggerFactory.getLogger(PrivateField.class);

    private final @Nullable VarHandle handle;

    private PrivateField(@Nullable VarHandle handle) {
        this.handle = handle;
    }

    /**
     * Finds a field. If it is not there, the log has a warning.
     *
     * @param reader the lookup of the class that reads the field; on the module path the library must be open to that
     *     class's module
     * @param owner the class that declares the field
     * @param name its name
     * @param type its declared type
     * @param without what does not work without the field, in words for the log
     * @return the field, even if it is not there
     */
    public static PrivateField of(
            MethodHandles.Lookup reader, Class<?> owner, String name, Class<?> type, String without) {
        try {
            return new PrivateField(MethodHandles.privateLookupIn(owner, reader).findVarHandle(owner, name, type));
        } catch (ReflectiveOperationException | RuntimeException e) {
            log.warn("{}: {} has no field '{}' ({})", without, owner.getName(), name, e.toString());
            return new PrivateField(null);
        }
    }

    /**
     * Reads the field.
     *
     * @param object an object of the class that declares the field
     * @return the value; null also if the field is not there
     */
    public @Nullable Object get(Object object) {
        return handle == null ? null : handle.get(object);
    }

    /**
     * Whether this version of the library has the field.
     *
     * @return whether it is there
     */
    public boolean isThere() {
        return handle != null;
    }
}
