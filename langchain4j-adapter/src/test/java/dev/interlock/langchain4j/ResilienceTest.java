package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.interlock.effect.Idempotent;
import dev.interlock.effect.Writes;
import dev.interlock.execution.CallRefusedException;
import dev.interlock.execution.ResultLimit;
import dev.interlock.execution.ResultLimit.WhenLonger;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolErrorHandlerResult;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolExecutor;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The engine's resilience, as AI services and hand-written loops meet it. */
@Timeout(60)
class ResilienceTest extends ResilienceFixture {

    private static final RetryPolicy AT_ONCE =
            RetryPolicy.builder().initialDelay(Duration.ZERO).build();

    private final AtomicInteger ran = new AtomicInteger();

    private AiServiceTool failing(int times) {
        return tool("flaky", request -> {
            if (ran.incrementAndGet() <= times) {
                throw new IllegalStateException("no " + ran.get());
            }
            return "ok";
        });
    }

    // Retries.

    private static ParallelTools.Builder retrying() {
        return ParallelTools.builder()
                .effects("flaky", Effects.reads("a"))
                .policy("flaky", ToolPolicy.builder().retry(AT_ONCE).build());
    }

    private AiServices<Assistant> failing(ScriptedChatModel model, int times) {
        return retrying().build().aiServices(Assistant.class).chatModel(model).tools(one(failing(times)));
    }

    @Test
    void tool_that_fails_is_tried_again_before_an_error_handler_hears_of_it() {
        ScriptedChatModel model = ScriptedChatModel.asking(call("1", "flaky", "{}"));
        failing(model, 2)
                .toolExecutionErrorHandler((error, context) -> {
                    log.add("handled " + error.getMessage());
                    return ToolErrorHandlerResult.text("failed");
                })
                .beforeToolExecution(before -> log.add("before"))
                .afterToolExecution(after -> log.add("after " + after.result()))
                .build()
                .chat("go");

        assertThat(texts(model.results())).containsExactly("ok");
        assertThat(log).containsExactly("before", "after ok");
    }

    @Test
    void error_handler_hears_of_the_last_attempt() {
        ScriptedChatModel model = ScriptedChatModel.asking(call("1", "flaky", "{}"));
        failing(model, 9)
                .toolExecutionErrorHandler((error, context) -> {
                    log.add("handled " + error.getMessage());
                    return ToolErrorHandlerResult.text("failed for good");
                })
                .build()
                .chat("go");

        assertThat(texts(model.results())).containsExactly("failed for good");
        assertThat(log).containsExactly("handled no 3");
    }

    @Test
    void model_is_told_after_how_many_attempts_a_tool_failed() {
        ScriptedChatModel model = ScriptedChatModel.asking(call("1", "flaky", "{}"));
        failing(model, 9).build().chat("go");
        assertThat(texts(model.results())).containsExactly("failed after 3 attempts: no 3");
    }

    @Test
    void model_is_told_of_attempts_by_a_hand_written_loop_and_within_the_limit_of_results() {
        ParallelTools parallel = retrying()
                .resultLimit(new ResultLimit(26, ResultLimit.WhenLonger.CUT))
                .build();
        assertThat(texts(parallel.execute(AiMessage.from(call("1", "flaky", "{}")), List.of(failing(9)))))
                .containsExactly("failed after 3 attempts: n\n[cut: the first 26 of 29 bytes]");
    }

    @Test
    void model_is_told_how_often_a_tool_answered_with_an_error() {
        AiServiceTool answering = AiServiceTool.builder()
                .toolSpecification(ToolSpecification.builder().name("flaky").build())
                .toolExecutor(new ToolExecutor() {
                    @Override
                    public String execute(ToolExecutionRequest request, Object memoryId) {
                        throw new AssertionError("the other one is asked");
                    }

                    @Override
                    public ToolExecutionResult executeWithContext(
                            ToolExecutionRequest request, InvocationContext context) {
                        return ToolExecutionResult.builder()
                                .isError(true)
                                .attributes(Map.of("server", "s"))
                                .resultText("busy")
                                .build();
                    }
                })
                .build();
        ParallelTools parallel = retrying().build();
        ToolExecutionResultMessage told = parallel.execute(AiMessage.from(call("1", "flaky", "{}")), List.of(answering))
                .get(0);
        assertThat(told.text()).isEqualTo("failed after 3 attempts: busy");
        assertThat(told.attributes()).containsEntry("server", "s");
        assertThat(told.isError()).isTrue();
    }

    static final class Orders {
        final AtomicInteger attempts = new AtomicInteger();

        @Tool
        @Idempotent
        @Writes("order")
        String order() {
            if (attempts.incrementAndGet() < 3) {
                throw new IllegalStateException("no");
            }
            return "ordered";
        }
    }

    @Test
    void tool_that_is_annotated_as_idempotent_is_tried_again_by_the_policy_that_the_user_sets() {
        Orders orders = new Orders();
        ScriptedChatModel model = ScriptedChatModel.asking(call("1", "order", "{}"));
        ParallelTools.builder()
                .policy("order", ToolPolicy.builder().retry(AT_ONCE).build())
                .build()
                .aiServices(Assistant.class)
                .chatModel(model)
                .tools(orders)
                .build()
                .chat("go");

        assertThat(texts(model.results())).containsExactly("ordered");
    }

    @Test
    void predicate_sees_what_the_tool_itself_threw() {
        RetryPolicy retry = RetryPolicy.builder()
                .initialDelay(Duration.ZERO)
                .retryOn(IOException.class::isInstance)
                .build();
        AiServiceTool io = tool("io", request -> {
            if (ran.incrementAndGet() == 1) {
                throw new IOException("reset");
            }
            return "ok";
        });
        assertThat(texts(OneRound.served(
                        ParallelTools.builder()
                                .effects("io", Effects.reads("a"))
                                .policy("io", ToolPolicy.builder().retry(retry).build())
                                .build(),
                        List.of(io),
                        call("1", "io", "{}"))))
                .containsExactly("ok");
    }

    @Test
    void only_failed_requests_are_executed_once_more() {
        ParallelTools parallel = ParallelTools.builder().build();
        List<AiServiceTool> tools = List.of(failing(1), tool("good", request -> "good " + ran.incrementAndGet()));
        AiMessage message = calls(call("1", "flaky", "{}"), call("2", "good", "{}"));
        List<ToolExecutionResultMessage> first = parallel.execute(message, tools);
        List<ToolExecutionResultMessage> second = parallel.retryFailed(message, first, tools);

        assertThat(texts(first)).containsExactly("no 1", "good 2");
        assertThat(texts(second)).containsExactly("ok", "good 2");
        assertThat(second).extracting(ToolExecutionResultMessage::id).containsExactly("1", "2");
    }

    // Sizes.

    @Test
    void calls_over_the_limit_are_not_run() {
        ParallelTools parallel = ParallelTools.builder()
                .maxCallsPerBatch(2)
                .maxArgumentBytes(20)
                .resultLimit(new ResultLimit(80, WhenLonger.CUT))
                .build();
        List<AiServiceTool> tools = List.of(tool("long", request -> {
            ran.incrementAndGet();
            return "1".repeat(81);
        }));
        for (List<ToolExecutionResultMessage> results : OneRound.bothWays(
                parallel,
                tools,
                call("1", "long", "{}"),
                call("2", "long", "{\"id\": \"a very long argument\"}"),
                call("3", "long", "{}"))) {
            assertThat(texts(results))
                    .containsExactly(
                            "1".repeat(80) + "\n[cut: the first 80 of 81 bytes]",
                            "tool 'long' was not run: arguments of 30 bytes exceed the limit of 20 bytes",
                            "tool 'long' was not run: call 3 exceeds the limit of 2 calls in one batch");
        }
        assertThat(ran).hasValue(2);
    }

    @Test
    void equal_reads_are_executed_once_and_answered_each() {
        ParallelTools parallel = ParallelTools.builder()
                .coalescing(true)
                .effects("read", Effects.reads("a"))
                .build();
        List<AiServiceTool> tools = List.of(tool("read", request -> "read " + ran.incrementAndGet()));
        for (List<ToolExecutionResultMessage> results :
                OneRound.bothWays(parallel, tools, call("1", "read", "{}"), call("2", "read", "{}"))) {
            assertThat(results).extracting(ToolExecutionResultMessage::id).containsExactly("1", "2");
            assertThat(results.get(0).text()).isEqualTo(results.get(1).text());
        }
        assertThat(ran).hasValue(2);
    }

    // Interceptors.

    @Test
    void interceptor_changes_arguments_replaces_results_and_refuses() {
        ParallelTools parallel = ParallelTools.builder()
                .interceptor(call -> {
                    log.add(call.call().tool());
                    return switch (call.call().tool()) {
                        case "changed" ->
                            call.proceed(new ToolCall(
                                    call.call().id(),
                                    "changed",
                                    JsonNodeFactory.instance.objectNode().put("id", "other")));
                        case "replaced" -> List.of("a", 1);
                        case "refused" -> throw new CallRefusedException("not today");
                        default -> call.proceed();
                    };
                })
                .build();
        List<AiServiceTool> tools = List.of(
                tool("changed", request -> request.id() + request.arguments()),
                tool("replaced", request -> "never"),
                tool("refused", request -> "never"));
        List<ToolExecutionResultMessage> results = OneRound.served(
                parallel,
                tools,
                call("1", "changed", "{\"id\": \"one\"}"),
                call("2", "replaced", "{}"),
                call("3", "refused", "{}"));

        assertThat(texts(results)).containsExactly("1{\"id\":\"other\"}", "[\"a\",1]", "not today");
        assertThat(results).extracting(ToolExecutionResultMessage::isError).containsExactly(false, false, true);
        assertThat(log).containsExactly("changed", "replaced", "refused");
    }

    // Rounds.

    @Test
    void round_that_fails_fast_tells_the_model_of_every_call() {
        ParallelTools parallel = ParallelTools.builder().failFast(true).build();
        List<AiServiceTool> tools = List.of(failing(1), tool("later", request -> "later"));
        assertThat(texts(OneRound.served(parallel, tools, call("1", "flaky", "{}"), call("2", "later", "{}"))))
                .containsExactly(
                        "no 1",
                        "tool 'later' was not started: call 1 (tool 'flaky') did not succeed, and the round fails"
                                + " fast");
    }
}
