package dev.interlock.recording;

import org.jspecify.annotations.Nullable;

/** The surroundings of the current thread. This is the engine's only thread-local. */
public final class CurrentThread {

    private static final ThreadLocal<@Nullable Surroundings> SURROUNDINGS = new ThreadLocal<>();

    private CurrentThread() {}

    /** The current thread's surroundings; null if it has none. */
    public static @Nullable Surroundings surroundings() {
        return SURROUNDINGS.get();
    }

    /**
     * Sets the current thread's surroundings, or none. Setting null keeps no object of the library alive, and is
     * cheaper than to remove an entry that the thread's next round would add again.
     */
    public static void surroundings(@Nullable Surroundings next) {
        SURROUNDINGS.set(next == null || next.isNothing() ? null : next);
    }

    /**
     * The recording that receives what the thread touches, or null. While no executor records, this costs one field
     * read.
     */
    public static @Nullable Recording recording() {
        if (!Recording.isWanted()) {
            return null;
        }
        Surroundings current = SURROUNDINGS.get();
        return current == null ? null : current.recording();
    }

    /** Sets the thread's recording, or none. Returns the previous surroundings for the caller to restore. */
    public static @Nullable Surroundings record(@Nullable Recording recording) {
        Surroundings before = SURROUNDINGS.get();
        surroundings(before == null ? new OnlyRecording(recording) : before.with(recording));
        return before;
    }

    /** The surroundings of a thread that the engine does not know. */
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
