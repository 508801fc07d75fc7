package dev.interlock.recording;

import org.jspecify.annotations.Nullable;

/** What surrounds the code on a thread: a recording and, for the engine, more. Immutable. */
public interface Surroundings {

    /** The recording that receives what the thread touches; null if there is none. */
    @Nullable
    Recording recording();

    /** The same surroundings with another recording, or without one. */
    Surroundings with(@Nullable Recording other);

    /** Whether these surroundings are the same as none. */
    boolean isNothing();
}
