package dev.interlock.temporal;

import dev.interlock.board.Scoreboard;
import dev.interlock.effect.Access;
import dev.interlock.temporal.RoundPlan.Terms;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Decides which calls of a round may start, by order, dependencies and caps. A machine like those of the engine: no
 * threads, no clock, no foreign code.
 *
 * <p>It is deterministic: its answers depend only on the events and their order, so a replay of a workflow gets the
 * same ones. Ready calls start by priority, then in call order.
 *
 * <p>Invariants: a call has its turn only when each earlier call that conflicts with it, or whose result it uses, has
 * ended. A call that is planned anew also waits for each begun call that conflicts with it. Two conflicting calls never
 * run at the same time. A begun call keeps its resources until it ends, also while it waits to run again.
 */
final class RoundTurns {

    private enum State {
        WAITING,
        /** It waits for no other call, but may be held or wait for a permit. */
        READY,
        RUNNING,
        /** It has begun but does not run: it keeps its resources but no permit. */
        PAUSED,
        ENDED
    }

    private final List<RoundRequest.Call> calls;
    private final Terms[] terms;
    private final int maxConcurrency;
    private final State[] states;
    private final boolean[] held;

    /** Which calls have begun before and run again: what they did may have happened. */
    private final boolean[] again;

    private final NavigableSet<Integer> ready = new TreeSet<>(this::byTurn);
    private final Map<String, Integer> runningOf = new HashMap<>();
    private int running;
    private int unended;

    // The scoreboard with its tickets, and the calls of the tickets.
    private Scoreboard board = new Scoreboard(true);
    private final int[] ticketOf;
    private final List<Integer> callOf = new ArrayList<>();

    RoundTurns(List<RoundRequest.Call> calls, RoundPlan plan) {
        this.calls = calls;
        this.terms = plan.calls().toArray(Terms[]::new);
        this.maxConcurrency = plan.maxConcurrency();
        this.states = new State[terms.length];
        Arrays.fill(states, State.WAITING);
        this.held = new boolean[terms.length];
        this.again = new boolean[terms.length];
        this.ticketOf = new int[terms.length];
        this.unended = terms.length;
        for (int call = 0; call < terms.length; call++) {
            admit(call);
        }
    }

    /** Takes the next call to start, which runs from here on; -1 if none may start now. */
    int next() {
        findReady();
        if (running >= maxConcurrency) {
            return -1;
        }
        for (int call : ready) {
            if (!held[call] && runningOf.getOrDefault(tool(call), 0) < terms[call].maxConcurrency()) {
                ready.remove(call);
                states[call] = State.RUNNING;
                running++;
                runningOf.merge(tool(call), 1, Integer::sum);
                return call;
            }
        }
        return -1;
    }

    /** Keeps a call from starting until it is {@link #release released}. */
    void hold(int call) {
        held[call] = true;
    }

    void release(int call) {
        held[call] = false;
    }

    /** Pauses a running call, which has not ended. */
    void pause(int call) {
        leaveRoom(call);
        states[call] = State.PAUSED;
    }

    /** Gives a paused call, whose tool has not started, another turn. */
    void resume(int call) {
        states[call] = State.READY;
        ready.add(call);
    }

    /** Gives a paused call, whose tool has started, another turn. */
    void runAgain(int call) {
        again[call] = true;
        resume(call);
    }

    /** Ends a call, whether or not it began, so that calls that waited for it may start. */
    void end(int call) {
        leaveRoom(call);
        ready.remove(call);
        states[call] = State.ENDED;
        unended--;
        board.complete(ticketOf[call]);
    }

    /**
     * Gives a call that waits for its turn other accesses, and a new place among those that have not begun. It waits
     * for all begun calls that conflict with it, including later ones.
     */
    void replan(int call, Terms changed) {
        again[call] = false;
        ready.removeIf(each -> !again[each]);
        terms[call] = changed;
        board = new Scoreboard(true);
        callOf.clear();
        List<Integer> begun = new ArrayList<>();
        for (int each = 0; each < terms.length; each++) {
            if (hasBegun(each)) {
                admit(each);
                begun.add(each);
            }
        }
        // They keep their resources, and do not start again.
        for (int ticket = board.nextReady(); ticket >= 0; ticket = board.nextReady()) {
            begun.remove((Object) callOf.get(ticket));
        }
        if (!begun.isEmpty()) {
            throw new IllegalStateException("calls that have begun conflict with each other: " + begun);
        }
        for (int each = 0; each < terms.length; each++) {
            if (!hasBegun(each) && states[each] != State.ENDED) {
                states[each] = State.WAITING;
                admit(each);
            }
        }
    }

    /** Returns the calls that wait for their turn and conflict with a call, in call order. */
    List<Integer> waitingInConflictWith(int call) {
        List<Integer> found = new ArrayList<>();
        for (int other = 0; other < terms.length; other++) {
            if (other != call && waitsForTurn(other) && conflict(call, other)) {
                found.add(other);
            }
        }
        return found;
    }

    boolean conflict(int one, int other) {
        List<Access> theirs = terms[other].accesses();
        return terms[one].accesses().stream().anyMatch(access -> theirs.stream().anyMatch(access::conflictsWith));
    }

    /**
     * Returns the first calls that a call waits for, in call order; none if it waits only for a permit, or not at all.
     */
    List<Integer> blockersOf(int call) {
        if (states[call] != State.WAITING) {
            return List.of();
        }
        return board.blockersOf(ticketOf[call], 3).stream()
                .map(callOf::get)
                .sorted()
                .toList();
    }

    Terms terms(int call) {
        return terms[call];
    }

    boolean isRunning(int call) {
        return states[call] == State.RUNNING;
    }

    boolean hasEnded(int call) {
        return states[call] == State.ENDED;
    }

    /** Whether it waits for its turn: its first one, or another one. */
    boolean waitsForTurn(int call) {
        return states[call] == State.WAITING || states[call] == State.READY;
    }

    boolean isDone() {
        return unended == 0;
    }

    private boolean hasBegun(int call) {
        return states[call] == State.RUNNING
                || states[call] == State.PAUSED
                || (states[call] == State.READY && again[call]);
    }

    private void admit(int call) {
        int[] used = terms[call].references().stream()
                .filter(producer -> states[producer] != State.ENDED)
                .mapToInt(producer -> ticketOf[producer])
                .toArray();
        ticketOf[call] = board.admit(terms[call].accesses(), used);
        callOf.add(call);
    }

    private void findReady() {
        for (int ticket = board.nextReady(); ticket >= 0; ticket = board.nextReady()) {
            int call = callOf.get(ticket);
            if (states[call] == State.WAITING) {
                states[call] = State.READY;
                ready.add(call);
            }
        }
    }

    private void leaveRoom(int call) {
        if (states[call] == State.RUNNING) {
            running--;
            runningOf.merge(tool(call), -1, Integer::sum);
        }
    }

    private String tool(int call) {
        return calls.get(call).tool();
    }

    private int byTurn(int one, int other) {
        int byPriority = Integer.compare(terms[other].priority(), terms[one].priority());
        return byPriority != 0 ? byPriority : Integer.compare(one, other);
    }
}
