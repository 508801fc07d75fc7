package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Effects;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolErrorHandlerResult;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Interrupting the thread that called the AI service is cancelling. */
@Timeout(60)
class CallerInterruptTest {

    private static final String NOT_STARTED = "tool 'late' was not started: the calling thread was interrupted";

    private final CountDownLatch twoRun = new CountDownLatch(2);
    private final CountDownLatch stubbornMayEnd = new CountDownLatch(1);
    private final List<String> interrupted = new CopyOnWriteArrayList<>();
    private final List<String> handled = new CopyOnWriteArrayList<>();
    private final ChatMemory memory = Memory.ofManyMessages();

    private final List<AiServiceTool> tools = List.of(
            tool("write", this::hang),
            tool("read", this::hang),
            tool("finish", request -> {
                try {
                    hang(request);
                } catch (InterruptedException e) {
                    // It finishes all the same.
                }
                return "finished";
            }),
            tool("stubborn", request -> {
                twoRun.countDown();
                Waiting.awaitIgnoringInterrupts(stubbornMayEnd);
                return "at last";
            }),
            tool("late", request -> {
                throw new AssertionError("too late to start");
            }));

    private String hang(ToolExecutionRequest request) throws InterruptedException {
        twoRun.countDown();
        try {
            Waiting.forInterrupt();
            return "never";
        } catch (InterruptedException e) {
            interrupted.add(request.id());
            throw e;
        }
    }

    /** Interrupts the caller of an AI service once two of the calls run. */
    private void interruptWhileTwoRun(ParallelTools.Builder builder, ToolExecutionRequest... requests)
            throws InterruptedException {
        ScriptedChatModel model = ScriptedChatModel.saying(ScriptedChatModel.calls(requests));
        Assistant assistant = builder.effects("write", Effects.writes("account/{id}"))
                .effects("read", Effects.reads("account/{id}"))
                .effects("finish", Effects.writes("account/{id}"))
                .effects("stubborn", Effects.writes("account/{id}"))
                .build()
                .aiServices(Assistant.class)
                .chatModel(model)
                .chatMemory(memory)
                .tools(tools)
                .toolExecutionErrorHandler((error, context) -> {
                    handled.add(context.toolExecutionRequest().id());
                    return ToolErrorHandlerResult.text("handled");
                })
                .build();
        Caller caller = Caller.of(() -> assistant.chat("go"));
        Waiting.await(twoRun);

        caller.interrupt();

        caller.join();
        assertThat(caller.thrown()).isInstanceOf(CancellationException.class);
        assertThat(caller.interruptFlag()).isTrue();
        assertThat(model.requests()).as("the model is not asked again").hasSize(1);
        assertThat(Memory.results(memory))
                .extracting(ToolExecutionResultMessage::id)
                .containsExactly(
                        Arrays.stream(requests).map(ToolExecutionRequest::id).toArray(String[]::new));
    }

    private String result(int index) {
        return Memory.resultTexts(memory).get(index);
    }

    @Test
    void both_running_calls_are_interrupted_and_the_others_are_not_started() throws InterruptedException {
        interruptWhileTwoRun(
                Waiting.patientTools(),
                call("1", "write", "{\"id\": \"7\"}"),
                call("2", "read", "{\"id\": \"8\"}"),
                call("3", "write", "{\"id\": \"7\"}"),
                call("4", "late", "{}"));

        assertThat(interrupted).containsExactlyInAnyOrder("1", "2");
        assertThat(result(0))
                .matches("tool 'write' was interrupted after \\d+ ms: the calling thread was interrupted; "
                        + "it may have taken effect");
        assertThat(result(1)).matches("tool 'read' was interrupted after \\d+ ms: the calling thread was interrupted");
        assertThat(result(2)).isEqualTo("tool 'write' was not started: the calling thread was interrupted");
        assertThat(result(3)).isEqualTo(NOT_STARTED);
        assertThat(Memory.results(memory)).allMatch(ToolExecutionResultMessage::isError);
    }

    @Test
    void interrupt_is_no_failure_for_the_error_handler() throws InterruptedException {
        interruptWhileTwoRun(
                Waiting.patientTools(), call("1", "write", "{\"id\": \"7\"}"), call("2", "read", "{\"id\": \"8\"}"));

        assertThat(handled).isEmpty();
    }

    @Test
    void call_that_finishes_in_spite_of_its_interrupt_keeps_its_result() throws InterruptedException {
        interruptWhileTwoRun(
                Waiting.patientTools(), call("1", "finish", "{\"id\": \"7\"}"), call("2", "read", "{\"id\": \"8\"}"));

        assertThat(result(0)).isEqualTo("finished");
        assertThat(Memory.results(memory).get(0).isError()).isFalse();
    }

    @Test
    void call_that_ignores_its_interrupt_does_not_hold_up_the_caller() throws InterruptedException {
        try {
            interruptWhileTwoRun(
                    ParallelTools.builder().gracePeriod(Duration.ofMillis(50)),
                    call("1", "stubborn", "{\"id\": \"7\"}"),
                    call("2", "read", "{\"id\": \"8\"}"));

            assertThat(result(0)).startsWith("tool 'stubborn' was interrupted").endsWith("it may have taken effect");
        } finally {
            stubbornMayEnd.countDown();
        }
    }

    @Test
    void interrupt_before_the_tools_run_starts_none() throws InterruptedException {
        ScriptedChatModel model =
                ScriptedChatModel.saying(ScriptedChatModel.calls(call("1", "late", "{}"), call("2", "late", "{}")));
        Assistant assistant = ParallelTools.builder()
                .build()
                .aiServices(Assistant.class)
                .chatModel(model)
                .chatMemory(memory)
                .tools(tools)
                .build();

        Caller caller = Caller.of(() -> {
                    Thread.currentThread().interrupt();
                    return assistant.chat("go");
                })
                .join();

        assertThat(caller.thrown()).isInstanceOf(CancellationException.class);
        assertThat(caller.interruptFlag()).isTrue();
        assertThat(Memory.resultTexts(memory)).containsExactly(NOT_STARTED, NOT_STARTED);
    }
}
