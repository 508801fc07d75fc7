package dev.interlock.langchain4j;

import dev.interlock.langchain4j.loop.LoopCancelled;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.service.tool.ToolExecutionResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Calls of one invocation that LangChain4j starts one by one, as it does for services that give publishers.
 *
 * <p>Invariants: rounds run one after another, and a call is in the round after those that were started before it, or in the
 * same, so the order of dependent calls is that of their starts. While a response is still being streamed nothing runs: its
 * calls are one round, and if the stream fails they are none. Thread-safe.
 */
final class StartedCalls {

    private final ServiceRounds rounds;
    private final AsyncInvocation invocation;

    // Guarded by this.
    private List<Started> waiting = new ArrayList<>();
    private boolean held;
    private boolean running;

    StartedCalls(ServiceRounds rounds, AsyncInvocation invocation) {
        this.rounds = rounds;
        this.invocation = invocation;
    }

    /** A call, what makes it, and the future that LangChain4j has. */
    private record Started(
            ToolExecutionRequest request,
            Supplier<RequestCalls> factory,
            InvocationContext context,
            CompletableFuture<ToolExecutionResult> result) {}

    /** A response is being streamed: what is started meanwhile waits for {@link #release} or {@link #drop}. */
    synchronized void hold() {
        held = true;
    }

    /** The response is complete. */
    void release() {
        synchronized (this) {
            held = false;
        }
        runIfDue();
    }

    /** The response will not be complete: its calls are not run. */
    void drop(Throwable why) {
        List<Started> dropped;
        synchronized (this) {
            held = false;
            dropped = waiting;
            waiting = new ArrayList<>();
        }
        if (!dropped.isEmpty()) {
            invocation.threads().execute(() -> fail(dropped, why));
        }
    }

    private void fail(List<Started> dropped, Throwable why) {
        AsyncRound round = round(dropped);
        completeMemory(round, dropped.get(0).context, why);
        round.fail(why);
    }

    private static AsyncRound round(List<Started> batch) {
        return new AsyncRound(
                batch.stream().map(Started::request).toList(),
                batch.stream().map(Started::result).toList());
    }

    /** Nothing that waits is run; what runs is interrupted. Does not wait. */
    void cancel(String why) {
        invocation.cancel(why);
        drop(LoopCancelled.because(why));
    }

    CompletableFuture<ToolExecutionResult> start(
            ToolExecutionRequest request, Supplier<RequestCalls> factory, InvocationContext context) {
        Started started = new Started(request, factory, context, new CompletableFuture<>());
        synchronized (this) {
            waiting.add(started);
        }
        runIfDue();
        return started.result;
    }

    private void runIfDue() {
        synchronized (this) {
            if (held || running || waiting.isEmpty()) {
                return;
            }
            running = true;
        }
        invocation.threads().execute(this::run);
    }

    private void run() {
        for (List<Started> batch = next(); !batch.isEmpty(); batch = next()) {
            execute(batch);
        }
    }

    private synchronized List<Started> next() {
        if (held || waiting.isEmpty()) {
            running = false;
            return List.of();
        }
        List<Started> batch = waiting;
        waiting = new ArrayList<>();
        return batch;
    }

    private void execute(List<Started> batch) {
        Started first = batch.get(0);
        AsyncRound round = round(batch);
        round.execute(rounds, first.factory, StartedCalls::calls, invocation, first.context);
        Throwable leaving = round.losingResults(invocation);
        if (leaving != null) {
            completeMemory(round, first.context, leaving);
        }
        round.complete();
    }

    private static List<RequestCall> calls(RequestCalls factory, List<ToolExecutionRequest> requests) {
        List<RequestCall> calls = factory.calls(requests);
        calls.forEach(factory.response()::admit);
        return calls;
    }

    private void completeMemory(AsyncRound round, InvocationContext context, Throwable leaving) {
        ChatMemory memory = rounds.memory(context);
        if (memory != null) {
            AiMessage message = AiMessage.from(round.requests());
            MemoryCompletion.complete(memory, message, round.calls(), leaving, rounds.resultLimit());
        }
    }
}
