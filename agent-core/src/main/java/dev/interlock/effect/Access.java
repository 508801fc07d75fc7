package dev.interlock.effect;

import java.util.Objects;

/**
 * A read or a write of one resource and of all that lies below it.
 *
 * @param kind read or write
 * @param resource the resource that the call reads or writes
 */
public record Access(Kind kind, Resource resource) {

    /** What an access does to its resource. */
    public enum Kind {
        /** The call looks at the resource and leaves it unchanged. */
        READ,
        /** The call may change the resource, and may look at it too. */
        WRITE
    }

    /**
     * Creates an access.
     *
     * @throws NullPointerException if an argument is null
     */
    public Access {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(resource, "resource");
    }

    /**
     * {@return the read of a resource}
     *
     * @param path the resource's path, see {@link Resource#of(String)}
     */
    public static Access read(String path) {
        return read(Resource.of(path));
    }

    /**
     * {@return the read of a resource}
     *
     * @param resource the resource
     */
    public static Access read(Resource resource) {
        return new Access(Kind.READ, resource);
    }

    /**
     * {@return the write of a resource}
     *
     * @param path the resource's path, see {@link Resource#of(String)}
     */
    public static Access write(String path) {
        return write(Resource.of(path));
    }

    /**
     * {@return the write of a resource}
     *
     * @param resource the resource
     */
    public static Access write(Resource resource) {
        return new Access(Kind.WRITE, resource);
    }

    /**
     * Tells whether this access is a write.
     *
     * @return false for a read
     */
    public boolean isWrite() {
        return kind == Kind.WRITE;
    }

    /**
     * Tells whether two calls with these accesses must keep their order: the resources overlap, and at least one of the
     * accesses is a write.
     *
     * @param other the other access
     * @return true for a conflict
     */
    public boolean conflictsWith(Access other) {
        return (isWrite() || other.isWrite()) && resource.overlaps(other.resource);
    }

    /**
     * Tells whether a declaration of this access allows for another access: one to the same resource, or to a resource
     * below it. A declared read does not allow for a write.
     *
     * @param other the other access
     * @return true if a call that declares this access may also do the other
     */
    public boolean covers(Access other) {
        return (isWrite() || !other.isWrite()) && resource.contains(other.resource);
    }

    /**
     * Returns the access in words.
     *
     * @return for example {@code writes account/42}
     */
    @Override
    public String toString() {
        return (isWrite() ? "writes " : "reads ") + resource;
    }
}
