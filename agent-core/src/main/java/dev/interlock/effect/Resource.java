package dev.interlock.effect;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A path such as {@code account/42}. It covers itself and all below it.
 *
 * <p>Segments are compared character by character: they are case-sensitive, and Unicode is not normalised. Resources do
 * not follow symbolic links. If two paths lead to the same thing, name their target, or a resource that contains both.
 * Immutable.
 *
 * <h2>Absolute paths</h2>
 *
 * <p>Tools take relative and absolute paths as arguments. Whether {@code /data/notes.md} is {@code notes.md} depends on
 * a folder that only the tool knows. So a resource can hold a <em>mark</em>: an empty segment behind which the path
 * starts from a beginning of its own. {@link #resolve} makes marks. A mark shows as a doubled slash:
 * {@code file//data/notes.md}. If one resource has a mark where another one continues differently, both may be the same
 * thing, so they {@linkplain #overlaps overlap}:
 *
 * <ul>
 *   <li>{@code file//data/notes.md} overlaps with {@code file/notes.md}, with {@code file/other.md} and with
 *       {@code file};
 *   <li>it does not overlap with {@code file//data/other.md}, nor with {@code account/42}.
 * </ul>
 *
 * <p>A path from a drive or site ({@code C:/data}, {@code https://example.org}) has two marks, since {@code /data} may
 * be the same thing. A path from a home folder ({@code ~/notes.md}) has three, and one from a server of Windows
 * ({@code \\server\share}) four.
 */
public final class Resource {

    /** The resource that contains all others. */
    public static final Resource ROOT = new Resource(new String[0]);

    /** A mark: the path starts from a beginning of its own behind it. */
    static final String MARK = "";

    /** Stands for three marks in a row in the text form. */
    private static final String HOME = "~";

    private final String[] segments;
    // A race on the field is harmless: every thread computes the same value.
    private int hash;

    /** Takes over segments, which the caller has normalised. */
    Resource(String[] segments) {
        this.segments = segments;
    }

    /**
     * Returns the resource of a path. Leading, trailing and doubled slashes and the segments {@code .} have no meaning;
     * {@code ..} removes the segment before it and never rises above the root.
     *
     * @param path the segments, separated by slashes; may be empty
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
                throw new IllegalArgumentException(
                        "'" + segment + "' is not a valid segment of a resource, in " + segments);
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
     * Returns the containing resource of a given depth.
     *
     * @param depth the number of segments to keep, from 0 to {@link #depth()}
     * @return the resource of the first {@code depth} segments, without marks at its end; this resource if that is all
     *     of it
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
     * Tells whether another resource is this one or lies below it, or may do so. It may do so if one of the two is
     * relative to an unknown folder and some folder makes it so. {@code file/notes.md} may contain
     * {@code file//data/notes.md}, but not {@code file//data/other.md}.
     *
     * @param other the other resource
     * @return true if all of {@code other} may belong to this resource
     */
    public boolean mayContain(Resource other) {
        if (contains(other) || !overlaps(other)) {
            return contains(other);
        }
        int parting = Arrays.mismatch(segments, other.segments);
        // If one path merely ends here, this resource is the deeper one and does not contain the other.
        return parting < Math.min(segments.length, other.segments.length) && meet(way(parting), other.way(parting));
    }

    private List<String> way(int from) {
        int start = from;
        while (start < segments.length && segments[start].equals(MARK)) {
            start++;
        }
        return segments().subList(start, segments.length);
    }

    /** Whether the inner way passes through, or begins at, the outer way or one of its ends. */
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
     * Tells whether one of two resources contains the other, or may do so because one has a mark where the other
     * continues differently.
     *
     * @param other the other resource
     * @return true if something may belong to both
     */
    public boolean overlaps(Resource other) {
        int common = Math.min(segments.length, other.segments.length);
        int parting = Arrays.mismatch(segments, 0, common, other.segments, 0, common);
        return parting < 0 || segments[parting].equals(MARK) || other.segments[parting].equals(MARK);
    }

    /**
     * Returns the resource that a path names below this one, as a placeholder at its end would:
     * {@code resolve("docs/a.txt")} of {@code file} is {@code file/docs/a.txt}. A mark keeps an absolute path apart
     * from relative ones, see above. Use this method in a function that computes a call's accesses.
     *
     * @param path the path from a caller or a model: relative or absolute, of any system, or a URL; may be empty
     * @return the resource; this one if the path may name several things, see {@link Effects}
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
     * Returns the path for people to read. {@link #of} cannot read marks back.
     *
     * @return for example {@code account/42} or {@code file//data/notes.md}; {@code /} for the root
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
            boolean last = i == segments.length - 1;
            if (!mark) {
                text.append(i == 0 ? "" : "/").append(segments[i]);
                marks = 0;
                continue;
            }
            marks++;
            if (marks == 1) {
                text.append('/').append(last ? "/" : "");
            } else if (marks == 3 && (last || !segments[i + 1].equals(MARK))) {
                text.append('/').append(HOME);
            }
        }
        return text.toString();
    }
}
