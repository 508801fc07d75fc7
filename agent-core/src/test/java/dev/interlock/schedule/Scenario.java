package dev.interlock.schedule;

import dev.interlock.call.Outcome;
import dev.interlock.call.ToolPolicy;
import dev.interlock.durable.PendingKind;
import dev.interlock.effect.Access;
import dev.interlock.share.Cap;
import dev.interlock.share.Caps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A small round, or two that share, and what may happen to it.
 *
 * @param name in words
 * @param calls in call order
 * @param limits of the rounds
 * @param manner of the rounds
 * @param moves what may happen beside beginnings and ends of bodies
 * @param exclusive whether conflicting calls of different rounds exclude each other
 * @param cap of all calls together, {@link Integer#MAX_VALUE} for none
 */
record Scenario(
        String name, List<Spec> calls, Limits limits, Manner manner, Set<Extra> moves, boolean exclusive, int cap) {

    /** What may happen, where the scenario allows it, beside beginnings and ends of bodies. */
    enum Extra {
        /** Bodies may fail. */
        FAIL,
        /** Failures may leave the round. */
        LEAVE,
        /** The round may be cancelled once. */
        CANCEL,
        /** The owner may be interrupted once. */
        INTERRUPT,
        /** Threads may fail to start. */
        START_FAILS,
        /** Managed calls may pause once, between attempts. */
        PAUSE,
        /** Bodies may lend what they hold, once. */
        LEND,
        /** The user may free what abandoned calls hold. */
        RELEASE,
        /** Calls may turn out to be none, once each. */
        WITHDRAW,
        /** Bodies may wait for what is not the tool's, once. */
        UNTIMED,
        /** Calls of the first round come one at a time, and its owner at any time. */
        STREAM,
        /** The round may be confined to the owner once, before that comes. */
        CONFINE,
        /** Calls may end by saying that they are pending, which their interceptors may say as well. */
        PEND,
        /** The round may be refused once, before the owner comes. */
        REFUSE,
        /** The engine itself may fail, twice in the first round. */
        BREAK,
        /** One event may have read the clock before the last limit passed. */
        LATE,
        /** Limits may pass while the owner carries out actions. */
        BUSY
    }

    /** What became of a call before its round was resumed. */
    enum Before {
        NEW,
        PENDING,
        SUCCEEDED,
        FAILED
    }

    /** What a call has to announce. */
    enum Announces {
        NOTHING,
        /** It comes to that with its turn. */
        WITH_TURN,
        /** Interceptors that have its turn are before it. */
        LATER
    }

    /**
     * A call.
     *
     * @param round 1 or 2
     * @param accesses what it reads and writes
     * @param uses places of the calls whose results it uses
     * @param managed whether it may have two attempts
     * @param runsOn on whose thread
     * @param preset whether it is not to be run at all
     * @param gate whether it has something to announce
     * @param before what became of it before its round was resumed
     */
    record Spec(
            int round,
            List<Access> accesses,
            List<Integer> uses,
            boolean managed,
            RunsOn runsOn,
            boolean preset,
            Announces gate,
            Before before) {

        static Spec of(Access... accesses) {
            return new Spec(
                    1, List.of(accesses), List.of(), false, RunsOn.OWN_THREAD, false, Announces.NOTHING, Before.NEW);
        }

        Spec using(Integer... places) {
            return new Spec(round, accesses, List.of(places), managed, runsOn, preset, gate, before);
        }

        Spec asManaged() {
            return new Spec(round, accesses, uses, true, runsOn, preset, gate, before);
        }

        Spec on(RunsOn thread) {
            return new Spec(round, accesses, uses, managed, thread, preset, gate, before);
        }

        Spec inRound(int number) {
            return new Spec(number, accesses, uses, managed, runsOn, preset, gate, before);
        }

        Spec asPreset() {
            return new Spec(round, accesses, uses, managed, runsOn, true, gate, before);
        }

        Spec announcing(Announces when) {
            return new Spec(round, accesses, uses, managed, runsOn, preset, when, before);
        }

        Spec was(Before earlier) {
            return new Spec(round, accesses, uses, managed, runsOn, preset, gate, earlier);
        }
    }

    static final long MILLI = 1_000_000;
    private static final Limits NO_LIMITS =
            new Limits(2, Limits.NO_LIMIT, Limits.NO_LIMIT, Limits.NO_LIMIT, 10 * MILLI, 50 * MILLI, false);

    static Scenario of(String name, Spec... calls) {
        return new Scenario(
                name, List.of(calls), NO_LIMITS, Manner.PLAIN.withListened(true), Set.of(), false, Integer.MAX_VALUE);
    }

    Scenario with(Extra... more) {
        EnumSet<Extra> all = EnumSet.noneOf(Extra.class);
        all.addAll(moves);
        all.addAll(List.of(more));
        return new Scenario(name, calls, limits, manner, all, exclusive, cap);
    }

    Scenario permits(int permits) {
        return limits(new Limits(
                permits,
                limits.timeoutNanos(),
                limits.callTimeoutNanos(),
                limits.roundTimeoutNanos(),
                limits.graceNanos(),
                limits.heldResourceNanos(),
                limits.failFast()));
    }

    /** In milliseconds, 0 for none. */
    Scenario times(long attempt, long call, long round) {
        return limits(new Limits(
                limits.maxConcurrency(),
                nanos(attempt),
                nanos(call),
                nanos(round),
                limits.graceNanos(),
                limits.heldResourceNanos(),
                limits.failFast()));
    }

    private static long nanos(long millis) {
        return millis == 0 ? Limits.NO_LIMIT : Duration.ofMillis(millis).toNanos();
    }

    Scenario failFast() {
        return limits(new Limits(
                limits.maxConcurrency(),
                limits.timeoutNanos(),
                limits.callTimeoutNanos(),
                limits.roundTimeoutNanos(),
                limits.graceNanos(),
                limits.heldResourceNanos(),
                true));
    }

    private Scenario limits(Limits other) {
        return new Scenario(name, calls, other, manner, moves, exclusive, cap);
    }

    Scenario manner(boolean equalReads, boolean asksFirst, boolean usesExecutor) {
        return new Scenario(
                name,
                calls,
                limits,
                Manner.PLAIN
                        .withEqualReads(equalReads)
                        .withRunsBeforeTurn(asksFirst)
                        .withExecutor(usesExecutor)
                        .withListened(true),
                moves,
                exclusive,
                cap);
    }

    Scenario confined() {
        Manner free = manner;
        return new Scenario(name, calls, limits, free.withConfined(true), moves, exclusive, cap);
    }

    Scenario capped(int limit) {
        return new Scenario(name, calls, limits, manner, moves, exclusive, limit);
    }

    Scenario exclusive(boolean excludes) {
        return new Scenario(name, calls, limits, manner, moves, excludes, cap);
    }

    boolean allows(Extra extra) {
        return moves.contains(extra);
    }

    /** New calls, none admitted. */
    List<Call> newCalls() {
        ToolPolicy policy = ToolPolicy.builder().build();
        List<Cap> caps = new Caps(List.of(), cap).of("t", policy);
        List<Call> made = new ArrayList<>();
        int[] places = new int[3];
        for (Spec spec : calls) {
            boolean reads = spec.accesses().stream().noneMatch(Access::isWrite);
            Call call = new Call(new ToolTraits("t" + made.size(), policy, caps, true, reads));
            call.takePlace(spec.round(), places[spec.round()]++);
            call.setUses(spec.uses().stream().mapToInt(Integer::intValue).toArray(), null);
            call.plan(spec.accesses(), spec.runsOn(), spec.managed());
            @Nullable Object same = reads && !spec.accesses().isEmpty() ? spec.accesses() : null;
            if (same != null) {
                call.sameAs(same);
            }
            if (spec.gate() != Announces.NOTHING) {
                call.giveAnnouncement(spec.gate() == Announces.WITH_TURN);
            }
            if (spec.preset()) {
                call.preset(Outcomes.notStarted(call, "its outcome is preset"));
            }
            restore(call, spec.before());
            made.add(call);
        }
        return made;
    }

    private static void restore(Call call, Before before) {
        switch (before) {
            case NEW -> {}
            case PENDING -> call.restorePending(new PendingCause(PendingKind.APPROVAL, "a reason"));
            case SUCCEEDED -> call.restoreOutcome(new Outcome.Succeeded("ok"));
            case FAILED -> call.restoreOutcome(new Outcome.Failed(new IllegalStateException("failed")));
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
