package dev.interlock.langchain4j.loop;

import dev.langchain4j.model.chat.response.PartialToolCall;
import org.jspecify.annotations.Nullable;

/** Recognises errors that do not end a stream. */
public final class StreamErrors {

    private StreamErrors() {}

    /**
     * Tells whether an error only says that the client could not report a piece of a call. Then nothing is lost,
     * because the message has the call. OpenAI's client fails this way when pieces of several calls alternate, and then
     * goes on.
     *
     * @param error the error that a handler got
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
