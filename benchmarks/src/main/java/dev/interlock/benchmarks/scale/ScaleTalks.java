package dev.interlock.benchmarks.scale;

/** Conversations that go on at the same time. Thread-safe. */
interface ScaleTalks {

    /** One message of the user's: a batch of calls, and the answer. */
    void talk(int conversation) throws Exception;
}
