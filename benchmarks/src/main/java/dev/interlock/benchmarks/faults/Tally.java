package dev.interlock.benchmarks.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Counts what ran and what went wrong. Thread-safe. */
final class Tally {

    private static final int MOST_SHOWN = 30;

    private final Map<String, LongAdder> counts = new ConcurrentSkipListMap<>();
    private final AtomicLong violations = new AtomicLong();
    private final Queue<String> shown = new ConcurrentLinkedQueue<>();

    void add(String what) {
        add(what, 1);
    }

    void add(String what, long count) {
        counts.computeIfAbsent(what, key -> new LongAdder()).add(count);
    }

    void ran(Fault fault) {
        add("bodies that " + fault.words);
    }

    void violation(String rule, String what) {
        add("VIOLATIONS of " + rule);
        if (violations.incrementAndGet() <= MOST_SHOWN) {
            shown.add(rule + ": " + what);
            System.err.println("VIOLATION of " + rule + ": " + what);
        }
    }

    long count(String what) {
        LongAdder count = counts.get(what);
        return count == null ? 0 : count.sum();
    }

    /** The rounds that did not run inside a body. */
    long rounds() {
        return count("rounds whose caller was interrupted") + count("rounds whose caller was not");
    }

    long violations() {
        return violations.get();
    }

    List<String> shown() {
        return new ArrayList<>(shown);
    }

    String report() {
        StringBuilder text = new StringBuilder();
        counts.forEach((what, count) -> text.append(String.format(Locale.ROOT, "%,12d  %s%n", count.sum(), what)));
        return text.append(String.format(Locale.ROOT, "%,12d  violations%n", violations.get()))
                .toString();
    }
}
