package dev.interlock.board;

import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Runs a check for many seeds and names the one that fails.
 *
 * <p>{@code -Dinterlock.batches=1000000} runs that many in each of the large tests instead of 100,000;
 * {@code -Dinterlock.seed=42} runs only that one.
 */
public final class Seeds {

    private static final int BATCHES = Integer.getInteger("interlock.batches", 100_000);

    private Seeds() {}

    /** Checks a fraction of the batches of a run, from a seed that no other part of it shares. */
    public static void check(long part, int parts, Consumer<SplittableRandom> check) {
        Long only = Long.getLong("interlock.seed");
        long first = only == null ? part * 1_000_000_000L : only;
        long count = only == null ? (BATCHES + parts - 1) / parts : 1;
        for (long seed = first; seed < first + count; seed++) {
            try {
                check.accept(new SplittableRandom(seed));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + e, e);
            }
        }
    }
}
