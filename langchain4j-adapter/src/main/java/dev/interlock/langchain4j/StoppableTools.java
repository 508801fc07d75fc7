package dev.interlock.langchain4j;

import dev.interlock.execution.ToolCallExecutor;
import java.time.Duration;
import java.util.Set;

/** The part of {@link ParallelTools} that an application asks before it stops. Thread-safe. */
abstract class StoppableTools {

    private final ToolCallExecutor engine;

    StoppableTools(ToolCallExecutor engine) {
        this.engine = engine;
    }

    /**
     * Returns the rounds that run now, see {@link ToolCallExecutor#runningRounds()}.
     *
     * @return a snapshot of their numbers
     */
    public Set<Long> runningRounds() {
        return engine.runningRounds();
    }

    /**
     * Waits until no round runs, for an application that is about to stop, see {@link ToolCallExecutor#awaitIdle}. It
     * does not wait for the model: a conversation may be between two rounds.
     *
     * @param longest the longest wait; zero or less only looks
     * @return whether no round runs; false if some still run after that time
     * @throws InterruptedException if the current thread is interrupted
     */
    public boolean awaitIdle(Duration longest) throws InterruptedException {
        return engine.awaitIdle(longest);
    }
}
