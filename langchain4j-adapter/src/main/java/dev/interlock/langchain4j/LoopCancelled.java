package dev.interlock.langchain4j;

import java.util.concurrent.CancellationException;

/** What leaves a model loop that was cancelled between two questions to the model. */
final class LoopCancelled {

    private LoopCancelled() {}

    static CancellationException because(String why) {
        return new CancellationException(why + "; the model is not asked again");
    }

    static CancellationException byInterrupt() {
        CancellationException cancelled = new CancellationException(
                "the thread was interrupted during its tool calls; the model is not asked again");
        cancelled.initCause(new InterruptedException());
        return cancelled;
    }
}
