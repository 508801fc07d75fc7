package dev.interlock.langchain4j.loop;

import dev.langchain4j.model.chat.response.PartialToolCall;
import org.jspecify.annotations.Nullable;

/** Recognises errors that do not end a stream. */
public final class StreamErrors {

    private StreamErrors() {}

    /**
     * Whether an error only says that the client could not report a piece of a call, so that nothing is lost: the message has
     * it. OpenAI's client fails so where pieces of several calls come by turns, and then goes on.
     *
     * @param error what a stream told its handler
     * @return false for all other errors
     */
    public static boolean isOfPiece(@Nullable Throwable error) {
        if (!(error instanceof IllegalArgumentException)) {
            return false;
        }
        for (StackTraceElement frame : error.getStackTrace()) {
            if (frame.getClassName().equals(PartialToolCall.class.getName())) {
                return true;
            }
        }
        return false;
    }
}
