package dev.interlock.springai;

import org.jspecify.annotations.Nullable;

/**
 * Tells the rounds that a tool's body executes on its thread which conversation it belongs to: theirs, unless they have one
 * of their own.
 */
final class EnclosingCall {

    private static final ThreadLocal<@Nullable Object> CONVERSATION = new ThreadLocal<>();

    private EnclosingCall() {}

    /** That of the call whose body the current thread runs; null if there is none, or it is not known. */
    static @Nullable Object conversation() {
        return CONVERSATION.get();
    }

    /**
     * Begins a call's body on the current thread, or ends it.
     *
     * @param conversation that of the call; afterwards what was returned
     * @return what it was before
     */
    static @Nullable Object enter(@Nullable Object conversation) {
        Object before = CONVERSATION.get();
        if (conversation == null) {
            CONVERSATION.remove();
        } else {
            CONVERSATION.set(conversation);
        }
        return before;
    }
}
