package dev.interlock.execution;

import dev.interlock.call.Outcome;
import dev.interlock.durable.CallPendingException;
import dev.interlock.schedule.Outcomes;
import dev.interlock.schedule.PendingCause;
import dev.interlock.schedule.WhyNot;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs a round's calls on its owner, one after another in call order. This is always correct and needs no plan. If a
 * watched call turns out not to be brief, a rescuer takes over the other calls while the owner still runs it.
 */
final class OwnerRun implements OwnerWatch.Watched {

    private static final long RESCUER_JOIN_MILLIS = 1_000;

    private final RoundFrame frame;
    private final OwnerThread owner;
    private final RoundSettings settings;
    private final DrivenCall[] calls;

    /** The same calls, for lookups. */
    private final List<DrivenCall> asList;

    private final boolean watched;

    private final TakeOver<Dispatcher> takeOver = new TakeOver<>();

    /** The call for which a rescuer was started last; only accessed by the watch. */
    private int rescueTried = -1;

    // Only accessed by the owner.
    private boolean handedOver;

    private boolean collapsed;

    /** The place of the call that comes next, or that it runs. */
    private int next;

    /** Why no call starts any more after a failure. */
    private @Nullable String failed;

    OwnerRun(RoundFrame frame, boolean watched) {
        this.frame = frame;
        this.owner = frame.owner();
        this.settings = frame.settings();
        this.calls = frame.calls();
        this.asList = Arrays.asList(calls);
        this.watched = watched;
    }

    // Which rounds run on their owner.

    /**
     * Whether the owner may run the calls alone: without time limits it need not be the timer, and without priorities
     * call order is as good as any.
     */
    static boolean isPossible(RoundFrame frame) {
        DrivenCall[] calls = frame.calls();
        if (!frame.settings().letOwnerRunAlone()
                || calls.length > frame.settings().batch().maxCalls()) {
            return false;
        }
        for (DrivenCall call : calls) {
            boolean possible = frame.isConfined()
                    ? call.binding().isPlain()
                    : call.binding().heedsOrderOnly();
            if (!possible) {
                return false;
            }
        }
        return true;
    }

    /** Whether each call waits for the one before, whatever the arguments are. */
    static boolean isSerial(RoundFrame frame) {
        if (frame.settings().limits().maxConcurrency() == 1) {
            return true;
        }
        boolean barrierBefore = true;
        for (DrivenCall call : frame.calls()) {
            boolean barrier = call.binding().isBarrier();
            if (!barrier && !barrierBefore) {
                return false;
            }
            barrierBefore = barrier;
        }
        return true;
    }

    /** Whether threads for the calls would make the round no faster. */
    static boolean isAsFast(RoundFrame frame) {
        long sum = 0;
        long most = 0;
        for (DrivenCall call : frame.calls()) {
            long estimate = call.binding().learntTime().estimateNanos();
            sum += estimate;
            most = Math.max(most, estimate);
        }
        return LearntTime.sequentialIsAsFast(frame.calls().length, sum, most);
    }

    /** Runs the round, on the owner. */
    void run() {
        owner.beginCalls();
        Within outer = Within.current().withOwner(owner).enter();
        try {
            runWatched();
        } finally {
            outer.restore();
        }
    }

    private void runWatched() {
        try {
            if (watched) {
                OwnerWatch.SHARED.add(this);
            }
            runCalls();
        } catch (Throwable e) {
            if (handedOver) {
                throw e;
            }
            collapse(e);
        } finally {
            if (watched) {
                OwnerWatch.SHARED.remove(this);
                joinRescuer();
            }
            if (!handedOver) {
                owner.endCalls();
                frame.end(calls, collapsed ? this::settleRest : RoundFrame.ALL_SETTLED);
            }
        }
    }

    /**
     * Ends a round in which the engine itself has failed: every call gets its outcome, as in
     * {@link Dispatcher#run() a dispatched round}, and the error leaves the round.
     */
    private void collapse(Throwable error) {
        Dispatcher dispatcher = watched && next < calls.length ? takeOver.end(next) : null;
        if (dispatcher != null) {
            handedOver = true;
            dispatcher.failed(calls[next], error);
            dispatcher.run();
            return;
        }
        collapsed = true;
        frame.failed(error);
    }

    /** Settles the calls that a failure of the engine has left open. A journal keeps them so, since they may go on. */
    private void settleRest() {
        long now = timeOrStart();
        for (DrivenCall call : calls) {
            if (call.settled() == null) {
                long start = call.attempts() == 0 ? now : call.startNanos();
                long end = now - start < 0 ? start : now;
                call.endAlone(Outcomes.interrupted(call, end, Outcomes.FAILED), start, end);
            }
        }
    }

    private long timeOrStart() {
        try {
            return settings.time().nanos();
        } catch (Throwable e) {
            return frame.startNanos();
        }
    }

    private void runCalls() {
        OwnerWaits waits = OwnerWaits.begin(frame);
        long now = waits == null ? frame.startNanos() : settings.time().nanos();
        for (int i = 0; i < calls.length; i++) {
            next = i;
            DrivenCall call = calls[i];
            if (call.settled() != null) {
                // It ended before its round was resumed, and the round is refused.
                continue;
            }
            Outcome outcome = unstarted(call);
            long start = now;
            if (outcome == null && settings.shared().concernsAll()) {
                // A call was abandoned meanwhile, maybe in an inner round.
                handOver();
                return;
            }
            if (outcome == null) {
                BodyRun run = runCall(call, i, now);
                Dispatcher dispatcher = watched ? takeOver.end(i) : null;
                if (dispatcher != null) {
                    handedOver = true;
                    dispatcher.end(call, run);
                    dispatcher.run();
                    return;
                }
                start = run.startNanos();
                now = run.endNanos();
                CallPendingException pending = PendingCalls.in(run);
                if (pending != null) {
                    run = pends(call, run, pending);
                    if (run == null) {
                        return;
                    }
                }
                outcome = run.outcome();
                recordFailure(call, run);
                frame.reporter().attemptEnded(call, outcome, run);
            }
            call.endAlone(outcome, start, now);
            if (frame.journal() != null) {
                frame.journal().ended(call);
                now = settings.time().nanos();
            }
            if (waits != null) {
                frame.reporter().callEnded(call, now);
                waits.ended(i, now);
                now = settings.time().nanos();
            }
        }
    }

    /** Hands the rest of the round over to a schedule. */
    private void handOver() {
        joinRescuer();
        Dispatcher dispatcher = new Dispatcher(frame);
        handedOver = true;
        dispatcher.planAndRun();
    }

    /**
     * Handles a call that the owner has run and that is pending. Hands the round over, so that others go on and the
     * round may be suspended, and returns null. In a confined round it returns the call's outcome instead.
     */
    private @Nullable BodyRun pends(DrivenCall call, BodyRun run, CallPendingException why) {
        PendingCause cause = PendingCalls.cause(why);
        if (frame.isConfined()) {
            return run.withOutcome(Outcomes.cannotBePending(call, cause));
        }
        frame.reporter().attemptEnded(call, run.outcome(), run);
        call.history().recordPending(why, run.endNanos());
        if (frame.journal() != null) {
            frame.journal().pends(call, cause);
        }
        call.pendAlone(cause, run.endNanos());
        frame.reporter().callPending(call, cause, run.endNanos());
        handOver();
        return null;
    }

    private BodyRun runCall(DrivenCall call, int place, long before) {
        long now = frame.reporter().callReady(call, before) ? settings.time().nanos() : before;
        call.beginAlone(now);
        owner.setCall(call);
        if (watched) {
            takeOver.begin(place, now);
        }
        try {
            return owner.endCall(call, frame.bodies().run(call, now), false);
        } catch (Throwable e) {
            return frame.bodies().brokenOff(call, e);
        } finally {
            owner.setCall(null);
        }
    }

    private void recordFailure(DrivenCall call, BodyRun run) {
        if (run.leaving() != null && run.outcome() instanceof Outcome.Failed leaves) {
            frame.failure(leaves.error());
            failed = Outcomes.FAILED;
        } else if (failed == null
                && settings.limits().failFast()
                && !run.outcome().isSuccess()) {
            failed = Outcomes.failedFast(call);
        }
    }

    /** Returns the outcome of a call that must not start after all, or null. */
    private @Nullable Outcome unstarted(DrivenCall call) {
        if (!owner.interrupted()) {
            owner.takeFlag();
        }
        call.setUses(call.body().dataDependencies(), null);
        if (call.presetOutcome() == null) {
            settings.batch().check(call);
        }
        String why = owner.cancelled();
        if (why == null) {
            why = owner.interrupted() ? Outcomes.INTERRUPTED : failed;
        }
        return WhyNot.of(call, why, asList);
    }

    // The rescue.

    @Override
    public void rescueIfRunningFor(long nanos) {
        int running = takeOver.runningFor(nanos, settings.time().nanos());
        if (running >= 0 && running != rescueTried && running != calls.length - 1) {
            takeOver.rescue(() -> {
                rescueTried = running;
                Dispatcher planned = new Dispatcher(frame);
                return Thread.ofPlatform()
                        .daemon()
                        .name("interlock-rescue-" + frame.number())
                        .inheritInheritableThreadLocals(false)
                        .start(() -> planned.takeOver(running, takeOver));
            });
        }
    }

    /**
     * Joins the rescuer. The owner has finished, so a rescuer that is late, or held up by user code, has nothing left
     * to do.
     */
    private void joinRescuer() {
        Thread late = takeOver.close();
        if (late != null) {
            late.interrupt();
            try {
                late.join(RESCUER_JOIN_MILLIS);
            } catch (InterruptedException e) {
                owner.recordInterrupt();
            }
        }
    }

    @Override
    public long number() {
        return frame.number();
    }

    /** As cheap as the round's. */
    @Override
    public int hashCode() {
        return frame.hashCode();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }
}
