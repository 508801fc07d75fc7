package dev.interlock.benchmarks;

/** The measured AI service. */
interface Assistant {

    /** Answers a message. */
    String chat(String message);
}
