package dev.interlock.springai;

import org.jspecify.annotations.Nullable;

/**
 * Hands a call's conversation to the rounds that the tool's body executes on its thread. They use it unless they have
 * one of their own.
 */
final class EnclosingCall {

    private static final ThreadLocal<@Nullable Object> CONVERSATION = new ThreadLocal<>();

    private EnclosingCall() {}

    /**
     * The conversation of the call whose body the current thread runs; null if there is no such call or its
     * conversation is unknown.
     */
    static @Nullable Object conversation() {
        return CONVERSATION.get();
    }

    /**
     * Begins or ends a call's body on the current thread.
     *
     * @param conversation the call's conversation at the begin; the returned value at the end
     * @return the previous conversation
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
