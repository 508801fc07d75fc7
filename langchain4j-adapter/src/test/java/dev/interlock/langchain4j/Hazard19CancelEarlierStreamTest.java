package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedStreamingModel.replying;
import static dev.interlock.langchain4j.ScriptedStreamingModel.says;
import static dev.langchain4j.data.message.ChatMessageType.AI;
import static dev.langchain4j.data.message.ChatMessageType.TOOL_EXECUTION_RESULT;
import static dev.langchain4j.data.message.ChatMessageType.USER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Effects;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.guardrail.OutputGuardrail;
import dev.langchain4j.guardrail.OutputGuardrailResult;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.chat.response.StreamingHandle;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.AiServiceTool;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The user cancels by the handle of the first response's stream, while tools of a later response run. */
@Timeout(60)
class Hazard19CancelEarlierStreamTest {

    private static final ToolExecutionRequest QUICK = call("1", "quick", "{}");

    private final CountDownLatch running = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private final CountDownLatch interrupted = new CountDownLatch(1);
    private final List<String> ran = new CopyOnWriteArrayList<>();
    private final ChatMemory memory = Memory.ofManyMessages();
    private final AtomicReference<StreamingHandle> handle = new AtomicReference<>();

    private final List<AiServiceTool> tools =
            List.of(tool("quick", request -> "quick"), tool("hang", this::hang), tool("hangUndeclared", this::hang));

    private String hang(ToolExecutionRequest request) throws InterruptedException {
        running.countDown();
        try {
            Waiting.await(mayEnd);
            ran.add("to its end");
            return "hung";
        } catch (InterruptedException e) {
            interrupted.countDown();
            throw e;
        }
    }

    private static AiServices<StreamingAssistant> interlock() {
        return Waiting.patientTools()
                .effects("quick", Effects.reads("place"))
                .effects("hang", Effects.reads("place"))
                .build()
                .aiServices(StreamingAssistant.class);
    }

    private StreamedAnswer started(AiServices<StreamingAssistant> services, ScriptedStreamingModel model) {
        return StreamedAnswer.to(services.streamingChatModel(model)
                .chatMemory(memory)
                .tools(tools)
                .build()
                .chat("go")
                .onPartialThinkingWithContext(
                        (part, context) -> handle.compareAndSet(null, context.streamingHandle())));
    }

    /** Talks in its first response only, so that there is no later handle. */
    private static ScriptedStreamingModel.Reply talking() {
        return stream -> {
            stream.thinking("hm");
            stream.call(QUICK);
            stream.end(QUICK);
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"hang", "hangUndeclared"})
    void tool_of_the_later_response_is_interrupted_and_the_model_not_asked_again(String hanging) throws Exception {
        ScriptedStreamingModel model =
                replying(talking(), ScriptedStreamingModel.asks(call("2", hanging, "{}")), says("done"));
        StreamedAnswer answer = started(interlock(), model);
        Waiting.await(running);

        handle.get().cancel();

        assertThat(answer.error())
                .isInstanceOf(CancellationException.class)
                .hasMessageContaining("stream was cancelled");
        assertThat(interrupted.getCount()).isZero();
        assertThat(model.requests()).hasSize(2);
        assertThat(Memory.types(memory)).containsExactly(USER, AI, TOOL_EXECUTION_RESULT, AI, TOOL_EXECUTION_RESULT);
        assertThat(Memory.resultTexts(memory).get(1))
                .contains("was interrupted")
                .contains("the stream was cancelled");
    }

    @Test
    void call_that_the_later_response_has_started_early_is_interrupted() throws Exception {
        CountDownLatch cancelled = new CountDownLatch(1);
        ToolExecutionRequest hang = call("2", "hang", "{}");
        ScriptedStreamingModel model = replying(
                talking(),
                stream -> {
                    stream.call(hang);
                    Waiting.await(cancelled);
                    stream.call(call("3", "quick", "{}"));
                    stream.end(hang, call("3", "quick", "{}"));
                },
                says("done"));
        StreamedAnswer answer = started(interlock(), model);
        Waiting.await(running);

        handle.get().cancel();

        Waiting.await(interrupted);
        cancelled.countDown();
        assertThat(answer.error()).isInstanceOf(CancellationException.class);
        assertThat(model.requests()).hasSize(2);
        assertThat(Memory.resultTexts(memory).get(2))
                .isEqualTo("tool 'quick' was not started: the stream was cancelled");
    }

    @Test
    void later_stream_is_cancelled_with_it() throws Exception {
        CountDownLatch streaming = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        AtomicReference<Boolean> seen = new AtomicReference<>();
        ScriptedStreamingModel model = replying(talking(), stream -> {
            stream.thinking("more ");
            streaming.countDown();
            Waiting.await(cancelled);
            seen.set(stream.isCancelled());
            over.countDown();
        });
        StreamedAnswer answer = started(interlock(), model);
        Waiting.await(streaming);

        handle.get().cancel();

        cancelled.countDown();
        Waiting.await(over);
        assertThat(seen.get()).isTrue();
        assertThat(answer.answers()).isEmpty();
    }

    @Test
    void later_stream_whose_handle_comes_only_then_is_cancelled_with_it() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        AtomicReference<Boolean> seen = new AtomicReference<>();
        ScriptedStreamingModel model = replying(talking(), stream -> {
            asked.countDown();
            Waiting.await(cancelled);
            stream.thinking("more ");
            seen.set(stream.isCancelled());
            over.countDown();
        });
        started(interlock(), model);
        Waiting.await(asked);

        handle.get().cancel();

        cancelled.countDown();
        Waiting.await(over);
        assertThat(seen.get()).isTrue();
    }

    /** Accepts nothing but what the model says when it is asked again. */
    public static final class Strict implements OutputGuardrail {
        @Override
        public OutputGuardrailResult validate(AiMessage response) {
            return "good".equals(response.text()) ? success() : reprompt("not good", "say it better");
        }
    }

    @Test
    void tool_of_a_response_to_a_guardrails_reprompt_is_interrupted_too() throws Exception {
        ScriptedStreamingModel model = replying(
                talking(), says("bad"), ScriptedStreamingModel.asks(call("2", "hangUndeclared", "{}")), says("good"));
        StreamedAnswer answer = started(interlock().outputGuardrails(new Strict()), model);
        Waiting.await(running);

        handle.get().cancel();

        answer.error();
        assertThat(interrupted.getCount()).isZero();
        assertThat(model.requests()).hasSize(3);
    }

    @Test
    void next_question_of_the_conversation_is_not_cancelled() throws Exception {
        ScriptedStreamingModel model = replying(
                talking(),
                ScriptedStreamingModel.asks(call("2", "hang", "{}")),
                ScriptedStreamingModel.asks(call("3", "quick", "{}")),
                says("done"));
        StreamingAssistant assistant = interlock()
                .streamingChatModel(model)
                .chatMemory(memory)
                .tools(tools)
                .build();
        StreamedAnswer answer = StreamedAnswer.to(assistant
                .chat("go")
                .onPartialThinkingWithContext(
                        (part, context) -> handle.compareAndSet(null, context.streamingHandle())));
        Waiting.await(running);
        handle.get().cancel();
        answer.error();

        assertThat(StreamedAnswer.to(assistant.chat("go on")).text()).isEqualTo("done");
    }

    @Test
    void plain_langchain4j_lets_the_tool_run_and_asks_the_model_again() throws Exception {
        ScriptedStreamingModel model =
                replying(talking(), ScriptedStreamingModel.asks(call("2", "hang", "{}")), says("done"));
        StreamedAnswer answer = started(AiServices.builder(StreamingAssistant.class), model);
        Waiting.await(running);

        handle.get().cancel();

        mayEnd.countDown();
        assertThat(answer.text()).isEqualTo("done");
        assertThat(ran).containsExactly("to its end");
        assertThat(model.requests()).hasSize(3);
    }
}
