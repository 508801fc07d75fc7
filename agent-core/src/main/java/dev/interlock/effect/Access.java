package dev.interlock.effect;

import java.util.Objects;

/**
 * Reading or writing one resource, with all that lies below it.
 *
 * @param kind whether the resource is read or written
 * @param resource what is read or written
 */
public record Access(Kind kind, Resource resource) {

    /** What an access does to its resource. */
    public enum Kind {
        /** Looks at the resource and leaves it as it is. */
        READ,
        /** May change the resource; may look at it as well. */
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
     * Returns the read of a resource.
     *
     * @param path the resource's path, see {@link Resource#of(String)}
     * @return the access
     */
    public static Access read(String path) {
        return read(Resource.of(path));
    }

    /**
     * Returns the read of a resource.
     *
     * @param resource the resource
     * @return the access
     */
    public static Access read(Resource resource) {
        return new Access(Kind.READ, resource);
    }

    /**
     * Returns the write of a resource.
     *
     * @param path the resource's path, see {@link Resource#of(String)}
     * @return the access
     */
    public static Access write(String path) {
        return write(Resource.of(path));
    }

    /**
     * Returns the write of a resource.
     *
     * @param resource the resource
     * @return the access
     */
    public static Access write(Resource resource) {
        return new Access(Kind.WRITE, resource);
    }

    /**
     * Tells whether the resource is written.
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
     * Whether this allows for another access: of the same resource or one below it, and a write only if this is one.
     *
     * @param other the other access
     * @return true if whoever may do this may do the other
     */
    public boolean covers(Access other) {
        return (isWrite() || !other.isWrite()) && resource.contains(other.resource);
    }

    /**
     * Returns the access in words.
     *
     * @return for instance {@code writes account/42}
     */
    @Override
    public String toString() {
        return (isWrite() ? "writes " : "reads ") + resource;
    }
}
