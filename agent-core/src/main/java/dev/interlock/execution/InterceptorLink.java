package dev.interlock.execution;

import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Access;
import dev.interlock.event.Wait;
import dev.interlock.plan.CallPlan;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The call as one of its interceptors sees it. Only the call's thread accesses it. */
final class InterceptorLink implements InterceptedCall {

    /** The call behind all its links: a link that proceeds calls back, for the next link or the tool. */
    interface Around {

        DrivenCall driven();

        /** The number of the round. */
        long round();

        CallPlan plan();

        Pauses pauses();

        /** Runs interceptor number {@code number}, or the tool if there is none. */
        @Nullable
        Object run(int number, ToolCall seen) throws Exception;
    }

    private final Around around;
    private final int number;
    private final ToolCall call;
    private boolean proceeded;

    /**
     * Makes a link.
     *
     * @param number the number of the interceptor that sees it
     */
    InterceptorLink(Around around, int number, ToolCall call) {
        this.around = around;
        this.number = number;
        this.call = call;
    }

    @Override
    public @Nullable Object proceed() throws Exception {
        return proceed(call);
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // an equal one need not be checked, but is not worth comparing
    public @Nullable Object proceed(ToolCall changed) throws Exception {
        if (proceeded) {
            throw new IllegalStateException("interceptor " + (number + 1) + " has run "
                    + around.driven().inWords() + " before: a call runs once");
        }
        proceeded = true;
        if (changed != call) {
            check(changed);
        }
        return around.run(number + 1, changed);
    }

    private void check(ToolCall changed) {
        if (!changed.tool().equals(call.tool())) {
            throw new IllegalArgumentException(
                    "a call of tool '" + call.tool() + "' cannot become one of tool '" + changed.tool() + "'");
        }
        Access access = around.driven().binding().unplanned(accesses(), changed);
        if (access != null) {
            throw new IllegalArgumentException("the changed arguments of "
                    + around.driven().inWords() + " would " + access + ", which was not planned: " + accesses());
        }
    }

    DrivenCall driven() {
        return around.driven();
    }

    @Override
    public ToolCall call() {
        return call;
    }

    @Override
    public long round() {
        return around.round();
    }

    @Override
    public String roundId() {
        return CallKeys.roundOf(around.driven());
    }

    @Override
    public int index() {
        return CallKeys.indexOf(around.driven());
    }

    @Override
    public List<Access> accesses() {
        return around.driven().accesses();
    }

    @Override
    public boolean onlyReads() {
        return around.driven().onlyReads();
    }

    @Override
    public ToolPolicy policy() {
        return around.driven().tool().policy();
    }

    @Override
    public CallPlan plan() {
        return around.plan();
    }

    @Override
    public <T extends @Nullable Object> T withoutPermit(Callable<T> wait) throws Exception {
        return around.pauses().during(wait, new Wait.ForInterceptor());
    }

    @Override
    public <T extends @Nullable Object> T await(CompletionStage<T> answer, @Nullable Duration limit) throws Exception {
        return around.pauses().await(answer, limit, new Wait.ForInterceptor());
    }

    /** Waits for what approves the call, otherwise like {@link #withoutPermit}. */
    <T extends @Nullable Object> T whileApproving(Callable<T> wait) throws Exception {
        return around.pauses().during(wait, new Wait.ForApproval());
    }
}
