package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedStreamingModel.says;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Effects;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.service.AiServices;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The callbacks of a stream, and the hooks of its service: never at the same time. */
@Timeout(120)
class OverlappingCallbacksTest extends OverlappingHooksFixture {

    private StreamingAssistant streaming(ParallelTools.Builder parallel, ScriptedStreamingModel model) {
        return parallel.build()
                .aiServices(StreamingAssistant.class)
                .streamingChatModel(model)
                .chatMemory(memory)
                .tools(tools)
                .beforeToolExecution(event -> sink.tell("service before"))
                .afterToolExecution(event -> sink.tell("service after"))
                .build();
    }

    private AiServices<StreamingAssistant> services(ScriptedStreamingModel model) {
        return parallel()
                .build()
                .aiServices(StreamingAssistant.class)
                .streamingChatModel(model)
                .tools(tools);
    }

    private StreamedAnswer answer(StreamingAssistant assistant) {
        return StreamedAnswer.to(assistant
                .chat("go")
                .onPartialResponse(text -> sink.tell("text"))
                .onPartialThinking(thinking -> sink.tell("thinking"))
                .onPartialToolCall(part -> sink.tell("part"))
                .onIntermediateResponse(response -> sink.tell("intermediate"))
                .beforeToolExecution(event -> sink.tell("stream before"))
                .onToolExecuted(execution -> sink.tell("stream after")));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void callbacks_and_hooks_of_a_stream_never_overlap(boolean calledBackOnCallersThread) throws InterruptedException {
        ToolExecutionRequest[] requests = requests("look", 200);
        ScriptedStreamingModel model = ScriptedStreamingModel.replying(
                stream -> {
                    for (ToolExecutionRequest request : requests) {
                        stream.text("word ");
                        stream.thinking("hm");
                        stream.partOfCall("look", "{");
                        stream.call(request);
                    }
                    stream.end(requests);
                },
                says("done"));
        if (calledBackOnCallersThread) {
            model.onCallersThread();
        }

        assertThat(answer(streaming(parallel(), model)).text()).isEqualTo("done");

        assertThat(sink.most).hasValue(1);
        assertThat(sink.told)
                .hasSize(200 * 7 + 2)
                .contains("text", "thinking", "part", "intermediate", "stream before", "service after");
    }

    @Test
    void intermediate_response_waits_for_a_hook_that_runs() throws InterruptedException {
        CountDownLatch inHook = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        ScriptedStreamingModel model = ScriptedStreamingModel.replying(
                stream -> {
                    stream.call(requests("look", 1)[0]);
                    Waiting.await(inHook);
                    ended.countDown();
                    stream.end(requests("look", 1));
                },
                says("done"));
        StreamingAssistant assistant = services(model).build();

        StreamedAnswer answer = StreamedAnswer.to(assistant
                .chat("go")
                .onIntermediateResponse(response -> sink.tell("intermediate"))
                .beforeToolExecution(event -> {
                    sink.most.accumulateAndGet(sink.inside.incrementAndGet(), Math::max);
                    inHook.countDown();
                    Waiting.awaitIgnoringInterrupts(ended);
                    for (int i = 0; i < 100_000; i++) {
                        Thread.onSpinWait();
                    }
                    sink.told.add("before");
                    sink.inside.decrementAndGet();
                }));

        assertThat(answer.text()).isEqualTo("done");
        assertThat(sink.told).containsExactly("before", "intermediate");
        assertThat(sink.most).hasValue(1);
    }

    @Test
    void error_of_a_stream_is_told_when_no_hook_runs() throws InterruptedException {
        CountDownLatch inHook = new CountDownLatch(1);
        ScriptedStreamingModel model = ScriptedStreamingModel.replying(stream -> {
            stream.call(requests("look", 1)[0]);
            Waiting.await(inHook);
            stream.error(new IllegalStateException("connection lost"));
        });
        StreamingAssistant assistant = services(model)
                .beforeToolExecution(event -> {
                    inHook.countDown();
                    sink.tell("before");
                })
                .build();
        CountDownLatch told = new CountDownLatch(1);

        assistant
                .chat("go")
                .onPartialResponse(text -> {})
                .onError(error -> {
                    sink.tell(Objects.requireNonNull(error.getMessage()));
                    told.countDown();
                })
                .start();
        Waiting.await(told);

        assertThat(sink.told).containsExactly("before", "connection lost");
        assertThat(sink.most).hasValue(1);
    }

    @Test
    void veto_of_a_streamed_call_has_started_nothing_after_it() throws InterruptedException {
        CountDownLatch vetoed = new CountDownLatch(1);
        ScriptedStreamingModel model = ScriptedStreamingModel.replying(stream -> {
            ToolExecutionRequest[] requests = requests("look", 3);
            stream.call(requests[0]);
            stream.call(requests[1]);
            stream.call(requests[2]);
            Waiting.await(vetoed);
            stream.end(requests);
        });
        StreamingAssistant assistant = parallel()
                .build()
                .aiServices(StreamingAssistant.class)
                .streamingChatModel(model)
                .chatMemory(memory)
                .tools(tools)
                .beforeToolExecution(event -> {
                    if (event.request().id().equals("2")) {
                        vetoed.countDown();
                        throw new SecurityException("not allowed");
                    }
                })
                .build();

        assertThat(StreamedAnswer.to(assistant.chat("go")).error()).hasMessage("not allowed");

        assertThat(ran).doesNotContain("2", "3");
        assertThat(Memory.resultTexts(memory).subList(1, 3))
                .containsExactly(
                        "not allowed", "tool 'look' was not started: the failure of another call ended the round");
    }

    @Test
    void callback_may_start_another_service() throws InterruptedException {
        StreamingAssistant inner = streaming(parallel(), ScriptedStreamingModel.asking(requests("look", 2)));
        List<String> answers = new CopyOnWriteArrayList<>();
        ScriptedStreamingModel model = ScriptedStreamingModel.replying(
                stream -> {
                    stream.text("word");
                    stream.end(requests("meet", 3));
                },
                says("done"));
        StreamingAssistant assistant = services(model).build();

        StreamedAnswer answer = StreamedAnswer.to(assistant.chat("go").onPartialResponse(text -> {
            if (text.equals("word")) {
                try {
                    answers.add(StreamedAnswer.to(inner.chat("go")).text());
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        }));

        assertThat(answer.text()).isEqualTo("done");
        assertThat(answers).containsExactly("done");
    }

    @Test
    void task_is_told_of_its_stream_while_tools_with_hooks_run() {
        int[] count = new int[1];
        ToolExecutionRequest[] requests = requests("look", 100);
        ScriptedStreamingModel model = ScriptedStreamingModel.replying(
                stream -> {
                    for (ToolExecutionRequest request : requests) {
                        stream.text("word ");
                        stream.call(request);
                    }
                    stream.end(requests);
                },
                says("done"));
        try (TaskAgent agent = TaskAgent.builder()
                .streamingChatModel(model)
                .parallelTools(settings -> settings.effects("look", Effects.reads("place")))
                .aiServices(services -> services.afterToolExecution(execution -> {
                    count[0]++;
                    sink.tell("after");
                }))
                .tools(Map.of(tools.get(0).toolSpecification(), tools.get(0).toolExecutor()))
                .timeout(Duration.ofSeconds(60))
                .build()) {
            assertThat(agent.execute("go").answer()).isEqualTo("done");
        }

        assertThat(count[0]).isEqualTo(100);
        assertThat(sink.most).hasValue(1);
    }
}
