package dev.interlock.recording;

import org.jspecify.annotations.Nullable;

/** What the current thread runs within: the one thread-local of the library. */
public final class CurrentThread {

    private static final ThreadLocal<@Nullable Surroundings> SURROUNDINGS = new ThreadLocal<>();

    private CurrentThread() {}

    /** Null if it is within nothing. */
    public static @Nullable Surroundings surroundings() {
        return SURROUNDINGS.get();
    }

    /**
     * It goes on within these, or within nothing. Setting null keeps nothing of ours alive either, and is cheaper than removing
     * what the next round of the thread would add again.
     */
    public static void surroundings(@Nullable Surroundings next) {
        SURROUNDINGS.set(next == null || next.isNothing() ? null : next);
    }

    /** What is to be told of what it touches, or null. Costs one read of a field as long as nobody wanted to know. */
    public static @Nullable Recording recording() {
        if (!Recording.isWanted()) {
            return null;
        }
        Surroundings current = SURROUNDINGS.get();
        return current == null ? null : current.recording();
    }

    /** It goes on with this recording, or without one; gives what it was within before, to be restored. */
    public static @Nullable Surroundings record(@Nullable Recording recording) {
        Surroundings before = SURROUNDINGS.get();
        surroundings(before == null ? new OnlyRecording(recording) : before.with(recording));
        return before;
    }

    /** That of a thread which the engine does not know. */
    private record OnlyRecording(@Nullable Recording recording) implements Surroundings {

        @Override
        public Surroundings with(@Nullable Recording other) {
            return new OnlyRecording(other);
        }

        @Override
        public boolean isNothing() {
            return recording == null;
        }
    }
}
