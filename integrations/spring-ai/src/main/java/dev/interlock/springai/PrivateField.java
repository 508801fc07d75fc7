package dev.interlock.springai;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A private field of Spring AI. In a version of Spring AI without it, the field reads as null, and its reader does
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
     * @param name the field's name
     * @param type the field's declared type
     * @param without what the manager cannot do without the field, in words
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

    @Nullable
    Object get(Object object) {
        return handle == null ? null : handle.get(object);
    }
}
