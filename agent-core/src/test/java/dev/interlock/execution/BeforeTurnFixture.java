package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.call;

import dev.interlock.call.ToolCall;
import dev.interlock.effect.Effects;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Calls that ask before their turn. */
abstract class BeforeTurnFixture {

    final FakeTime time = new FakeTime();
    /** The calls whose bodies ran, by their ids, in order. */
    final List<String> ran = new CopyOnWriteArrayList<>();

    final AtomicInteger running = new AtomicInteger();
    final AtomicInteger mostRunning = new AtomicInteger();
    final CountDownLatch freeRan = new CountDownLatch(1);
    final ToolSet tools = ToolSet.of(
            ToolDefinition.of("pay", Effects.writes("account"), this::body),
            ToolDefinition.of("tell", Effects.writes("mail/{id}"), this::body),
            ToolDefinition.of("look", Effects.reads("account"), this::body),
            ToolDefinition.of("all", this::body),
            ToolDefinition.of("free", Effects.reads("elsewhere"), call -> {
                Object result = body(call);
                freeRan.countDown();
                return result;
            }));

    /** Shows the questions of a round by the calls' places; says nothing before it has as many as it expects. */
    static final class Desk {
        final CountDownLatch all;
        final Map<Integer, CompletableFuture<Approval>> questions = new ConcurrentHashMap<>();
        final Map<Integer, String> shown = new ConcurrentHashMap<>();

        Desk(int expected) {
            this.all = new CountDownLatch(expected);
        }

        CompletionStage<Approval> ask(InterceptedCall call) {
            CompletableFuture<Approval> answer = new CompletableFuture<>();
            shown.put(
                    call.index(),
                    call.call().arguments().path("id").asText() + " of "
                            + call.plan().calls().size() + " " + call.accesses());
            questions.put(call.index(), answer);
            all.countDown();
            return answer;
        }

        void awaitAll() throws InterruptedException {
            await(all);
        }

        CompletableFuture<Approval> question(int place) {
            return Objects.requireNonNull(questions.get(place), () -> "call " + place + " was not asked for");
        }

        void approve(int... places) {
            for (int place : places) {
                question(place).complete(Approval.approved());
            }
        }
    }

    Object body(ToolCall call) {
        mostRunning.accumulateAndGet(running.incrementAndGet(), Math::max);
        ran.add(call.arguments().path("id").asText());
        running.decrementAndGet();
        return call.arguments().path("id").asText();
    }

    ToolCallExecutor.Builder executor(Desk desk) {
        return ToolCallExecutor.builder()
                .time(time)
                .interceptor(ApprovalInterceptor.builder(desk::ask).build());
    }
}
