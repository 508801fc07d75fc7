package dev.interlock.spring;

import dev.interlock.call.ToolCall;
import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundListener;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Knows the calls in flight of executors that were built with the starter's builder, and can wait for the end of their
 * rounds. Thread-safe.
 */
final class RoundMonitor implements RoundListener {

    /**
     * A call in flight.
     *
     * @param round the number of the call's round
     * @param call the call's place in its round, from 1, as in reports
     * @param tool the name of the call's tool
     * @param state what the call does: {@code planned}, {@code waits for …}, {@code ready}, {@code runs}
     * @param since when the state began
     */
    record CallInFlight(long round, int call, String tool, String state, Instant since) {}

    private final Map<Long, Map<Integer, CallInFlight>> rounds = new ConcurrentHashMap<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();

    @Override
    public void onEvent(RoundEvent event) {
        switch (event) {
            case RoundEvent.RoundStarted started -> rounds.put(started.round(), new ConcurrentHashMap<>());
            case RoundEvent.CallEvent call -> {
                Map<Integer, CallInFlight> calls = rounds.get(call.round());
                if (calls != null) {
                    of(call, calls);
                }
            }
            case RoundEvent.RoundEnded ended -> end(ended.round());
        }
    }

    private static void of(RoundEvent.CallEvent event, Map<Integer, CallInFlight> calls) {
        switch (event) {
            case RoundEvent.CallPlanned planned ->
                calls.put(planned.index(), inFlight(planned, planned.planned().call(), "planned"));
            case RoundEvent.CallWaiting waiting ->
                change(calls, waiting, "waits for " + waiting.waitsFor().text());
            case RoundEvent.CallReady ready -> change(calls, ready, "ready");
            case RoundEvent.CallStarted started ->
                change(calls, started, started.attempt() == 1 ? "runs" : "runs, attempt " + started.attempt());
            case RoundEvent.CallEnded ended -> calls.remove(ended.index());
            case RoundEvent.CallEvent other -> {}
        }
    }

    private static CallInFlight inFlight(RoundEvent.CallEvent event, ToolCall call, String state) {
        return new CallInFlight(event.round(), event.index() + 1, call.tool(), state, event.at());
    }

    private static void change(Map<Integer, CallInFlight> calls, RoundEvent.CallEvent event, String state) {
        calls.computeIfPresent(
                event.index(),
                (index, known) -> new CallInFlight(known.round(), known.call(), known.tool(), state, event.at()));
    }

    private void end(long round) {
        rounds.remove(round);
        lock.lock();
        try {
            idle.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Returns the unfinished calls, those of the oldest round first. */
    List<CallInFlight> inFlight() {
        List<CallInFlight> all = new ArrayList<>();
        rounds.values().forEach(calls -> all.addAll(calls.values()));
        all.sort(Comparator.comparingLong(CallInFlight::round).thenComparingInt(CallInFlight::call));
        return all;
    }

    /** Returns the numbers of the unfinished rounds. */
    Set<Long> rounds() {
        return Set.copyOf(rounds.keySet());
    }

    /**
     * Waits until no round runs.
     *
     * @param longest the longest wait
     * @return whether no round runs
     * @throws InterruptedException if the current thread is interrupted
     */
    boolean awaitIdle(Duration longest) throws InterruptedException {
        lock.lock();
        try {
            long left = longest.toNanos();
            while (!rounds.isEmpty()) {
                if (left <= 0) {
                    return false;
                }
                left = idle.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
