package dev.interlock.execution;

import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.reference.ArgumentReferences;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * One call of a {@link Round}. An integration implements it to run its own calls. Users of
 * {@link ToolCallExecutor#execute} do not meet it.
 *
 * <p>A call belongs to one round and runs once.
 */
public abstract class RoundCall extends CallBody {

    private final DrivenCall driven;

    /**
     * Creates a call.
     *
     * @param binding the call's tool, see {@link Rounds#bind} and {@link Rounds#bindUnknown}
     */
    @SuppressWarnings("this-escape") // nothing is asked of it before its round begins
    protected RoundCall(ToolBinding binding) {
        this.driven = new DrivenCall(this, Objects.requireNonNull(binding, "binding"));
    }

    final DrivenCall driven() {
        return driven;
    }

    /**
     * Tells whether arguments that are still JSON text may hold references. This is a cheap test for
     * {@link #mayHoldReferences()}.
     *
     * @param json the text
     * @return false if the text surely holds none
     */
    protected static boolean mayHoldReferences(String json) {
        return ArgumentReferences.mayBeIn(json);
    }

    @Override
    protected @Nullable Object referable() {
        return outcome() instanceof Outcome.Succeeded(Object value) ? value : null;
    }

    /**
     * Sets the list in which this call's references number the calls, if that is not its round: an integration may
     * execute a response in several rounds, or some of its calls once more.
     *
     * @param calls all calls of the response in order; calls of other rounds have their outcomes, see {@link
     *     #setEarlierOutcome}
     * @param place the place of this call in the list, from 0
     */
    public final void referTo(List<? extends RoundCall> calls, int place) {
        driven.countIn(new DrivenCall.Numbering(at -> calls.get(at).driven(), calls.size(), place));
    }

    /**
     * Tells whether the arguments refer to results of other calls, and so are unknown without them.
     *
     * @return false before the call belongs to a round that chains calls
     */
    public final boolean refersToResults() {
        return driven.refersToResults();
    }

    /**
     * Tells whether the tool gets other arguments than the model wrote, because these hold references, escaped ones
     * included.
     *
     * @return false before the call belongs to a round that chains calls
     */
    public final boolean holdsReferences() {
        return driven.references() != null;
    }

    /**
     * Makes the call fail without running, for an integration with limits of its own. No interceptor runs, the call
     * takes no permit, and calls that refer to its result are skipped. Call this before a round gets the call.
     *
     * @param why the whole message of the call's outcome, in words that a model can act on
     * @throws IllegalStateException if a round has the call
     */
    public final void ruleOut(String why) {
        driven.requireNoRound();
        driven.preset(new Outcome.Failed(new CallRefusedException(why)));
    }

    /**
     * Sets the earlier outcome of a call without a round, for calls that refer to it.
     *
     * @param known the outcome
     * @throws IllegalStateException if a round has the call
     */
    public final void setEarlierOutcome(Outcome known) {
        driven.setEarlierOutcome(Objects.requireNonNull(known, "known"));
    }

    /**
     * Decides whether another attempt follows, for an integration that handles the final failure in its own way. Call
     * this at most once for each attempt, inside {@link #run()}, which then throws.
     *
     * @param failure what the tool threw
     * @return true if another attempt follows, unless the call ends first
     */
    protected final boolean willTryAgain(Throwable failure) {
        return driven.willTryAgain(failure);
    }

    /**
     * Tells whether an interrupt of this call caused {@code error}: by its round or, if the call runs on the owner, by
     * any thread that interrupted the owner. Ask on the call's thread, inside {@link #run()}.
     *
     * @param error what the tool threw
     * @return true if the failure is not the tool's own
     */
    protected final boolean endedByInterrupt(Throwable error) {
        return driven.endedByInterrupt(error);
    }

    /**
     * Returns the call with the arguments from interceptors, for {@link #run()}.
     *
     * @return the call; null if no interceptor changed the arguments
     */
    protected final @Nullable ToolCall changedCall() {
        return driven.changedCall();
    }

    /**
     * Announces that the tool comes next, on the call's thread, inside {@link #run()}. The next call that
     * {@linkplain #announces() announces} itself may then go on. In further attempts this does nothing.
     *
     * @throws InterruptedException if the call has ended meanwhile, so that its tool must not start
     */
    protected final void announced() throws InterruptedException {
        if (!driven.announce()) {
            throw new InterruptedException(driven.inWords() + " has been ended before it was started");
        }
    }

    /**
     * Waits for something other than the tool, on the call's thread, inside {@link #run()}. The wait does not count for
     * the limit of the attempt.
     *
     * @param <T> the type of what is waited for
     * @param wait waits
     * @return what it returned
     * @throws Exception what it throws
     */
    protected final <T extends @Nullable Object> T untimed(Callable<T> wait) throws Exception {
        return driven.untimed(wait);
    }

    /**
     * Does something other than the tool's work, on the call's thread, inside {@link #run()}. Meanwhile other calls may
     * use this call's caps, as while a body waits for a round of its own.
     *
     * @param <T> the type of the result
     * @param part what to do
     * @return what it returned
     * @throws Exception what it throws
     */
    protected final <T extends @Nullable Object> T lendingCaps(Callable<T> part) throws Exception {
        if (driven.claim() == null) {
            return part.call();
        }
        driven.control().lend(driven);
        try {
            return part.call();
        } finally {
            driven.untimed(() -> {
                driven.control().reclaim(driven);
                return true;
            });
        }
    }

    /** Says, on the call's thread, that the tool will not start again, so that other calls may use the call's caps. */
    protected final void giveCapsBack() {
        if (driven.claim() != null) {
            driven.control().lend(driven);
        }
    }

    /**
     * Returns the place of the call in its round.
     *
     * @return the place in call order, from 0
     */
    protected final int place() {
        return driven.index();
    }

    /**
     * Returns the limit of the call's result, for an integration that makes messages of failures.
     *
     * @return the limit; null if there is none, or the call belongs to no round
     */
    protected final @Nullable ResultLimit resultLimit() {
        return driven.resultLimit();
    }

    /**
     * Returns how often the tool's body was started.
     *
     * @return 0 if it never was; what counts when the call has its outcome
     */
    protected final int attempts() {
        return driven.attempts();
    }

    /**
     * Tells whether the tool's body may have been started: in the call's round, or before that.
     *
     * @return false if it certainly was not; what counts when the call has its outcome
     */
    protected final boolean mayHaveStartedEver() {
        return KeptRounds.mayHaveStartedEver(driven);
    }

    /**
     * Says, before a round gets the call, that its tool may have been started in an earlier round. Then a write that
     * does not start again says that it may have taken effect.
     */
    public final void markStartedBefore() {
        driven.markStartedBefore();
    }

    /**
     * Returns what to tell the model of a call that did not succeed.
     *
     * @return the outcome's {@linkplain Outcome#message(int) message} with the number of attempts, within the limit
     * @throws IllegalStateException if the call's round has not ended
     */
    protected final String errorText() {
        ResultLimit limit = resultLimit();
        return limit == null ? outcome().message(attempts()) : limit.message(outcome(), attempts());
    }

    /**
     * Returns the binding of the call's tool.
     *
     * @return the binding
     */
    public final ToolBinding binding() {
        return driven.binding();
    }

    /**
     * Returns what the call came to.
     *
     * @return the outcome
     * @throws IllegalStateException if its round has not ended
     */
    public final Outcome outcome() {
        return driven.outcome();
    }

    /**
     * For integrations: what its tool knows as the key of the call, once its round is over.
     *
     * @return null if no tool can have asked for it
     */
    public final @Nullable String keyIfAsked() {
        return CallKeys.ifAsked(driven);
    }
}
