package dev.interlock.benchmarks.faults;

import dev.interlock.call.ToolCall;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The log of an episode: its setup, its calls, the order of events, and violations. Thread-safe. */
final class Log {

    final String name;
    final Setup setup;
    final Tally tally;

    /** Numbers the events. */
    final AtomicLong sequence = new AtomicLong();

    /** The number of the executor's close; 0 if it was not closed. */
    volatile long closeSeq;

    volatile boolean closing;

    /** Whether all conversations have ended, so that hanging bodies go on. */
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
