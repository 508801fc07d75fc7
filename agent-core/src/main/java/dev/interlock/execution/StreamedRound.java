package dev.interlock.execution;

import dev.interlock.call.CallResult;
import dev.interlock.durable.SuspendedRound;
import dev.interlock.schedule.Outcomes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * For integrations: a batch whose calls come one at a time, while the model still writes the next ones. An admitted
 * call starts at once, if no earlier call conflicts with it and the limit of concurrency allows it. A call that must
 * run on the owner (see {@link ContextPropagator}) starts when a thread awaits the round and becomes its owner.
 *
 * <p>Before an integration admits a call of an incomplete response, it asks whether
 * {@link Rounds#mayStartEarly anything may start early}. When the response is complete, it passes the rest to
 * {@link #await(List, List)}, which asks the guards.
 *
 * <p>The round begins when it is created, and the integration must await or cancel it. One thread at a time admits
 * calls and calls {@link #await}; any thread may call {@link #cancel}, and then {@link #await()}.
 */
public final class StreamedRound {

    private final RoundFrame frame;
    private final Dispatcher dispatcher;

    private volatile boolean cancelled;

    /** What a guard threw. The awaiting thread writes it. */
    private @Nullable Throwable refusal;

    private StreamedRound(RoundFrame frame) {
        this.frame = frame;
        this.dispatcher = new Dispatcher(frame);
        dispatcher.driveFromNowOn();
    }

    static StreamedRound begin(RoundFrame frame) {
        StreamedRound begun = new StreamedRound(frame);
        frame.begin(null);
        begun.dispatcher.open();
        return begun;
    }

    /**
     * Admits the next call in call order. Returns without waiting for it. After {@link #cancel} it does not start, even
     * if the thread that has cancelled awaits the round already.
     *
     * @param call the call, new
     * @throws IllegalArgumentException if the call was given to a round before
     * @throws IllegalStateException if the round was awaited before, and not cancelled
     */
    public void admit(RoundCall call) {
        if (!cancelled) {
            requireNotAwaited();
        }
        dispatcher.admit(call.driven());
    }

    private void requireNotAwaited() {
        if (frame.owner().thread() != null) {
            throw new IllegalStateException("round " + frame.number() + " takes no more calls: it was awaited");
        }
    }

    /**
     * Admits the last calls when all calls of the response are known, and waits as {@link #await()} does. If any call
     * has not begun, this first asks the {@linkplain RoundGuard guards} where the calls may run. A started call goes
     * on, and a call with a thread keeps it. If a guard refuses the round, no other call starts.
     *
     * @param rest the calls not admitted yet, in call order, each new
     * @param response all calls of the response in call order, for the guards
     * @throws IllegalArgumentException if a call was given to a round before
     * @throws IllegalStateException if the round was awaited before
     */
    public void await(List<? extends RoundCall> rest, List<? extends RoundCall> response) {
        requireNotAwaited();
        frame.owner().shareFlag(Within.current().levelHere());
        try {
            admitRest(rest, response);
        } catch (Throwable e) {
            frame.owner().unshareFlag();
            throw e;
        }
        await();
    }

    private void admitRest(List<? extends RoundCall> rest, List<? extends RoundCall> response) {
        if (!rest.isEmpty() || (frame.isGuarded() && dispatcher.hasRefusable())) {
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
            // The interrupt came before the guards or while one worked, so none of the rest may start.
            dispatcher.stop(Outcomes.INTERRUPTED);
        }
        for (RoundCall call : rest) {
            if (refusal != null) {
                call.driven().refuseWithRound(refusal);
            }
            dispatcher.admit(call.driven());
        }
    }

    /**
     * Waits until every admitted call has its outcome. The current thread becomes the round's owner, and interrupts act
     * as in {@link Round#execute()}.
     */
    public void await() {
        try {
            dispatcher.adopt();
            frame.whileLent(dispatcher::run);
        } finally {
            frame.leave();
        }
    }

    /**
     * Ends the round: no further call starts, running calls are interrupted, and abandoned after the grace period. Does
     * not wait for that. Does nothing if the round has ended.
     *
     * @param why in words, for the outcomes
     */
    public void cancel(String why) {
        cancelled = true;
        dispatcher.cancel(why);
    }

    /**
     * Withdraws an admitted call that the model did not make after all. If its body has not begun, it never starts. If
     * it runs and only reads, it is interrupted, and abandoned after the grace period. If it runs and may change
     * something, it goes on, so that its outcome is known. Call this before the round is awaited.
     *
     * @param call a call of this round
     * @param why in words, for its outcome
     */
    public void withdraw(RoundCall call, String why) {
        dispatcher.withdraw(call.driven(), why);
    }

    /**
     * Tells whether the thread that awaits the round was interrupted.
     *
     * @return true if that ended the round
     */
    public boolean interrupted() {
        return frame.owner().interrupted();
    }

    /**
     * Returns why a {@link Cancellation} or closing the executor cancelled the round; {@link #cancel} does not count.
     *
     * @return the reason, or null if it was not
     */
    public @Nullable String cancelled() {
        return frame.owner().cancelled();
    }

    /**
     * Returns the failure that must leave the round, see {@link Round#failure()}.
     *
     * @return the cause, or null if there is none
     */
    public @Nullable Throwable failure() {
        Throwable ofCalls = frame.failure();
        return ofCalls == null ? refusal : ofCalls;
    }

    /**
     * Returns the round as data, if it was suspended, see {@link Round#suspended()}. Ask once the round was awaited.
     *
     * @return the suspended round; null if every call has its outcome
     */
    public @Nullable SuspendedRound suspended() {
        return frame.suspended();
    }

    /**
     * Returns the results with calls and times. Call this after the round was awaited.
     *
     * @return one result for each call, in the order of admission
     */
    public List<CallResult> results() {
        return RoundResults.all(frame.calls());
    }
}
