package dev.interlock.execution;

import dev.interlock.call.Outcome;
import dev.interlock.schedule.Actions;
import dev.interlock.schedule.Call;
import dev.interlock.share.Claim;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Carries out the actions of one round, and all that follows from them in this and other rounds, with no lock held.
 * Thread-safe.
 *
 * <p>Invariant: every action is tried, whatever another one throws. A failure ends the round whose action it is, and no
 * other. So what a call of another round was granted is never lost.
 */
final class Performer {

    /** What the driver of the round hears of its actions. */
    interface Driver {

        /** Makes the owner look again. */
        void wake();

        /** Tells that the thread of a call could not be started. */
        void startFailed(DrivenCall call, Throwable error, FollowUps after);

        /** Ends the round, because the engine failed. Does not throw. */
        void collapse(Throwable error, FollowUps after);
    }

    private final Driver driver;
    private final long round;
    private final CallThreads threads;

    Performer(Driver driver, RoundFrame frame, CallThreads threads) {
        this.driver = driver;
        this.round = frame.number();
        this.threads = threads;
    }

    /**
     * Carries out actions. It works through a queue and does not recurse, since there may be any number of calls.
     */
    void perform(Actions actions) {
        if (actions.isEmpty()) {
            if (actions.wake()) {
                driver.wake();
            }
            return;
        }
        FollowUps after = new FollowUps();
        wakeIfWanted(actions, after);
        perform(actions, after);
        after.doAll();
    }

    /**
     * Carries out actions on a thread of its own, because they may run foreign code. If there is no thread, the current
     * one does it: it may then be late for other rounds, but no call is lost.
     */
    void performElsewhere(Actions actions) {
        try {
            Thread.ofPlatform()
                    .daemon()
                    .name("interlock-alarm-" + round)
                    .inheritInheritableThreadLocals(false)
                    .start(() -> perform(actions));
        } catch (Throwable e) {
            perform(actions);
        }
    }

    /** Carries out actions after those that are being carried out. */
    void performAfter(Actions actions, FollowUps after) {
        if (!actions.isEmpty()) {
            after.add(() -> perform(actions, after));
        }
        wakeIfWanted(actions, after);
    }

    private void wakeIfWanted(Actions actions, FollowUps after) {
        if (actions.wake()) {
            try {
                driver.wake();
            } catch (Throwable e) {
                driver.collapse(e, after);
            }
        }
    }

    private void perform(Actions actions, FollowUps after) {
        each(
                actions.unpark(),
                after,
                (by, call, later) ->
                        LockSupport.unpark(DrivenCall.of(call).thread().thread()));
        each(actions.interrupt(), after, (by, interrupt, later) -> by.interrupt(interrupt));
        each(actions.abandoned(), after, (by, call, later) -> by.threads.markAbandoned(DrivenCall.of(call)));
        each(actions.abandoned(), after, (by, call, later) -> Replicas.abandoned(DrivenCall.of(call)));
        each(
                actions.abandoned(),
                after,
                (by, call, later) -> DrivenCall.of(call).body().onAbandoned());
        each(
                actions.tell(),
                after,
                (by, note, later) -> DrivenCall.of(note.call()).requireEvents().tellNotes());
        each(actions.start(), after, (by, call, later) -> by.start(DrivenCall.of(call), later));
        each(actions.granted(), after, (by, claim, later) -> roundOf(claim).granted(claim, later));
        each(actions.suspicious(), after, (by, claim, later) -> roundOf(claim).suspected(claim, later));
    }

    /** One kind of action. It captures nothing, since every call's events come by here. */
    private interface Action<T> {
        void perform(Performer by, T one, FollowUps later);
    }

    private <T> void each(List<T> all, FollowUps after, Action<T> action) {
        // By index, since making an iterator may fail.
        for (int i = 0; i < all.size(); i++) {
            try {
                action.perform(this, all.get(i), after);
            } catch (Throwable e) {
                driver.collapse(e, after);
            }
        }
    }

    void interrupt(Actions.Interrupt interrupt) {
        DrivenCall call = DrivenCall.of(interrupt.call());
        if (interrupt.again() || !call.isInterruptedByRound()) {
            call.thread().interrupt(interrupt.attempt(), call.inWords());
        }
    }

    private void start(DrivenCall call, FollowUps after) {
        try {
            threads.start(call);
        } catch (Throwable e) {
            call.readMessage(new Outcome.Failed(e));
            driver.startFailed(call, e, after);
        }
    }

    private static CallControl roundOf(Claim claim) {
        return DrivenCall.of(Call.claiming(claim)).control();
    }
}
