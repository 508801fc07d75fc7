package dev.interlock.effect;

import java.util.Arrays;

/** Collects the segments of a path. */
final class PathBuilder {

    private String[] segments;
    private int depth;
    private final int startDepth;

    /**
     * @param start the first segments
     * @param more how many segments the caller expects to add; it may add more
     */
    PathBuilder(Resource start, int more) {
        segments = start.copySegments(more);
        depth = start.depth();
        startDepth = depth;
    }

    int depth() {
        return depth;
    }

    void truncate(int newDepth) {
        depth = Math.min(depth, newDepth);
    }

    /**
     * Replaces the segments from a depth on by the form that all their spellings share on a system that ignores letter
     * case. A drive has one already.
     *
     * @return false if a segment may stand for another name; the path then ends before it. A segment such as
     *     {@code ".. "} may lead up, so the path then ends where the builder started
     */
    boolean foldFrom(int from) {
        for (int i = from; i < depth; i++) {
            boolean drive = segments[i].length() == 2 && segments[i].charAt(1) == ':';
            String name = drive ? segments[i] : WindowsNames.withoutType(Spelling.fold(segments[i]));
            if (WindowsNames.mayBeStep(name)) {
                depth = startDepth;
                return false;
            }
            segments[i] = WindowsNames.trimmed(name);
        }
        return !cutAtShortName(from);
    }

    /** Ends the path before the first of Windows' short names from a depth on. Returns whether there was one. */
    boolean cutAtShortName(int from) {
        for (int i = from; i < depth; i++) {
            if (WindowsNames.mayBeShort(segments[i])) {
                depth = i;
                while (depth > from && segments[depth - 1].equals(Resource.MARK)) {
                    depth--;
                }
                return true;
            }
        }
        return false;
    }

    /** Adds one segment as it is. */
    void push(String segment) {
        if (depth == segments.length) {
            segments = Arrays.copyOf(segments, Math.max(8, depth * 2));
        }
        segments[depth++] = segment;
    }

    /**
     * Adds a path, normalised.
     *
     * @param floor the depth below which {@code ..} must not go; there it has no effect
     * @return whether the path never tried to go below the floor
     */
    boolean append(String path, int floor) {
        boolean stayed = true;
        int start = 0;
        while (start <= path.length()) {
            int slash = path.indexOf('/', start);
            int end = slash < 0 ? path.length() : slash;
            String segment = path.substring(start, end);
            if (segment.equals("..")) {
                if (depth > floor) {
                    depth--;
                } else {
                    stayed = false;
                }
            } else if (!segment.isEmpty() && !segment.equals(".")) {
                push(segment);
            }
            start = end + 1;
        }
        return stayed;
    }

    /** Returns the path. The builder cannot be used again. */
    Resource build() {
        return depth == 0
                ? Resource.ROOT
                : new Resource(depth == segments.length ? segments : Arrays.copyOf(segments, depth));
    }
}
