package dev.interlock.langchain4j;

import dev.interlock.langchain4j.loop.LoopCancelled;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.service.tool.ToolExecutionResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calls of one invocation that LangChain4j starts one by one, as it does for services that return publishers.
 *
 * <p>Invariants: rounds run one after another, and a call is in the same round as the calls started before it, or in a
 * later one. So dependent calls keep the order of their starts. Nothing runs while a response still streams: its calls
 * form one round, or none if the stream fails. The response's end decides which of its calls are complete, see
 * {@link ResponseEnd}. Each future completes when its round has ended, or when no round will
 * come. If something throws meanwhile, such as the user's memory or a thread's creation, the futures get the exception,
 * and later calls still run. Thread-safe.
 */
final class StartedCalls {

    private static final Logger log = LoggerFactory.getLogger(StartedCalls.class);

    private final ServiceRounds rounds;
    private final AsyncInvocation invocation;

    // Guarded by this.
    private List<Started> waiting = new ArrayList<>();
    private boolean waitsForResponse;
    private boolean running;
    private ResponseEnd end = ResponseEnd.UNKNOWN;

    StartedCalls(ServiceRounds rounds, AsyncInvocation invocation) {
        this.rounds = rounds;
        this.invocation = invocation;
    }

    /** A call, its factory, and the future that LangChain4j has. */
    private record Started(
            ToolExecutionRequest request,
            Supplier<RequestCallFactory> factory,
            InvocationContext context,
            CompletableFuture<ToolExecutionResult> result) {

        /** Completes the future with an exception, unless it is complete already. */
        void completeExceptionally(Throwable why) {
            result.completeExceptionally(why);
        }
    }

    /** Keeps calls waiting while a response streams, until {@link #letRun} or {@link #drop}. */
    synchronized void keepWaiting() {
        waitsForResponse = true;
    }

    /** Lets the calls run, since the response is complete. */
    void letRun(ResponseEnd how) {
        synchronized (this) {
            waitsForResponse = false;
            end = how;
        }
        runIfDue();
    }

    /** Drops waiting calls, since the response will not be complete. Does not throw. */
    void drop(Throwable why) {
        List<Started> dropped;
        synchronized (this) {
            waitsForResponse = false;
            dropped = takeWaiting();
        }
        failLater(dropped, why);
    }

    private List<Started> takeWaiting() {
        List<Started> taken = waiting;
        waiting = new ArrayList<>();
        return taken;
    }

    /** Fails the futures on another thread, since the memory's store may block. */
    private void failLater(List<Started> dropped, Throwable why) {
        if (!dropped.isEmpty()) {
            invocation.mustDo(() -> runBatch(dropped, round -> fail(round, dropped, why)));
        }
    }

    private void fail(AsyncRound round, List<Started> dropped, Throwable why) {
        try {
            completeMemory(round, dropped.get(0).context, why);
        } finally {
            round.fail(why);
        }
    }

    /** Does what a batch needs. All its futures complete, whatever happens. */
    private static void runBatch(List<Started> batch, Consumer<AsyncRound> way) {
        try {
            way.accept(round(batch));
        } catch (Throwable e) {
            log.warn("A batch of calls that LangChain4j started failed, and none of their futures got the failure", e);
            batch.forEach(started -> started.completeExceptionally(e));
        }
    }

    private static AsyncRound round(List<Started> batch) {
        return new AsyncRound(
                batch.stream().map(Started::request).toList(),
                batch.stream().map(Started::result).toList());
    }

    /** Drops waiting calls and interrupts running ones. Does not wait. */
    void cancel(String why) {
        invocation.cancel(why);
        drop(LoopCancelled.because(why));
    }

    CompletableFuture<ToolExecutionResult> start(
            ToolExecutionRequest request, Supplier<RequestCallFactory> factory, InvocationContext context) {
        Started started = new Started(request, factory, context, new CompletableFuture<>());
        synchronized (this) {
            waiting.add(started);
        }
        runIfDue();
        return started.result;
    }

    private void runIfDue() {
        synchronized (this) {
            if (waitsForResponse || running || waiting.isEmpty()) {
                return;
            }
            running = true;
        }
        try {
            invocation.threads().execute(this::run);
        } catch (Throwable e) {
            // The current thread may be the model's, so it must not run tools.
            List<Started> unrun;
            synchronized (this) {
                running = false;
                unrun = takeWaiting();
            }
            failLater(unrun, e);
        }
    }

    private void run() {
        for (Batch batch = next(); batch != null; batch = next()) {
            Batch current = batch;
            runBatch(current.calls, round -> execute(round, current.calls, current.end));
        }
    }

    /** The calls of a round. */
    private record Batch(List<Started> calls, ResponseEnd end) {}

    private synchronized @Nullable Batch next() {
        if (waitsForResponse || waiting.isEmpty()) {
            running = false;
            return null;
        }
        ResponseEnd ofBatch = end;
        end = ResponseEnd.UNKNOWN;
        return new Batch(takeWaiting(), ofBatch);
    }

    private void execute(AsyncRound round, List<Started> batch, ResponseEnd ofBatch) {
        Started first = batch.get(0);
        String cancelled = invocation.cancelledByUser();
        if (cancelled != null) {
            // The call was started after the cancel.
            fail(round, batch, LoopCancelled.because(cancelled));
            return;
        }
        try {
            round.execute(
                    rounds,
                    first.factory,
                    (factory, requests) -> ofBatch.calls(requests, factory),
                    invocation,
                    first.context);
            Throwable leaving = round.losingResults(invocation);
            if (leaving != null) {
                completeMemory(round, first.context, leaving);
            }
        } finally {
            round.complete();
        }
    }

    private void completeMemory(AsyncRound round, InvocationContext context, Throwable leaving) {
        rounds.conversations()
                .complete(
                        () -> rounds.conversations().memory(context),
                        context,
                        AiMessage.from(round.requests()),
                        round.calls(),
                        leaving);
    }
}
