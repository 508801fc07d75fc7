package dev.interlock.langchain4j.loop;

import java.util.concurrent.CancellationException;

/** The exception that leaves a model loop when a cancel came between two requests to the model. */
public final class LoopCancelled {

    private LoopCancelled() {}

    /**
     * It was cancelled for a reason.
     *
     * @param why in words
     * @return what is to be thrown
     */
    public static CancellationException because(String why) {
        return new CancellationException(why + "; the model is not asked again");
    }

    /**
     * Its thread was interrupted.
     *
     * @return what is to be thrown
     */
    public static CancellationException byInterrupt() {
        CancellationException cancelled = new CancellationException(
                "the thread was interrupted during its tool calls; the model is not asked again");
        cancelled.initCause(new InterruptedException());
        return cancelled;
    }
}
