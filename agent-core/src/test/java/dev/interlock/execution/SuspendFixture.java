package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.call;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.durable.CallPendingException;
import dev.interlock.durable.PendingKind;
import dev.interlock.durable.RoundSuspendedException;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import dev.interlock.effect.Effects;
import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundListener;
import dev.interlock.event.Wait;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Tools that may be pending, and a desk that answers days later. */
abstract class SuspendFixture {

    /** The calls whose bodies ran: tool and argument, in order. */
    final List<String> ran = new CopyOnWriteArrayList<>();

    /** What the desk was asked, in no particular order. */
    final List<String> asked = new CopyOnWriteArrayList<>();

    final AtomicInteger threads = new AtomicInteger();

    final ToolSet tools = ToolSet.of(
            ToolDefinition.of("pay", Effects.writes("account/{id}"), this::body),
            ToolDefinition.of("balance", Effects.reads("account/{id}"), this::body),
            ToolDefinition.of("tell", Effects.writes("mail/{id}"), this::body),
            ToolDefinition.of("sum", Effects.pure(), this::body),
            ToolDefinition.of("anything", this::body),
            ToolDefinition.of("print", Effects.writes("printer"), call -> {
                body(call);
                throw new CallPendingException(
                        "job " + call.arguments().path("id").asText());
            }));

    String body(ToolCall call) {
        ran.add(call.tool() + " " + call.arguments().path("id").asText());
        return call.tool() + " done " + call.arguments().path("id").asText();
    }

    /** What only asks for payments, and has no answer yet. */
    ToolCallExecutor.Builder desk() {
        return executor().interceptor(pending().build());
    }

    ApprovalInterceptor.Builder pending() {
        return ApprovalInterceptor.builder(call -> {
                    asked.add(call.call().arguments().path("id").asText());
                    return CompletableFuture.completedFuture(Approval.pending("the owner's approval"));
                })
                .when(call -> call.call().tool().equals("pay"));
    }

    /** Counts the threads of calls that have not ended. */
    ToolCallExecutor.Builder executor() {
        return ToolCallExecutor.builder()
                .threadFactory(body -> Thread.ofVirtual().unstarted(() -> {
                    threads.incrementAndGet();
                    try {
                        body.run();
                    } finally {
                        threads.decrementAndGet();
                    }
                }));
    }

    SuspendedRound suspended(ToolCallExecutor executor, ToolCall... calls) {
        return suspended(() -> executor.execute(List.of(calls), tools));
    }

    /** A call of {@code print} whose job another process has. */
    static SuspendedCall printing() {
        return new SuspendedCall.Pending(
                call("print", "id", "1"), false, PendingKind.EXTERNAL, "job 1", List.of(), 1, Instant.EPOCH);
    }

    static SuspendedRound suspended(ThrowingCallable run) {
        Throwable left = catchThrowable(run);
        RoundSuspendedException suspended = (RoundSuspendedException)
                (left instanceof ExecutionException && left.getCause() != null ? left.getCause() : left);
        if (suspended == null) {
            throw new AssertionError("the round was not suspended");
        }
        // As it would be in another process.
        return SuspendedRound.fromJson(suspended.round().toJson());
    }

    static List<Object> values(List<CallResult> results) {
        return results.stream()
                .map(result -> (Object)
                        (result.outcome() instanceof Outcome.Succeeded(Object value)
                                ? String.valueOf(value)
                                : result.outcome().message()))
                .toList();
    }

    /** Tells when calls have become pending. */
    static RoundListener tells(CountDownLatch pending) {
        return event -> {
            if (event instanceof RoundEvent.CallWaiting waiting && waiting.waitsFor() instanceof Wait.ForDecision) {
                pending.countDown();
            }
        };
    }

    static String state(SuspendedRound round, int place) {
        SuspendedCall call = round.calls().get(place);
        return switch (call) {
            case SuspendedCall.Ended ended -> "ended";
            case SuspendedCall.Pending pending -> pending.kind() + ": " + pending.reason();
            case SuspendedCall.Waiting waiting -> waiting.reason();
        };
    }
}
