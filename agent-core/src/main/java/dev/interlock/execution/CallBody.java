package dev.interlock.execution;

import dev.interlock.call.ToolCall;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The part of a {@link RoundCall} that drivers use: what an integration says about a call, and how it runs the call.
 */
abstract class CallBody {

    private static final int[] NONE = {};

    CallBody() {}

    /**
     * Returns the call with parsed arguments. Drivers call this only if a plan or a listener needs it.
     *
     * @return the same call every time
     */
    protected abstract ToolCall call();

    /**
     * Tells whether the arguments are a JSON object, see {@link ToolCall#hasObjectArguments()}. Override this if there
     * is an answer without a full parse.
     *
     * @return false for a call whose arguments make it a barrier
     */
    protected boolean hasObjectArguments() {
        return call().hasObjectArguments();
    }

    /**
     * Tells whether {@link #run} fails without running the tool, since the arguments cannot be read. Interceptors do
     * not see such a call: it has nothing to show and nothing to allow.
     *
     * @return false by default
     */
    protected boolean isUnreadable() {
        return false;
    }

    /**
     * Returns the calls whose results this one uses.
     *
     * @return their places in the round, from 0, each before this one's; empty by default
     */
    protected int[] dataDependencies() {
        return NONE;
    }

    /**
     * Tells whether the arguments may hold references to results of earlier calls. Override this if there is an answer
     * without a parse.
     *
     * @return false if they surely hold none
     */
    protected boolean mayHoldReferences() {
        return true;
    }

    /**
     * Returns the value of references to this call's result. A referring call calls this on its own thread, after this
     * call has succeeded.
     *
     * @return text, JSON, or a value that can be written as JSON; by default what {@link #run} returned
     */
    protected abstract @Nullable Object referable();

    /**
     * Returns the call's result in a form that a suspended round can keep as JSON and restore: text, JSON, or a value
     * that can be written as JSON.
     *
     * @param value what {@link #run} returned, or an interceptor in its place
     * @return the value itself by default
     */
    protected @Nullable Object keepable(@Nullable Object value) {
        return value;
    }

    /**
     * Returns the length of the arguments. Drivers call this only if there is a limit.
     *
     * @return the length of their JSON text in UTF-8
     */
    protected long argumentBytes() {
        return call().arguments().toString().getBytes(StandardCharsets.UTF_8).length;
    }

    /**
     * Cuts a result that is too long. If there is a limit, drivers call this once, on the call's thread.
     *
     * @param value what {@link #run} returned, or an interceptor in its place
     * @param limits the longest result, and what happens to a longer one
     * @return the value itself if it is not too long or its length cannot be told
     * @throws Exception to fail the call
     */
    protected @Nullable Object limitResult(@Nullable Object value, ResultLimit limits) throws Exception {
        return limits.apply(value);
    }

    /**
     * Tells whether {@link #run()} does something before the tool that only one call of the round may do at a time. A
     * call begins its first attempt only when each earlier such call has called {@link RoundCall#announced()}, has
     * ended, or waits for something else. So a call that fails before its announcement ends the round before any later
     * call starts.
     *
     * @return false by default; the same every time
     */
    protected boolean announces() {
        return false;
    }

    /**
     * Names the round for tools and interceptors, see {@link CallScope#round}: for an integration whose rounds are
     * known by other names, such as one that runs each attempt of a call as a round of its own.
     *
     * @return the same for each attempt of the call, and unique among the rounds of all processes; null by default: the
     *     name that the engine gave the round
     */
    protected @Nullable String roundForTool() {
        return null;
    }

    /**
     * The place of the call in the round that {@link #roundForTool} names, see {@link CallScope#index}.
     *
     * @param index the place in the engine's round, from 0
     * @return the same for each attempt of the call, from 0; by default {@code index}
     */
    protected int indexForTool(int index) {
        return index;
    }

    /**
     * Called on any thread when the round has abandoned the call: it has its outcome, though its thread still runs.
     * This must be brief.
     */
    protected void onAbandoned() {}

    /**
     * Runs the tool's body once, on the call's thread. What it throws is this call's failure, except
     * {@link RoundFailure}.
     *
     * @return the result, may be null
     * @throws Exception to fail the call; so does any error
     */
    protected abstract @Nullable Object run() throws Exception;
}
