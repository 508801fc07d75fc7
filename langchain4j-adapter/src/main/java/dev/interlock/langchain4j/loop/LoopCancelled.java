package dev.interlock.langchain4j.loop;

import java.util.concurrent.CancellationException;

/** Creates the exception that leaves a model loop after a cancel between two requests to the model. */
public final class LoopCancelled {

    private LoopCancelled() {}

    /**
     * Creates the exception for a cancelled loop.
     *
     * @param why in words
     * @return the exception to throw
     */
    public static CancellationException because(String why) {
        return new CancellationException(why + "; the model is not asked again");
    }

    /**
     * Creates the exception for an interrupted thread.
     *
     * @return the exception to throw
     */
    public static CancellationException byInterrupt() {
        CancellationException cancelled = new CancellationException(
                "the thread was interrupted during its tool calls; the model is not asked again");
        cancelled.initCause(new InterruptedException());
        return cancelled;
    }
}
