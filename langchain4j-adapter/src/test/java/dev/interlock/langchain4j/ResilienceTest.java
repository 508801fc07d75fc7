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
import dev.interlock.event.RoundEvent;
import dev.interlock.execution.CallRefusedException;
import dev.interlock.execution.Cancellation;
import dev.interlock.execution.ResultLimit;
import dev.interlock.execution.ResultLimit.WhenLonger;
import dev.langchain4j.agent.tool.CompensateFor;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolErrorHandlerResult;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The engine's resilience, as AI services and hand-written loops meet it. */
@Timeout(60)
class ResilienceTest {

    private static final RetryPolicy AT_ONCE =
            RetryPolicy.builder().initialDelay(Duration.ZERO).build();

    private final AtomicInteger ran = new AtomicInteger();
    private final List<String> log = new CopyOnWriteArrayList<>();

    private AiServiceTool failing(int times) {
        return tool("flaky", request -> {
            if (ran.incrementAndGet() <= times) {
                throw new IllegalStateException("no " + ran.get());
            }
            return "ok";
        });
    }

    private static List<AiServiceTool> one(AiServiceTool tool) {
        return List.of(tool);
    }

    private static List<String> texts(List<ToolExecutionResultMessage> results) {
        return results.stream().map(ToolExecutionResultMessage::text).toList();
    }

    // Retries.

    @Test
    void tool_that_fails_is_tried_again_before_an_error_handler_hears_of_it() {
        ScriptedChatModel model = ScriptedChatModel.asking(call("1", "flaky", "{}"));
        ParallelTools.builder()
                .effects("flaky", Effects.reads("a"))
                .policy("flaky", ToolPolicy.builder().retry(AT_ONCE).build())
                .build()
                .aiServices(Assistant.class)
                .chatModel(model)
                .tools(one(failing(2)))
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
        ParallelTools.builder()
                .effects("flaky", Effects.reads("a"))
                .policy("flaky", ToolPolicy.builder().retry(AT_ONCE).build())
                .build()
                .aiServices(Assistant.class)
                .chatModel(model)
                .tools(one(failing(9)))
                .toolExecutionErrorHandler((error, context) -> {
                    log.add("handled " + error.getMessage());
                    return ToolErrorHandlerResult.text("failed for good");
                })
                .build()
                .chat("go");

        assertThat(texts(model.results())).containsExactly("failed for good");
        assertThat(log).containsExactly("handled no 3");
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
                            "tool 'long' was not run: arguments of 30 bytes are over the limit of 20 bytes",
                            "tool 'long' was not run: call 3 is over the limit of 2 calls a batch");
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

    // Cancellation.

    private AiServiceTool blocking(CountDownLatch started) {
        return tool("blocks", request -> {
            started.countDown();
            Waiting.forInterrupt();
            return "never";
        });
    }

    @Test
    void cancelled_conversation_ends_without_asking_the_model_again_and_can_go_on() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        ScriptedChatModel model = ScriptedChatModel.saying(
                calls(call("1", "blocks", "{}"), call("2", "blocks", "{}")), AiMessage.from("on we go"));
        var memory = Memory.ofManyMessages();
        Assistant assistant = Waiting.patientTools()
                .build()
                .aiServices(Assistant.class)
                .chatModel(model)
                .chatMemory(memory)
                .tools(one(blocking(started)))
                .build();
        Cancellation cancellation = new Cancellation();
        Caller caller = Caller.of(() -> cancellation.call(() -> assistant.chat("go")));
        Waiting.await(started);
        cancellation.cancel("the user pressed stop");

        assertThat(caller.join().thrown())
                .isInstanceOf(CancellationException.class)
                .hasMessage("the user pressed stop; the model is not asked again");
        assertThat(caller.interruptFlag()).isFalse();
        assertThat(model.requests()).hasSize(1);
        assertThat(memory.messages().stream()
                        .filter(ToolExecutionResultMessage.class::isInstance)
                        .map(message -> ((ToolExecutionResultMessage) message).text()))
                .hasSize(2)
                .allMatch(text -> text.contains("the user pressed stop"));
        assertThat(assistant.chat("and now?")).isEqualTo("on we go");
    }

    @Test
    void model_is_not_asked_within_what_was_cancelled_between_two_rounds() {
        Cancellation cancellation = new Cancellation();
        ScriptedChatModel model = ScriptedChatModel.asking(call("1", "quick", "{}"));
        Assistant assistant = ParallelTools.builder()
                .listener(event -> {
                    if (event instanceof RoundEvent.RoundEnded) {
                        cancellation.cancel("late");
                    }
                })
                .build()
                .aiServices(Assistant.class)
                .chatModel(model)
                .tools(one(tool("quick", request -> "quick")))
                .build();
        Caller caller = Caller.of(() -> cancellation.call(() -> assistant.chat("go")));
        assertThat(join(caller).thrown()).isInstanceOf(CancellationException.class);
        assertThat(model.requests()).hasSize(1);
    }

    private static Caller join(Caller caller) {
        try {
            return caller.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void closing_ends_all_conversations_and_none_begins() throws Exception {
        CountDownLatch started = new CountDownLatch(2);
        ParallelTools parallel = Waiting.patientTools().build();
        Caller one = Caller.of(() -> parallel.aiServices(Assistant.class)
                .chatModel(ScriptedChatModel.asking(call("1", "blocks", "{}")))
                .tools(one(blocking(started)))
                .build()
                .chat("go"));
        Caller two = Caller.of(() -> parallel.execute(calls(call("1", "blocks", "{}")), List.of(blocking(started))));
        Waiting.await(started);
        parallel.close();

        assertThat(one.join().thrown())
                .isInstanceOf(CancellationException.class)
                .hasMessageContaining("the executor was closed");
        assertThat((List<?>) two.join().returned()).hasSize(1);
        assertThat(texts(OneRound.executed(
                        parallel, List.of(tool("quick", request -> "quick")), call("1", "quick", "{}"))))
                .containsExactly("tool 'quick' was not started: the executor was closed");
    }

    // Abandoned calls.

    private ParallelTools.Builder impatient() {
        return ParallelTools.builder()
                .effects("stubborn", Effects.writes("a"))
                .effects("write", Effects.writes("a"))
                .policy(
                        "stubborn",
                        ToolPolicy.builder().timeout(Duration.ofMillis(20)).build())
                .gracePeriod(Duration.ofMillis(20))
                .heldResourceTimeout(Duration.ofMillis(50));
    }

    @Test
    void abandoned_call_holds_its_resource_in_its_conversation_until_it_is_released() {
        CountDownLatch release = new CountDownLatch(1);
        ParallelTools parallel = impatient().build();
        List<AiServiceTool> tools = List.of(
                tool("stubborn", request -> {
                    Waiting.awaitIgnoringInterrupts(release);
                    return "late";
                }),
                tool("write", request -> "written"));
        try {
            ScriptedChatModel model = ScriptedChatModel.saying(
                    calls(call("1", "stubborn", "{}")), calls(call("2", "write", "{}")), AiMessage.from("done"));
            parallel.aiServices(Assistant.class)
                    .chatModel(model)
                    .tools(tools)
                    .build()
                    .chat("go");
            assertThat(texts(model.results()).get(0)).contains("the attempt exceeded 20 ms; it may still take effect");
            assertThat(texts(model.results()).get(1)).contains("waited 50 ms for a resource that call 1 of round");
            assertThat(parallel.abandoned()).hasSize(1);

            ScriptedChatModel other = ScriptedChatModel.asking(call("1", "write", "{}"));
            parallel.aiServices(Assistant.class)
                    .chatModel(other)
                    .tools(tools)
                    .build()
                    .chat("go");
            assertThat(texts(other.results())).as("another conversation").containsExactly("written");

            assertThat(parallel.release(parallel.abandoned().get(0).id())).isTrue();
            assertThat(parallel.abandoned()).isEmpty();
        } finally {
            release.countDown();
        }
    }

    static final class Booking {
        final CountDownLatch release = new CountDownLatch(1);
        final List<String> log = new CopyOnWriteArrayList<>();

        @Tool
        String write() {
            log.add("write");
            return "written";
        }

        @CompensateFor("write")
        void undo() {
            log.add("undo");
        }

        @Tool
        String stubborn() {
            Waiting.awaitIgnoringInterrupts(release);
            log.add("late");
            return "late";
        }
    }

    @Test
    void compensation_does_not_run_beside_an_abandoned_call_on_the_same_resource() {
        Booking booking = new Booking();
        try {
            ScriptedChatModel model = ScriptedChatModel.asking(call("1", "write", "{}"), call("2", "stubborn", "{}"));
            impatient()
                    .build()
                    .aiServices(Assistant.class)
                    .chatModel(model)
                    .tools(booking)
                    .compensateOnToolErrors(true)
                    .build()
                    .chat("go");
            assertThat(booking.log)
                    .as("not undone, since that could not be done safely")
                    .containsExactly("write");
        } finally {
            booking.release.countDown();
        }
    }

    @Test
    void compensation_waits_for_an_abandoned_call_that_ends() throws Exception {
        Booking booking = new Booking();
        CountDownLatch abandoned = new CountDownLatch(1);
        ParallelTools parallel = impatient()
                .heldResourceTimeout(Duration.ofMinutes(1))
                .listener(event -> {
                    if (event instanceof RoundEvent.RoundEnded) {
                        abandoned.countDown();
                    }
                })
                .build();
        ScriptedChatModel model = ScriptedChatModel.asking(call("1", "write", "{}"), call("2", "stubborn", "{}"));
        Caller caller = Caller.of(() -> parallel.aiServices(Assistant.class)
                .chatModel(model)
                .tools(booking)
                .compensateOnToolErrors(true)
                .build()
                .chat("go"));
        Waiting.await(abandoned);
        booking.release.countDown();
        assertThat(caller.join().returned()).isEqualTo(ScriptedChatModel.DONE);
        assertThat(booking.log).containsExactly("write", "late", "undo");
    }

    // Rounds.

    @Test
    void round_that_fails_fast_tells_the_model_of_every_call() {
        ParallelTools parallel = ParallelTools.builder().failFast(true).build();
        List<AiServiceTool> tools = List.of(failing(1), tool("later", request -> "later"));
        assertThat(texts(OneRound.served(parallel, tools, call("1", "flaky", "{}"), call("2", "later", "{}"))))
                .containsExactly(
                        "no 1",
                        "tool 'later' was not started: call 1 (tool 'flaky') did not succeed, and the round fails fast");
    }
}
