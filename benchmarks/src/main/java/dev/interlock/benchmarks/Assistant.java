package dev.interlock.benchmarks;

/** The AI service that is measured. */
interface Assistant {

    /** Answers a message. */
    String chat(String message);
}
