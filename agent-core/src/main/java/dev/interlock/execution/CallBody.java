package dev.interlock.execution;

import dev.interlock.call.ToolCall;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What an integration says of a call, and how it runs it: the part of a {@link RoundCall} that drivers ask. */
abstract class CallBody {

    private static final int[] NONE = {};

    CallBody() {}

    /**
     * The call, its arguments parsed. Asked for only where a plan or a listener needs it.
     *
     * @return the same call every time
     */
    protected abstract ToolCall call();

    /**
     * Whether the arguments are a JSON object, see {@link ToolCall#hasObjectArguments()}. To be overridden where that can
     * be told without parsing them all.
     *
     * @return false for a call that is a barrier because of its arguments
     */
    protected boolean hasObjectArguments() {
        return call().hasObjectArguments();
    }

    /**
     * Whether {@link #run} fails without running the tool, since the arguments cannot be read. Interceptors are not asked
     * about such a call: there is nothing for them to see, and nothing to allow.
     *
     * @return false by default
     */
    protected boolean isUnreadable() {
        return false;
    }

    /**
     * The calls whose results this one uses.
     *
     * @return their places in the batch, from 0, each before this one's; empty by default
     */
    protected int[] dataDependencies() {
        return NONE;
    }

    /**
     * Whether the arguments may hold references to results of earlier calls. To be overridden where that can be told
     * without parsing them.
     *
     * @return false if they surely hold none
     */
    protected boolean mayHoldReferences() {
        return true;
    }

    /**
     * What references to this call's result stand for; asked on the thread of a call that refers to it, once this one has
     * succeeded.
     *
     * @return text, JSON, or a value that can be written as JSON; by default what {@link #run} returned
     */
    protected abstract @Nullable Object referable();

    /**
     * The result of the call in a form that can be kept as JSON and taken up again, for a round that is suspended: text, JSON,
     * or a value that can be written as that.
     *
     * @param value what {@link #run} returned, or an interceptor in its place
     * @return the value itself by default
     */
    protected @Nullable Object keepable(@Nullable Object value) {
        return value;
    }

    /**
     * How long the arguments are. Asked for only where there is a limit.
     *
     * @return the length of their JSON text in UTF-8
     */
    protected long argumentBytes() {
        return call().arguments().toString().getBytes(StandardCharsets.UTF_8).length;
    }

    /**
     * Cuts a result that is too long. Called once, on the thread of the call, where there is a limit.
     *
     * @param value what {@link #run} returned, or an interceptor in its place
     * @param limits how long it may be, and what is to be done if it is longer
     * @return the value itself if it is not too long or its length cannot be told
     * @throws Exception to fail the call
     */
    protected @Nullable Object limitResult(@Nullable Object value, ResultLimit limits) throws Exception {
        return limits.apply(value);
    }

    /**
     * Whether there is something before the tool, in {@link #run()}, that is to be done for one call of the round after the
     * other: a call goes on to its first attempt only when of each call that did so before {@link RoundCall#announced()} was
     * called, or that has ended, or waits for something else. So a call that fails before it is announced ends the round
     * before any that comes after it was started.
     *
     * @return false by default; the same every time
     */
    protected boolean announces() {
        return false;
    }

    /**
     * Told, on any thread, that the call has been abandoned: it has its outcome, though its thread still runs. Must be
     * brief.
     */
    protected void onAbandoned() {}

    /**
     * Runs the tool's body once, on the thread of the call. Whatever it throws is this call's failure, except
     * {@link RoundFailure}.
     *
     * @return the result, may be null
     * @throws Exception to fail the call; so does any error
     */
    protected abstract @Nullable Object run() throws Exception;
}
