package dev.interlock.langchain4j;

import dev.interlock.call.Outcome;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import dev.interlock.execution.Round;
import dev.interlock.langchain4j.loop.LoopCancelled;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.service.tool.ToolExecutionResult;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one response of an asynchronous invocation, and the futures through which LangChain4j waits for them.
 *
 * <p>Invariants: the calls run once, as one round, on a thread that may block. In every case each future completes, and
 * none before the round has ended; so each thread of the round has ended when LangChain4j goes on. A failure that must
 * leave the loop completes the future of its call, as with LangChain4j's own tools: LangChain4j then undoes the other
 * calls, and the failure leaves.
 *
 * <p>{@link #execute} and {@link #complete} are called by one thread, in this order, once each.
 */
final class AsyncRound {

    private static final int NONE = -1;

    private final List<ToolExecutionRequest> requests;
    private final List<CompletableFuture<ToolExecutionResult>> results;

    // Written by execute, read by threads that wait for the futures.
    private volatile @Nullable List<RequestCall> calls;
    private volatile @Nullable Throwable leaving;

    /** The round as data if it is suspended, not one of a service that a tool has asked and whose exception leaves. */
    private volatile @Nullable SuspendedRound suspended;

    private volatile int bearer = NONE;

    /**
     * Creates the round of a response.
     *
     * @param results the futures to complete, one for each request
     */
    AsyncRound(List<ToolExecutionRequest> requests, List<CompletableFuture<ToolExecutionResult>> results) {
        this.requests = requests;
        this.results = results;
    }

    List<ToolExecutionRequest> requests() {
        return requests;
    }

    CompletableFuture<ToolExecutionResult> result(int place) {
        return results.get(place);
    }

    /** The calls; null if they were not executed. */
    @Nullable
    List<RequestCall> calls() {
        return calls;
    }

    /**
     * The exception with which the loop ends without LangChain4j keeping the round's results, or null. The results must
     * then be in memory before the futures complete, because LangChain4j notes there which calls it has undone.
     */
    @Nullable
    Throwable losingResults(AsyncInvocation invocation) {
        Throwable left = unborne() == null ? leaving : null;
        String cancelled = invocation.cancelledByUser();
        return left == null && cancelled != null ? LoopCancelled.because(cancelled) : left;
    }

    /** The exception that must leave the loop and that no future gets, or null. */
    @Nullable
    Throwable unborne() {
        return calls != null && bearer == NONE ? leaving : null;
    }

    /** Creates the calls, at most once. */
    interface Making {
        List<RequestCall> calls(RequestCallFactory factory, List<ToolExecutionRequest> requests);
    }

    /** Executes the calls on the current thread. */
    void execute(
            ServiceRounds rounds,
            Supplier<RequestCallFactory> factory,
            Making making,
            AsyncInvocation invocation,
            InvocationContext invocationContext) {
        try {
            RequestCallFactory made = factory.get();
            List<RequestCall> batch = making.calls(made, requests);
            Round round = rounds.round(batch, invocationContext, invocation.context());
            round.execute();
            calls = batch;
            RoundEnd end = RoundEnd.of(round).within(made.limits(), batch);
            Throwable left = end.leaving(
                    AiMessage.from(requests),
                    batch,
                    () -> rounds.conversations().suspending(invocationContext, List.of(), null, made.limits()));
            suspended = end.suspended();
            leaving = left;
            bearer = left == null ? NONE : bearer(batch, left, end.suspended());
        } catch (Throwable e) {
            leaving = e;
            // Executed calls keep their results, but the loop must not go on with them.
            bearer = calls == null ? NONE : 0;
        }
    }

    /** Fails all futures instead of executing and completing: the calls do not run. */
    void fail(Throwable why) {
        leaving = why;
        complete();
    }

    /**
     * Completes each future, even if another one's result cannot be made. LangChain4j goes on with the last one, on
     * this thread.
     */
    void complete() {
        for (int i = 0; i < results.size(); i++) {
            try {
                complete(i, results.get(i));
            } catch (Throwable e) {
                results.get(i).completeExceptionally(e);
            }
        }
    }

    private void complete(int place, CompletableFuture<ToolExecutionResult> result) {
        List<RequestCall> executed = calls;
        Throwable left = leaving;
        if (left != null && (executed == null || place == bearer || isPending(place))) {
            result.completeExceptionally(left);
        } else if (executed != null) {
            result.complete(executed.get(place).result());
        } else {
            result.completeExceptionally(new IllegalStateException("the round of " + requests + " was not executed"));
        }
    }

    /** Whether the round is suspended, and a call of it has no result yet. */
    private boolean isPending(int place) {
        SuspendedRound kept = suspended;
        return kept != null && !(kept.calls().get(place) instanceof SuspendedCall.Ended);
    }

    /**
     * The place of the call that the exception comes from, or else of the first call that did not succeed, or else
     * none.
     */
    @SuppressWarnings("ReferenceEquality") // this same error
    private static int bearer(List<RequestCall> calls, Throwable leaving, @Nullable SuspendedRound suspended) {
        int unsuccessful = NONE;
        if (suspended != null) {
            return suspended.pending().getFirst();
        }
        for (int i = 0; i < calls.size(); i++) {
            Outcome outcome = calls.get(i).outcome();
            if (outcome instanceof Outcome.Failed failed && failed.error() == leaving) {
                return i;
            }
            if (!outcome.isSuccess() && unsuccessful == NONE) {
                unsuccessful = i;
            }
        }
        return unsuccessful;
    }
}
