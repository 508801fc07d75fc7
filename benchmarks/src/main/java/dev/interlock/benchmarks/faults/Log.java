package dev.interlock.benchmarks.faults;

import dev.interlock.call.ToolCall;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** What is known of an episode: how it is set up, its calls, in which order what happened, what was broken. Thread-safe. */
final class Log {

    final String name;
    final Setup setup;
    final Tally tally;

    /** Numbers what happens. */
    final AtomicLong sequence = new AtomicLong();

    /** When the executor had been closed; 0 if it was not. */
    volatile long closeSeq;

    volatile boolean closing;

    /** Whether all conversations have come to an end: bodies that hang go on. */
    volatile boolean over;

    private final Map<String, ScriptedCall> scripts = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();

    Log(String name, Setup setup, Tally tally) {
        this.name = name;
        this.setup = setup;
        this.tally = tally;
    }

    long nextNumber() {
        return numbers.incrementAndGet();
    }

    void add(ScriptedCall call) {
        scripts.put(call.call.id(), call);
        tally.add("calls");
    }

    Collection<ScriptedCall> calls() {
        return scripts.values();
    }

    ScriptedCall script(ToolCall call) {
        return call.id() == null ? null : scripts.get(call.id());
    }

    void violation(String rule, String what) {
        tally.violation(rule, what + "\n    " + name + ": " + setup);
    }
}
