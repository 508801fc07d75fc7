package dev.interlock.benchmarks.scale;

/** Conversations that go on at the same time. Thread-safe. */
interface ScaleTalks {

    /** Sends one message of the user, which leads to a batch of calls and the answer. */
    void talk(int conversation) throws Exception;
}
