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

/** A call as a {@link CallInterceptor} sees it. Only to be used by the interceptor's thread, while it intercepts. */
public interface InterceptedCall {

    /**
     * The call, with the arguments that interceptors before this one have given it.
     *
     * @return the call
     */
    ToolCall call();

    /**
     * The number of its round.
     *
     * @return unique in this JVM
     */
    long round();

    /**
     * Identifies its round through all suspensions and resumes, in all processes: with {@link #index()} it names the call.
     *
     * @return made when it is asked for first
     */
    String roundId();

    /**
     * Its place in the batch.
     *
     * @return from 0
     */
    int index();

    /**
     * What it reads and writes, as planned.
     *
     * @return its accesses, empty for a pure call
     */
    List<Access> accesses();

    /**
     * Whether it is known to change nothing.
     *
     * @return false if it writes, or if nothing is known
     */
    boolean onlyReads();

    /**
     * How calls of its tool are run.
     *
     * @return the policy
     */
    ToolPolicy policy();

    /**
     * The plan of the batch; of a batch that is still being streamed, of the calls so far.
     *
     * @return which call waits for which, and why
     */
    CallPlan plan();

    /**
     * Runs the call: the next interceptor, or the tool, with all attempts. Waits for the turn of the call first if that
     * is needed, see {@link CallInterceptor#needsTurn()}.
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
     * @throws IllegalArgumentException if it is of another tool, or accesses what this call was not planned to access
     * @throws IllegalStateException if this interceptor has run it before
     */
    @Nullable
    Object proceed(ToolCall changed) throws Exception;

    /**
     * Waits for something other than the tool. Meanwhile the call does not count as running, so that others can run; what
     * conflicts with it still waits.
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
     * @param limit more than zero; null to wait as long as the call's own limits allow
     * @return the answer
     * @throws TimeoutException if the limit passed
     * @throws Exception what the answer was completed with instead; an {@link InterruptedException} if the call has ended
     *     meanwhile
     */
    <T extends @Nullable Object> T await(CompletionStage<T> answer, @Nullable Duration limit) throws Exception;
}
