package dev.interlock.execution;

import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Access;
import dev.interlock.plan.CallPlan;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A call as an interceptor of a user's may hand it on. */
record WrappedCall(InterceptedCall of) implements InterceptedCall {

    @Override
    public ToolCall call() {
        return of.call();
    }

    @Override
    public long round() {
        return of.round();
    }

    @Override
    public String roundId() {
        return of.roundId();
    }

    @Override
    public int index() {
        return of.index();
    }

    @Override
    public List<Access> accesses() {
        return of.accesses();
    }

    @Override
    public boolean onlyReads() {
        return of.onlyReads();
    }

    @Override
    public ToolPolicy policy() {
        return of.policy();
    }

    @Override
    public CallPlan plan() {
        return of.plan();
    }

    @Override
    public @Nullable Object proceed() throws Exception {
        return of.proceed();
    }

    @Override
    public @Nullable Object proceed(ToolCall changed) throws Exception {
        return of.proceed(changed);
    }

    @Override
    public <T extends @Nullable Object> T withoutPermit(Callable<T> wait) throws Exception {
        return of.withoutPermit(wait);
    }

    @Override
    public <T extends @Nullable Object> T await(CompletionStage<T> answer, @Nullable Duration limit) throws Exception {
        return of.await(answer, limit);
    }
}
