package dev.interlock.effect;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A path such as {@code account/42} that stands for itself and all below it.
 *
 * <p>Segments are compared character by character: they are case-sensitive, and Unicode is not normalised. Symbolic links
 * are not followed, here as in {@link Effects}: where two paths lead to the same thing, name what both lead to, or a
 * resource that contains both. Immutable.
 *
 * <h2>Absolute paths</h2>
 *
 * <p>Arguments of tools are relative paths as well as absolute ones, and whether {@code /data/notes.md} is {@code
 * notes.md} depends on a folder that only the tool knows. So a resource can hold a <em>mark</em>: an empty segment, behind
 * which the path goes on from a beginning of its own. It is written as a doubled slash, {@code file//data/notes.md}, and
 * {@link #resolve} makes it. Two resources of which one has a mark where the other goes another way may be the same, so
 * they {@linkplain #overlaps overlap}:
 *
 * <ul>
 *   <li>{@code file//data/notes.md} overlaps with {@code file/notes.md}, with {@code file/other.md} and with {@code file};
 *   <li>it does not overlap with {@code file//data/other.md}, nor with {@code account/42}.
 * </ul>
 *
 * <p>What begins at a drive or server ({@code C:/data}, {@code https://example.org}) has two marks, since {@code /data} may
 * be the same, and what begins at a home folder ({@code ~/notes.md}) has three.
 */
public final class Resource {

    /** The resource that contains all others. */
    public static final Resource ROOT = new Resource(new String[0]);

    /** Tells that the path goes on from a beginning of its own. */
    static final String MARK = "";

    /** What is shown of the third mark on end. */
    private static final String HOME = "~";

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
     * Returns the resource that has these {@link #segments()}, marks included, for those who keep resources as data.
     *
     * @param segments what {@link #segments()} of a resource gave
     * @return a resource that is equal to that one
     * @throws IllegalArgumentException if a segment holds a slash, or is a dot or two
     * @throws NullPointerException if a segment is null
     */
    public static Resource ofSegments(List<String> segments) {
        for (String segment : segments) {
            if (segment.indexOf('/') >= 0 || segment.equals(".") || segment.equals("..")) {
                throw new IllegalArgumentException("'" + segment + "' is no segment of a resource, in " + segments);
            }
        }
        return segments.isEmpty() ? ROOT : new Resource(segments.toArray(String[]::new));
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
     * @return the segment; empty for a mark, see above
     * @throws IndexOutOfBoundsException if there is no such segment
     */
    public String segment(int index) {
        return segments[index];
    }

    /**
     * Returns what contains this resource and is less deep.
     *
     * @param depth the number of segments to be kept, from 0 to {@link #depth()}
     * @return the resource of the first {@code depth} segments, less the marks that it would end with; this one if that
     *     is all
     * @throws IndexOutOfBoundsException if it is negative or more than there are
     */
    public Resource prefix(int depth) {
        int kept = Objects.checkIndex(depth, segments.length + 1);
        while (kept > 0 && kept < segments.length && segments[kept - 1].equals(MARK)) {
            kept--;
        }
        return kept == segments.length ? this : kept == 0 ? ROOT : new Resource(Arrays.copyOf(segments, kept));
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
     * Tells whether another resource is this one or lies below it, or may do so: one of the two is relative to a folder that is
     * not known, and there is a folder for which it is so. {@code file/notes.md} may contain {@code file//data/notes.md}, and
     * not {@code file//data/other.md}.
     *
     * @param other the other resource
     * @return true if all of {@code other} may belong to this resource
     */
    public boolean mayContain(Resource other) {
        if (contains(other) || !overlaps(other)) {
            return contains(other);
        }
        int parting = Arrays.mismatch(segments, other.segments);
        // Where one merely ends, this one is the deeper: it does not contain the other.
        return parting < Math.min(segments.length, other.segments.length) && meet(way(parting), other.way(parting));
    }

    private List<String> way(int from) {
        int start = from;
        while (start < segments.length && segments[start].equals(MARK)) {
            start++;
        }
        return segments().subList(start, segments.length);
    }

    /** Whether the outer way, or an end of it, is where the inner way goes through, or begins. */
    private static boolean meet(List<String> outer, List<String> inner) {
        if (Collections.indexOfSubList(inner, outer) >= 0) {
            return true;
        }
        for (int from = 1; from < outer.size(); from++) {
            List<String> end = outer.subList(from, outer.size());
            if (end.size() <= inner.size() && inner.subList(0, end.size()).equals(end)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Tells whether one of two resources contains the other, or whether that cannot be told: one goes on with a mark
     * where the other goes another way.
     *
     * @param other the other resource
     * @return true if there may be something that belongs to both
     */
    public boolean overlaps(Resource other) {
        int common = Math.min(segments.length, other.segments.length);
        int parting = Arrays.mismatch(segments, 0, common, other.segments, 0, common);
        return parting < 0 || segments[parting].equals(MARK) || other.segments[parting].equals(MARK);
    }

    /**
     * Returns what a path names below this resource, as for a placeholder at its end: {@code resolve("docs/a.txt")} of
     * {@code file} is {@code file/docs/a.txt}, and an absolute path is kept apart from relative ones, see above. Use it
     * where a function works out the accesses of a call.
     *
     * @param path what a caller or a model gave as a path: relative or absolute, of any system, or a URL; may be empty
     * @return the resource; this one if it is not certain what the path names, see {@link Effects}
     * @throws NullPointerException if {@code path} is null
     */
    public Resource resolve(String path) {
        PathBuilder builder = new PathBuilder(this, 4);
        if (!TemplateSegment.rises(path)) {
            TemplateSegment.appendValue(builder, path, null);
        }
        return builder.build();
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
     * Returns the path. It is for people: where it has marks, {@link #of} does not make the same resource of it.
     *
     * @return for instance {@code account/42} or {@code file//data/notes.md}; {@code /} for the root
     */
    @Override
    public String toString() {
        if (segments.length == 0) {
            return "/";
        }
        StringBuilder text = new StringBuilder();
        int marks = 0;
        for (int i = 0; i < segments.length; i++) {
            boolean mark = segments[i].equals(MARK);
            marks = mark ? marks + 1 : 0;
            if (!mark || marks == 3) {
                text.append(i == 0 ? "" : "/").append(mark ? HOME : segments[i]);
            } else if (marks == 1) {
                text.append('/').append(i == segments.length - 1 ? "/" : "");
            }
        }
        return text.toString();
    }
}
