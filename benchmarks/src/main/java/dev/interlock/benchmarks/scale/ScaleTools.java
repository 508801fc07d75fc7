package dev.interlock.benchmarks.scale;

import dev.langchain4j.agent.tool.Tool;
import java.util.concurrent.atomic.AtomicLongArray;

/** The one tool of all conversations; keeps the time of the longest call of each. Thread-safe. */
final class ScaleTools {

    static final String NAME = "work";
    static final String CONVERSATION = "conversation";
    static final String NUMBER = "number";

    /** What a call does. */
    interface Body {
        void run() throws InterruptedException;
    }

    private final Body body;
    private final AtomicLongArray longest;

    ScaleTools(int conversations, Body body) {
        this.longest = new AtomicLongArray(conversations);
        this.body = body;
    }

    /** A call; its number tells it apart from the others of its conversation. */
    @Tool
    String work(int conversation, int number) throws InterruptedException {
        long start = System.nanoTime();
        body.run();
        longest.accumulateAndGet(conversation, System.nanoTime() - start, Math::max);
        return "done";
    }

    /** How long the longest call of a conversation took since this was asked before, in nanoseconds. */
    long takeLongest(int conversation) {
        return longest.getAndSet(conversation, 0);
    }
}
