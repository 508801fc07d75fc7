package dev.interlock.effect;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A path such as {@code account/42} that stands for itself and all below it.
 *
 * <p>Segments are compared character by character: they are case-sensitive, and Unicode is not normalised. Immutable.
 */
public final class Resource {

    /** The resource that contains all others. */
    public static final Resource ROOT = new Resource(new String[0]);

    private final String[] segments;
    // A race on it is harmless: every thread computes the same value.
    private int hash;

    /** Takes over segments that are known to be normalised. */
    Resource(String[] segments) {
        this.segments = segments;
    }

    /**
     * Returns the resource of a path. Leading, trailing and doubled slashes and the segments {@code .} have no meaning;
     * {@code ..} takes the segment before it away and never rises above the root.
     *
     * @param path the segments, with slashes between them; may be empty
     * @return the resource
     * @throws NullPointerException if {@code path} is null
     */
    public static Resource of(String path) {
        PathBuilder builder = new PathBuilder(ROOT, 2);
        builder.append(path, 0);
        return builder.build();
    }

    /**
     * Returns the segments of the path, from the outermost to the innermost.
     *
     * @return an unmodifiable view, empty for the root
     */
    public List<String> segments() {
        return Collections.unmodifiableList(Arrays.asList(segments));
    }

    /**
     * Returns the number of segments.
     *
     * @return 0 for the root
     */
    public int depth() {
        return segments.length;
    }

    /**
     * Returns one segment.
     *
     * @param index the index from the outermost segment, from 0 to {@link #depth()} - 1
     * @return the segment, which is not empty
     * @throws IndexOutOfBoundsException if there is no such segment
     */
    public String segment(int index) {
        return segments[index];
    }

    /** Returns the segments with room for more. */
    String[] copySegments(int more) {
        return Arrays.copyOf(segments, segments.length + more);
    }

    /**
     * Tells whether another resource is this one or lies below it.
     *
     * @param other the other resource
     * @return true if all of {@code other} belongs to this resource
     */
    public boolean contains(Resource other) {
        return segments.length <= other.segments.length && samePrefix(other, segments.length);
    }

    /**
     * Tells whether one of two resources contains the other.
     *
     * @param other the other resource
     * @return true if there is something that belongs to both
     */
    public boolean overlaps(Resource other) {
        return samePrefix(other, Math.min(segments.length, other.segments.length));
    }

    private boolean samePrefix(Resource other, int length) {
        return Arrays.equals(segments, 0, length, other.segments, 0, length);
    }

    @Override
    public boolean equals(@Nullable Object object) {
        return object instanceof Resource other && Arrays.equals(segments, other.segments);
    }

    @Override
    public int hashCode() {
        if (hash == 0) {
            hash = Arrays.hashCode(segments);
        }
        return hash;
    }

    /**
     * Returns the path.
     *
     * @return for instance {@code account/42}; {@code /} for the root
     */
    @Override
    public String toString() {
        return segments.length == 0 ? "/" : String.join("/", segments);
    }
}
