package dev.interlock.recording;

import org.jspecify.annotations.Nullable;

/** What a thread runs within: a recording and, for the engine, more. Immutable. */
public interface Surroundings {

    /** What is told of what the thread touches; null if nobody wants to know. */
    @Nullable
    Recording recording();

    /** The same with another recording, or without one. */
    Surroundings with(@Nullable Recording other);

    /** Whether a thread that is within nothing is within this. */
    boolean isNothing();
}
