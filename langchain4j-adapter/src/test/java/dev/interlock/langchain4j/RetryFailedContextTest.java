package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static java.util.concurrent.CompletableFuture.completedFuture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.interlock.call.ToolPolicy;
import dev.interlock.durable.Decision;
import dev.interlock.effect.Effects;
import dev.interlock.execution.Approval;
import dev.interlock.execution.ApprovalInterceptor;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolMemoryId;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.invocation.InvocationParameters;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolExecutor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls of a hand-written loop that are tried again are in the conversation of their first attempt. */
@Timeout(60)
class RetryFailedContextTest {

    private final AiMessage message = calls(call("a", "pay", "{}"));
    private final InvocationContext alice = InvocationContext.builder()
            .invocationId(UUID.randomUUID())
            .chatMemoryId("alice")
            .invocationParameters(new InvocationParameters(Map.of("tenant", "blue")))
            .build();

    @Test
    void call_tried_again_does_not_run_beside_its_abandoned_first_attempt() {
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger started = new AtomicInteger();
        List<AiServiceTool> tools = List.of(CodedTool.tool("pay", request -> {
            if (started.incrementAndGet() == 1) {
                Waiting.awaitIgnoringInterrupts(release);
            }
            return "paid";
        }));
        ParallelTools parallel = ParallelTools.builder()
                .effects("pay", Effects.writes("account/1"))
                .policy(
                        "pay",
                        ToolPolicy.builder().timeout(Duration.ofMillis(600)).build())
                .gracePeriod(Duration.ofMillis(20))
                .heldResourceTimeout(Duration.ofMillis(50))
                .build();
        try {
            List<ToolExecutionResultMessage> first = parallel.execute(message, tools, alice);
            assertThat(first.get(0).text()).contains("the attempt exceeded 600 ms; it may still take effect");

            List<ToolExecutionResultMessage> second = parallel.retryFailed(message, first, tools, alice);

            assertThat(second.get(0).text())
                    .contains("gave up after waiting 50 ms for a resource held by call 1 of round");
            assertThat(started).hasValue(1);

            assertThat(parallel.release(parallel.abandoned().get(0).id())).isTrue();
            assertThat(parallel.retryFailed(message, second, tools, alice)
                            .get(0)
                            .text())
                    .isEqualTo("paid");
        } finally {
            release.countDown();
        }
    }

    /** A tool that needs to know for whom it works, and fails the first time. */
    static final class Desk {
        final List<String> seen = new CopyOnWriteArrayList<>();

        @Tool
        String pay(@ToolMemoryId String memoryId, InvocationParameters parameters) {
            seen.add(memoryId + " " + parameters.asMap());
            if (seen.size() == 1) {
                throw new IllegalStateException("the line is bad");
            }
            return "paid";
        }
    }

    @Test
    void call_tried_again_gets_the_callers_context_again() {
        Desk desk = new Desk();
        ParallelTools parallel = ParallelTools.builder().build();

        List<ToolExecutionResultMessage> failed = parallel.execute(message, parallel.tools(desk), alice);
        List<ToolExecutionResultMessage> second = parallel.retryFailed(message, failed, parallel.tools(desk), alice);

        assertThat(second).extracting(ToolExecutionResultMessage::text).containsExactly("paid");
        assertThat(desk.seen).containsExactly("alice {tenant=blue}", "alice {tenant=blue}");
    }

    @Test
    void call_that_is_suspended_when_it_is_tried_again_keeps_the_context_for_its_resume() {
        Desk desk = new Desk();
        ParallelTools parallel = ParallelTools.builder().build();
        List<ToolExecutionResultMessage> failed = parallel.execute(message, parallel.tools(desk), alice);
        ParallelTools asking = ParallelTools.builder()
                .interceptor(ApprovalInterceptor.builder(call -> completedFuture(Approval.pending("the owner")))
                        .build())
                .build();

        SuspendedInvocation suspended = catchThrowableOfType(
                        InvocationSuspendedException.class,
                        () -> asking.retryFailed(message, failed, asking.tools(desk), alice))
                .suspended();
        SuspendedInvocation stored = SuspendedInvocation.fromJson(suspended.toJson());

        assertThat(stored.memoryId()).isEqualTo("alice");
        assertThat(parallel.resume(stored, Map.of("a", Decision.approved()), parallel.tools(desk)))
                .extracting(ToolExecutionResultMessage::text)
                .containsExactly("paid");
        assertThat(desk.seen).containsExactly("alice {tenant=blue}", "alice {tenant=blue}");
    }

    @Test
    void call_tried_again_does_not_count_as_a_call_of_the_invocation() {
        Desk desk = new Desk();
        ParallelTools parallel =
                ParallelTools.builder().maxCallsPerInvocation(1).build();

        List<ToolExecutionResultMessage> failed = parallel.execute(message, parallel.tools(desk), alice);

        assertThat(parallel.retryFailed(message, failed, parallel.tools(desk), alice)
                        .get(0)
                        .text())
                .isEqualTo("paid");
        assertThat(parallel.isOverLimit(alice)).isFalse();
    }

    @Test
    void context_is_required() {
        ParallelTools parallel = ParallelTools.builder().build();

        assertThatNullPointerException()
                .isThrownBy(() -> parallel.retryFailed(message, List.of(), List.of(), null))
                .withMessage("invocationContext");
    }

    @Test
    void tools_of_a_map_get_the_callers_context() {
        List<Object> memoryIds = new CopyOnWriteArrayList<>();
        ToolExecutor executor = new ToolExecutor() {
            @Override
            public String execute(ToolExecutionRequest request, Object memoryId) {
                throw new UnsupportedOperationException();
            }

            @Override
            public ToolExecutionResult executeWithContext(ToolExecutionRequest request, InvocationContext context) {
                memoryIds.add(context.chatMemoryId());
                return ToolExecutionResult.builder().resultText("paid").build();
            }
        };

        ParallelTools.builder()
                .build()
                .execute(message, Map.of(ToolSpecification.builder().name("pay").build(), executor), alice);

        assertThat(memoryIds).containsExactly("alice");
    }
}
