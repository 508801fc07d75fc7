package dev.interlock.langchain4j;

import dev.interlock.langchain4j.loop.StreamErrors;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Handles a response whose calls start only when it is complete. */
final class MessageOnlyHandler extends ForwardingHandler {

    private static final Logger log = LoggerFactory.getLogger(MessageOnlyHandler.class);

    MessageOnlyHandler(StreamingChatResponseHandler next) {
        super(next);
    }

    @Override
    public void onError(Throwable error) {
        if (StreamErrors.isOfPiece(error)) {
            log.debug("The client could not report a piece of a call", error);
        } else {
            super.onError(error);
        }
    }

    @Override
    void onCancel() {}
}
