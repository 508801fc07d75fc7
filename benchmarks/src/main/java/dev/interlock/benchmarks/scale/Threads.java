package dev.interlock.benchmarks.scale;

import java.util.concurrent.ThreadFactory;

/** The kinds of threads for conversations and their calls. */
enum Threads {
    /** The default of each library, which all measurements use. */
    VIRTUAL,

    /** For watching: Flight Recorder has no event for a virtual thread that waits for a monitor or a lock. */
    PLATFORM;

    ThreadFactory factory() {
        return this == VIRTUAL
                ? Thread.ofVirtual().factory()
                : Thread.ofPlatform().factory();
    }

    Thread start(Runnable body) {
        Thread thread = factory().newThread(body);
        thread.start();
        return thread;
    }
}
