package dev.interlock.execution;

import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Access;
import dev.interlock.plan.CallPlan;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A call as a {@link CallInterceptor} sees it. Use it only on the interceptor's thread, while it intercepts. */
public interface InterceptedCall {

    /**
     * Returns the call, with the arguments from earlier interceptors.
     *
     * @return the call
     */
    ToolCall call();

    /**
     * Returns the number of the call's round.
     *
     * @return a number unique in this JVM
     */
    long round();

    /**
     * Returns the id of the call's round, which is the same after each resume and in all processes. Together with
     * {@link #index()} it identifies the call.
     *
     * @return the id, made on first use
     */
    String roundId();

    /**
     * Returns the call's place in the batch; of a batch in chunks that in the whole, where the plan is that of the
     * chunk.
     *
     * @return the place, from 0
     */
    int index();

    /**
     * Returns what the call reads and writes, as planned.
     *
     * @return the accesses; empty for a pure call
     */
    List<Access> accesses();

    /**
     * Tells whether the call is known to change nothing.
     *
     * @return false if it writes or its effects are unknown
     */
    boolean onlyReads();

    /**
     * Returns the policy of the call's tool.
     *
     * @return the policy
     */
    ToolPolicy policy();

    /**
     * Returns the plan of the batch; while the model still streams, the plan of the calls so far.
     *
     * @return which call waits for which, and why
     */
    CallPlan plan();

    /**
     * Runs the call: the next interceptor, or the tool with all attempts. First waits for the call's turn if needed,
     * see {@link CallInterceptor#needsTurn()}.
     *
     * @return its result
     * @throws Exception what the tool threw in its last attempt
     * @throws IllegalStateException if this interceptor has run it before
     */
    @Nullable
    Object proceed() throws Exception;

    /**
     * Runs the call with other arguments.
     *
     * @param changed a call of the same tool
     * @return its result
     * @throws Exception what the tool threw in its last attempt
     * @throws IllegalArgumentException if it calls another tool, or would access something outside this call's plan
     * @throws IllegalStateException if this interceptor has run it before
     */
    @Nullable
    Object proceed(ToolCall changed) throws Exception;

    /**
     * Waits for something other than the tool. Meanwhile the call does not count as running, so others can run;
     * conflicting calls still wait.
     *
     * @param <T> the type of what is waited for
     * @param wait waits, and ends early when interrupted
     * @return what {@code wait} returns, once the call may run again
     * @throws Exception what {@code wait} throws; an {@link InterruptedException} if the call has ended meanwhile
     */
    <T extends @Nullable Object> T withoutPermit(Callable<T> wait) throws Exception;

    /**
     * Waits for an answer, as {@link #withoutPermit} does, for at most {@code limit}.
     *
     * @param <T> the type of the answer
     * @param answer the answer to come
     * @param limit the longest wait, more than zero; null to wait as long as the call's own limits allow
     * @return the answer
     * @throws TimeoutException if the limit passed
     * @throws Exception what the answer failed with; an {@link InterruptedException} if the call has ended
     *     meanwhile
     */
    <T extends @Nullable Object> T await(CompletionStage<T> answer, @Nullable Duration limit) throws Exception;
}
