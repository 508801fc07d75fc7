package dev.interlock.benchmarks;

import dev.interlock.effect.Pure;
import dev.langchain4j.agent.tool.Tool;

/** Tools that take almost no time, tools that keep a processor busy, and tools that wait. Thread-safe. */
final class BenchmarkTools {

    private static final String DONE = "done";

    @Tool
    @Pure
    String noop(int number) {
        return DONE;
    }

    /** A tool without effects, which is a barrier. */
    @Tool
    String undeclared(int number) {
        return DONE;
    }

    @Tool
    @Pure
    String spin10Micros(int number) {
        return spin(10);
    }

    @Tool
    @Pure
    String spin100Micros(int number) {
        return spin(100);
    }

    @Tool
    @Pure
    String spin1000Micros(int number) {
        return spin(1_000);
    }

    @Tool
    @Pure
    String sleep1Millis(int number) throws InterruptedException {
        return sleep(1);
    }

    @Tool
    @Pure
    String sleep10Millis(int number) throws InterruptedException {
        return sleep(10);
    }

    private static String spin(long micros) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < micros * 1_000) {
            Thread.onSpinWait();
        }
        return DONE;
    }

    private static String sleep(long millis) throws InterruptedException {
        Thread.sleep(millis);
        return DONE;
    }
}
