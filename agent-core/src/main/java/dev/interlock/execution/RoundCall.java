package dev.interlock.execution;

import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.reference.ArgumentReferences;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * One call of a {@link Round}: what an integration implements to have its own calls run. Users of
 * {@link ToolCallExecutor#execute} do not meet it.
 *
 * <p>It belongs to one round and is run once.
 */
public abstract class RoundCall extends CallBody {

    private final DrivenCall driven;

    /**
     * Makes a call.
     *
     * @param binding the tool it calls, see {@link Rounds#bind} and {@link Rounds#bindUnknown}
     */
    @SuppressWarnings("this-escape") // nothing is asked of it before its round begins
    protected RoundCall(ToolBinding binding) {
        this.driven = new DrivenCall(this, Objects.requireNonNull(binding, "binding"));
    }

    final DrivenCall driven() {
        return driven;
    }

    /**
     * Whether arguments that are still JSON text may hold references; for {@link #mayHoldReferences()}. Cheap.
     *
     * @param json the text
     * @return false if it surely holds none
     */
    protected static boolean mayHoldReferences(String json) {
        return ArgumentReferences.mayBeIn(json);
    }

    @Override
    protected @Nullable Object referable() {
        return outcome() instanceof Outcome.Succeeded(Object value) ? value : null;
    }

    /**
     * Says in which list the references of this call count the calls, where that is not its round: a response may be
     * executed in several rounds, or some of its calls once more.
     *
     * @param calls all calls of the response, in order; those of other rounds have their outcomes, see {@link #cameTo}
     * @param place the place of this call in the list, from 0
     */
    public final void referTo(List<? extends RoundCall> calls, int place) {
        driven.countIn(new DrivenCall.Numbering(at -> calls.get(at).driven(), calls.size(), place));
    }

    /**
     * Whether the arguments refer to results of other calls, and are not known without them.
     *
     * @return false before it was given to a round that chains calls
     */
    public final boolean refersToResults() {
        return driven.refersToResults();
    }

    /**
     * Has the call fail without being run, for an integration that has limits of its own: no interceptor is asked, no
     * permit is taken, and calls that refer to its result are skipped. To be said before the call is given to a round.
     *
     * @param why in words that a model can act on: the whole message of its outcome
     * @throws IllegalStateException if it was given to a round
     */
    public final void refuse(String why) {
        driven.requireNoRound();
        driven.refuse(new Outcome.Failed(new CallRefusedException(why)));
    }

    /**
     * Gives a call that belongs to no round the outcome that it had before, for calls that refer to it.
     *
     * @param known the outcome
     * @throws IllegalStateException if it was given to a round
     */
    public final void cameTo(Outcome known) {
        driven.cameTo(Objects.requireNonNull(known, "known"));
    }

    /**
     * Decides whether there will be another attempt, for an integration that treats a failure in its own way if there
     * will be none. To be asked at most once an attempt, within {@link #run()}, which then throws.
     *
     * @param failure what the tool threw
     * @return true if the call will be tried again, unless it is ended before
     */
    protected final boolean willTryAgain(Throwable failure) {
        return driven.willTryAgain(failure);
    }

    /**
     * Whether {@code error} came about because this call was interrupted: by its round, or, where it runs on the thread
     * that called in, by whoever interrupted that. To be asked on the call's thread, within {@link #run()}.
     *
     * @param error what the tool threw
     * @return true if it is not the tool's own failure
     */
    protected final boolean endedByInterrupt(Throwable error) {
        return driven.endedByInterrupt(error);
    }

    /**
     * The call with the arguments that interceptors gave it, for {@link #run()}.
     *
     * @return null if they left them alone
     */
    protected final @Nullable ToolCall changedCall() {
        return driven.changedCall();
    }

    /**
     * Says that the tool comes next, on the thread of the call, within {@link #run()}; the next call that
     * {@linkplain #announces() announces} itself may go on. In further attempts it does nothing.
     *
     * @throws InterruptedException if the call has been ended meanwhile, so that its tool must not be started
     */
    protected final void announced() throws InterruptedException {
        if (!driven.announce()) {
            throw new InterruptedException(driven.inWords() + " has been ended before it was started");
        }
    }

    /**
     * Waits for something that is not the tool's, on the thread of the call, within {@link #run()}: that does not count
     * for the limit of the attempt.
     *
     * @param <T> the type of what is waited for
     * @param wait waits
     * @return what it gave
     * @throws Exception whatever it throws
     */
    protected final <T extends @Nullable Object> T untimed(Callable<T> wait) throws Exception {
        return driven.untimed(wait);
    }

    /**
     * Does something that is not the tool's, on the thread of the call, within {@link #run()}: others may have the caps
     * meanwhile that this call holds, as while its body waits for a round of its own.
     *
     * @param <T> the type of the result
     * @param part what is to be done
     * @return what it gave
     * @throws Exception whatever it throws
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

    /** Says, on the thread of the call, that the tool will not be started again: others may have the caps of the call. */
    protected final void giveCapsBack() {
        if (driven.claim() != null) {
            driven.control().lend(driven);
        }
    }

    /**
     * The place of the call in its round.
     *
     * @return from 0; the order of calls
     */
    protected final int place() {
        return driven.index();
    }

    /**
     * The limit of what the call tells the model, for an integration that makes messages of failures.
     *
     * @return null if there is none, or the call belongs to no round
     */
    protected final @Nullable ResultLimit resultLimit() {
        return driven.resultLimit();
    }

    /**
     * The tool it calls.
     *
     * @return the binding
     */
    public final ToolBinding binding() {
        return driven.binding();
    }

    /**
     * What the call came to.
     *
     * @return the outcome
     * @throws IllegalStateException if its round has not ended
     */
    public final Outcome outcome() {
        return driven.outcome();
    }
}
