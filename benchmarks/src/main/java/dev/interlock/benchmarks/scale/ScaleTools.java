package dev.interlock.benchmarks.scale;

import dev.langchain4j.agent.tool.Tool;
import java.util.concurrent.atomic.AtomicLongArray;

/** The one tool of all conversations. It records the time of each conversation's longest call. Thread-safe. */
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

    /** Runs a call; its number tells it apart from the others of its conversation. */
    @Tool
    String work(int conversation, int number) throws InterruptedException {
        long start = System.nanoTime();
        body.run();
        longest.accumulateAndGet(conversation, System.nanoTime() - start, Math::max);
        return "done";
    }

    /** Returns the time of a conversation's longest call since this method was last called, in nanoseconds. */
    long takeLongest(int conversation) {
        return longest.getAndSet(conversation, 0);
    }
}
