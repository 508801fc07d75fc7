package dev.interlock.benchmarks.scale;

import java.util.concurrent.ThreadFactory;

/** Of what kind the threads of conversations and of their calls are. */
enum Threads {
    /** As with all that is measured here: what each library takes for calls by default. */
    VIRTUAL,

    /** To be watched: the Flight Recorder has no event for a virtual thread that waits for a monitor or a lock. */
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
