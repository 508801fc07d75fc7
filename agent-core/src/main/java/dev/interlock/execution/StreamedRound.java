package dev.interlock.execution;

import dev.interlock.call.CallResult;
import dev.interlock.durable.SuspendedRound;
import dev.interlock.schedule.Outcomes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * For integrations: a batch whose calls come one at a time, while the model still writes the next ones. A call starts as
 * soon as it is admitted, if no call admitted before conflicts with it and the limit of concurrency allows.
 * One that is to run on the owner (see {@link ContextPropagator}) starts once there is one, that is when the round is
 * awaited.
 *
 * <p>Before it admits a call whose response is not complete an integration asks whether {@link Rounds#mayStartEarly anything
 * may start early}; when it is complete it gives the rest to {@link #await(List, List)}, which asks the guards.
 *
 * <p>The round begins when it is made, and must be awaited or cancelled. Calls are admitted, and {@link #await} is
 * called, by one thread at a time; {@link #cancel} by any.
 */
public final class StreamedRound {

    private final RoundFrame frame;
    private final Dispatcher dispatcher;

    /** What a guard threw; written by the thread that awaits the round. */
    private @Nullable Throwable refusal;

    private StreamedRound(RoundFrame frame) {
        this.frame = frame;
        this.dispatcher = new Dispatcher(frame);
        dispatcher.driveFromNowOn();
    }

    static StreamedRound begin(RoundFrame frame) {
        StreamedRound begun = new StreamedRound(frame);
        frame.begin();
        begun.dispatcher.open();
        return begun;
    }

    /**
     * Admits the next call in call order. Returns without waiting for it. After {@link #cancel} it does not start.
     *
     * @param call the call, new
     * @throws IllegalArgumentException if the call was given to a round before
     * @throws IllegalStateException if the round was awaited before
     */
    public void admit(RoundCall call) {
        requireNotAwaited();
        dispatcher.admit(call.driven());
    }

    private void requireNotAwaited() {
        if (frame.owner().thread() != null) {
            throw new IllegalStateException("round " + frame.number() + " takes no more calls: it was awaited");
        }
    }

    /**
     * Admits the last calls, once all of the response are known, and waits as {@link #await()} does. If there are any, or some
     * that were admitted before have not begun, the {@linkplain RoundGuard guards} are asked first where they may run. A call
     * whose tool has been started goes on as it is, and one that has a thread keeps that; if a guard refuses the round no other
     * starts.
     *
     * @param rest the calls that have not been admitted, in call order, each new
     * @param response all calls of the response, in call order, about which the guards are asked
     * @throws IllegalArgumentException if a call was given to a round before
     * @throws IllegalStateException if the round was awaited before
     */
    public void await(List<? extends RoundCall> rest, List<? extends RoundCall> response) {
        requireNotAwaited();
        if (!rest.isEmpty() || (frame.isGuarded() && dispatcher.hasUnbegun())) {
            RoundGuards.Answer answer =
                    frame.askGuards(response.stream().map(RoundCall::driven).toList());
            refusal = answer.refusal();
            if (refusal != null) {
                dispatcher.refuse(refusal);
            } else if (frame.isConfined()) {
                dispatcher.confine();
            }
        }
        frame.owner().takeFlag();
        if (frame.owner().interrupted()) {
            // Before, or while a guard worked, whether it heeded that or not: none of the rest is to start.
            dispatcher.stop(Outcomes.INTERRUPTED);
        }
        for (RoundCall call : rest) {
            if (refusal != null) {
                call.driven().refuseWithRound(refusal);
            }
            dispatcher.admit(call.driven());
        }
        await();
    }

    /**
     * Waits until every call that was admitted has its outcome; the current thread becomes the round's owner, with all
     * that is said of interrupts at {@link Round#execute()}.
     */
    public void await() {
        dispatcher.adopt();
        frame.whileLent(dispatcher::run);
        frame.restoreFlag();
    }

    /**
     * Ends the round: no further call starts, running ones are interrupted, and abandoned after the grace period. Does
     * not wait for that. Does nothing if all has ended.
     *
     * @param why in words, for the outcomes
     */
    public void cancel(String why) {
        dispatcher.cancel(why);
    }

    /**
     * Takes back a call that was admitted, since the model did not make it after all. If its body has not begun it does not
     * start any more; if it runs and only reads it is interrupted, and abandoned after the grace period; if it runs and may
     * change something it goes on, so that what comes of it is known. May be called until the round is awaited.
     *
     * @param call a call of this round
     * @param why in words, for its outcome
     */
    public void withdraw(RoundCall call, String why) {
        dispatcher.withdraw(call.driven(), why);
    }

    /**
     * Whether the thread that awaits the round was interrupted.
     *
     * @return true if that ended the round
     */
    public boolean interrupted() {
        return frame.owner().interrupted();
    }

    /**
     * Why the round was cancelled, by a {@link Cancellation} or by closing the executor; not by {@link #cancel}.
     *
     * @return the reason, or null if it was not
     */
    public @Nullable String cancelled() {
        return frame.owner().cancelled();
    }

    /**
     * What must leave the round, see {@link Round#failure()}.
     *
     * @return the cause, or null if there is none
     */
    public @Nullable Throwable failure() {
        Throwable ofCalls = frame.failure();
        return ofCalls == null ? refusal : ofCalls;
    }

    /**
     * The round as data, if it was suspended, see {@link Round#suspended()}; to be asked for once the round was awaited.
     *
     * @return null if every call has its outcome
     */
    public @Nullable SuspendedRound suspended() {
        return SuspendedRounds.of(frame);
    }

    /**
     * The results with calls and times, to be asked for once the round was awaited.
     *
     * @return one result a call, in the order of admission
     */
    public List<CallResult> results() {
        return frame.reporter().results(frame.calls());
    }
}
