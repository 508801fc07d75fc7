package dev.interlock.benchmarks;

import java.util.Arrays;
import java.util.Locale;

/**
 * The times of a workload in each mode, in µs for each batch.
 *
 * @param sequentialA LangChain4j sequential
 * @param sequentialB the same again
 * @param concurrent LangChain4j concurrent; NaN if it is no yardstick for the workload
 * @param over how much longer Interlock takes than LangChain4j's faster mode
 * @param low the lower end of the uncertainty of {@code over}
 * @param high its upper end
 */
record Comparison(
        Workload workload,
        double sequentialA,
        double sequentialB,
        double concurrent,
        double interlock,
        double over,
        double low,
        double high) {

    /** Whether G7 is met. */
    enum Verdict {
        MET,
        UNCLEAR,
        MISSED
    }

    private static final String ROW = "%-20s %10s %10s %10s %10s | %10s %8s %8s %20s  %s";

    static final String HEADER = String.format(
            Locale.ROOT,
            ROW,
            "µs a batch",
            "seq. A",
            "seq. B",
            "concurrent",
            "Interlock",
            "better",
            "allowed",
            "over",
            "over, uncertainty",
            "G7");

    boolean concurrentIsBetter() {
        return concurrent < sequential();
    }

    /**
     * The time of LangChain4j's faster mode. The twins are one mode measured twice; their mean counts, since the lower
     * one is luck.
     */
    double better() {
        return concurrentIsBetter() ? concurrent : sequential();
    }

    private double sequential() {
        return (sequentialA + sequentialB) / 2;
    }

    /** The difference of the twins as a part of their time. */
    double noise() {
        return Math.abs(sequentialA - sequentialB) / sequential();
    }

    double allowed() {
        return workload.allowedMicros(better());
    }

    Verdict verdict() {
        if (high <= allowed()) {
            return Verdict.MET;
        }
        return low > allowed() ? Verdict.MISSED : Verdict.UNCLEAR;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                ROW,
                workload.title(),
                text(sequentialA),
                text(sequentialB),
                text(concurrent),
                text(interlock),
                text(better()),
                text(allowed()),
                text(over),
                text(low) + " .. " + text(high),
                verdict().name().toLowerCase(Locale.ROOT));
    }

    static String text(double micros) {
        return Double.isNaN(micros) ? "-" : String.format(Locale.ROOT, micros < 1_000 ? "%.2f" : "%.0f", micros);
    }

    static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
