package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.call;

import dev.interlock.call.ToolCall;
import dev.interlock.effect.Effects;
import dev.interlock.event.RoundEvent;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;

/** Tools that need approval, and a desk that gives it. */
abstract class ApprovalFixture {

    final FakeTime time = new FakeTime();
    final Desk desk = new Desk();
    /** The arguments of the calls whose bodies ran, in order. */
    final List<String> ran = new CopyOnWriteArrayList<>();

    final CountDownLatch readRan = new CountDownLatch(1);
    final CountDownLatch oneSucceeded = new CountDownLatch(1);
    final ToolSet tools = ToolSet.of(
            ToolDefinition.of("pay", Effects.writes("account/{id}"), this::body),
            ToolDefinition.of("tell", Effects.writes("mail/{id}"), this::body),
            ToolDefinition.of("balance", Effects.reads("account/{id}"), call -> {
                Object result = body(call);
                readRan.countDown();
                return result;
            }));

    /** The person who is asked: the test answers, by the tool's name. */
    static final class Desk implements Function<InterceptedCall, CompletionStage<Approval>> {
        final Map<String, CompletableFuture<Approval>> answers = new ConcurrentHashMap<>();
        final Map<String, CountDownLatch> asked = new ConcurrentHashMap<>();

        @Override
        public CompletionStage<Approval> apply(InterceptedCall call) {
            asked(call.call().tool()).countDown();
            return answer(call.call().tool());
        }

        CountDownLatch asked(String tool) {
            return asked.computeIfAbsent(tool, name -> new CountDownLatch(1));
        }

        CompletableFuture<Approval> answer(String tool) {
            return answers.computeIfAbsent(tool, name -> new CompletableFuture<>());
        }

        void awaitQuestion(String tool) throws InterruptedException {
            await(asked(tool));
        }
    }

    Object body(ToolCall call) {
        ran.add(call.tool() + " " + call.arguments().path("id").asText());
        return call.arguments().path("id").asText();
    }

    ToolCallExecutor.Builder executor() {
        return asking(ApprovalInterceptor.builder(desk));
    }

    ToolCallExecutor.Builder asking(ApprovalInterceptor.Builder interceptor) {
        return ToolCallExecutor.builder()
                .time(time)
                .interceptor(interceptor.build())
                .listener(event -> {
                    if (event instanceof RoundEvent.CallEnded call
                            && call.result().isSuccess()) {
                        oneSucceeded.countDown();
                    }
                });
    }

    ToolCallExecutor.Builder answering(Function<InterceptedCall, CompletionStage<Approval>> ask) {
        return asking(ApprovalInterceptor.builder(ask));
    }
}
