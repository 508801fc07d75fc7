package dev.interlock.execution;

import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.reference.ArgumentReferences;
import java.util.List;
import java.util.Objects;
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
