package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedStreamingModel.says;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Effects;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.AiServiceTool;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When the calls of a streamed response start, if all may of which something is known. */
@Timeout(60)
class StreamingStartTest {

    private static final String KEY_7 = "{\"id\": \"7\"}";
    private static final String KEY_8 = "{\"id\": \"8\"}";

    private final Map<String, CountDownLatch> started = new ConcurrentHashMap<>();
    private final Map<String, Thread> threads = new ConcurrentHashMap<>();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final CountDownLatch mayEnd = new CountDownLatch(1);

    /** Calls are given to it on the stream's thread, so what it was given tells what has been started. */
    private final AtomicInteger given = new AtomicInteger();

    private final Executor executor = task -> {
        given.incrementAndGet();
        Thread.ofPlatform().daemon().start(task);
    };

    private final List<AiServiceTool> tools = List.of(
            tool("read", this::run),
            tool("write", this::run),
            tool("block", request -> {
                begin(request);
                Waiting.await(mayEnd);
                log.add("end " + request.id());
                return request.id();
            }),
            tool("undeclared", this::run));

    private String run(ToolExecutionRequest request) {
        begin(request);
        log.add("end " + request.id());
        return request.id();
    }

    private void begin(ToolExecutionRequest request) {
        log.add("start " + request.id());
        threads.put(request.id(), Thread.currentThread());
        startOf(request.id()).countDown();
    }

    private CountDownLatch startOf(String id) {
        return started.computeIfAbsent(id, key -> new CountDownLatch(1));
    }

    private AiServices<StreamingAssistant> services(ParallelTools.Builder builder) {
        return builder.earlyStart(EarlyStart.ALL)
                .effects("read", Effects.reads("account/{id}"))
                .effects("write", Effects.writes("account/{id}"))
                .effects("block", Effects.writes("account/{id}"))
                .build()
                .aiServices(StreamingAssistant.class)
                .tools(tools);
    }

    private ScriptedStreamingModel answered(AiServices<StreamingAssistant> services, ScriptedStreamingModel.Reply first)
            throws InterruptedException {
        ScriptedStreamingModel model = ScriptedStreamingModel.replying(first, says("done"));
        StreamingAssistant assistant = services.streamingChatModel(model).build();
        assertThat(StreamedAnswer.to(assistant.chat("go")).text()).isEqualTo("done");
        return model;
    }

    @Test
    void known_call_starts_while_the_model_writes_the_next() throws InterruptedException {
        ToolExecutionRequest first = call("1", "read", KEY_7);
        ToolExecutionRequest second = call("2", "write", KEY_8);

        ScriptedStreamingModel model = answered(services(ParallelTools.builder()), stream -> {
            stream.call(first);
            Waiting.await(startOf("1"));
            stream.partOfCall("write", "{\"id\"");
            stream.call(second);
            Waiting.await(startOf("2"));
            stream.end(first, second);
        });

        assertThat(model.resultTexts()).containsExactly("1", "2");
        assertThat(threads.values()).allMatch(Thread::isVirtual);
    }

    @Test
    void conflicting_call_waits_and_an_independent_one_overtakes_it() throws InterruptedException {
        ToolExecutionRequest block = call("1", "block", KEY_7);
        ToolExecutionRequest conflicting = call("2", "read", KEY_7);
        ToolExecutionRequest independent = call("3", "read", KEY_8);

        ScriptedStreamingModel model =
                answered(services(ParallelTools.builder()).executeToolsConcurrently(executor), stream -> {
                    stream.call(block);
                    stream.call(conflicting);
                    stream.call(independent);
                    Waiting.await(startOf("3"));
                    assertThat(given).hasValue(2);
                    mayEnd.countDown();
                    Waiting.await(startOf("2"));
                    stream.end(block, conflicting, independent);
                });

        assertThat(log.indexOf("end 1")).isLessThan(log.indexOf("start 2"));
        assertThat(model.resultTexts()).containsExactly("1", "2", "3");
    }

    @Test
    void undeclared_call_and_all_after_it_wait_for_the_end_of_the_response() throws InterruptedException {
        ToolExecutionRequest known = call("1", "block", KEY_7);
        ToolExecutionRequest undeclared = call("2", "undeclared", "{}");
        ToolExecutionRequest after = call("3", "read", KEY_8);

        ScriptedStreamingModel model =
                answered(services(ParallelTools.builder()).executeToolsConcurrently(executor), stream -> {
                    stream.call(known);
                    stream.call(undeclared);
                    stream.call(after);
                    assertThat(given).hasValue(1);
                    Waiting.await(startOf("1"));
                    mayEnd.countDown();
                    stream.end(known, undeclared, after);
                });

        assertThat(log).containsExactly("start 1", "end 1", "start 2", "end 2", "start 3", "end 3");
        assertThat(model.resultTexts()).containsExactly("1", "2", "3");
    }

    @Test
    void known_call_after_an_undeclared_one_waits_for_the_end_of_the_response() throws InterruptedException {
        ToolExecutionRequest undeclared = call("1", "undeclared", "{}");
        ToolExecutionRequest after = call("2", "read", KEY_8);

        answered(services(ParallelTools.builder()).executeToolsConcurrently(executor), stream -> {
            stream.call(undeclared);
            stream.call(after);
            assertThat(given).hasValue(0);
            stream.end(undeclared, after);
        });

        assertThat(log).containsExactly("start 1", "end 1", "start 2", "end 2");
    }

    @Test
    void calls_of_which_nothing_is_known_run_one_after_another_on_the_delivering_thread() throws InterruptedException {
        ToolExecutionRequest first = call("1", "undeclared", "{}");
        ToolExecutionRequest second = call("2", "undeclared", "{}");

        ScriptedStreamingModel model = answered(services(ParallelTools.builder()), stream -> {
            stream.call(first);
            stream.call(second);
            log.add("end of response");
            stream.end(first, second);
        });

        assertThat(log).containsExactly("end of response", "start 1", "end 1", "start 2", "end 2");
        assertThat(threads.values()).containsOnly(model.thread(1));
        assertThat(model.resultTexts()).containsExactly("1", "2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"id\": ", "[1]", "7"})
    void call_whose_arguments_are_no_object_has_its_error_at_the_end_of_the_response(String arguments)
            throws InterruptedException {
        ToolExecutionRequest odd = call("1", "read", arguments);

        ScriptedStreamingModel model =
                answered(services(ParallelTools.builder()).executeToolsConcurrently(executor), stream -> {
                    stream.call(odd);
                    assertThat(given).hasValue(0);
                    stream.end(FinishReason.TOOL_EXECUTION, odd);
                });

        assertThat(log).isEmpty();
        assertThat(model.resultTexts())
                .singleElement()
                .asString()
                .startsWith("tool 'read' was not run: its arguments are not a JSON object");
    }

    @Test
    void no_more_calls_run_than_may_at_the_same_time() throws InterruptedException {
        ToolExecutionRequest block = call("1", "block", KEY_7);
        ToolExecutionRequest second = call("2", "read", KEY_8);
        ToolExecutionRequest third = call("3", "read", KEY_8);

        ScriptedStreamingModel model = answered(
                services(ParallelTools.builder().maxConcurrency(1)).executeToolsConcurrently(executor), stream -> {
                    stream.call(block);
                    stream.call(second);
                    stream.call(third);
                    Waiting.await(startOf("1"));
                    assertThat(given).hasValue(1);
                    mayEnd.countDown();
                    stream.end(block, second, third);
                });

        assertThat(log).containsExactly("start 1", "end 1", "start 2", "end 2", "start 3", "end 3");
        assertThat(model.resultTexts()).containsExactly("1", "2", "3");
    }

    @Test
    void executor_that_runs_tasks_at_once_does_not_hold_up_the_stream() throws InterruptedException {
        ToolExecutionRequest block = call("1", "block", KEY_7);

        ScriptedStreamingModel model =
                answered(services(ParallelTools.builder()).executeToolsConcurrently(Runnable::run), stream -> {
                    stream.call(block);
                    Waiting.await(startOf("1"));
                    mayEnd.countDown();
                    stream.end(block);
                });

        assertThat(threads.get("1")).isNotEqualTo(model.thread(1));
        assertThat(model.resultTexts()).containsExactly("1");
    }

    @Test
    void calls_of_the_next_response_start_early_too() throws InterruptedException {
        ToolExecutionRequest first = call("1", "read", KEY_7);
        ToolExecutionRequest second = call("2", "read", KEY_8);
        ScriptedStreamingModel model = ScriptedStreamingModel.replying(early(first), early(second), says("done"));
        StreamingAssistant assistant =
                services(ParallelTools.builder()).streamingChatModel(model).build();

        assertThat(StreamedAnswer.to(assistant.chat("go")).text()).isEqualTo("done");
        assertThat(model.resultTexts()).containsExactly("1", "2");
    }

    private ScriptedStreamingModel.Reply early(ToolExecutionRequest call) {
        return stream -> {
            stream.call(call);
            Waiting.await(startOf(call.id()));
            stream.end(call);
        };
    }

    @Test
    void model_that_calls_back_on_the_callers_thread() throws InterruptedException {
        ToolExecutionRequest first = call("1", "read", KEY_7);
        ToolExecutionRequest second = call("2", "undeclared", "{}");
        ScriptedStreamingModel model = ScriptedStreamingModel.replying(
                        early(first), ScriptedStreamingModel.asks(second), says("done"))
                .onCallersThread();
        StreamingAssistant assistant =
                services(ParallelTools.builder()).streamingChatModel(model).build();

        assertThat(StreamedAnswer.to(assistant.chat("go")).text()).isEqualTo("done");
        assertThat(model.results()).extracting(ToolExecutionResultMessage::id).containsExactly("1", "2");
        assertThat(threads.get("2")).isEqualTo(Thread.currentThread());
    }

    @Test
    void many_calls_complete_in_reverse_order() throws InterruptedException {
        ToolExecutionRequest[] calls = new ToolExecutionRequest[200];
        for (int i = 0; i < calls.length; i++) {
            calls[i] = call("" + i, "write", KEY_7);
        }

        ScriptedStreamingModel model = answered(services(ParallelTools.builder()), stream -> {
            for (int i = calls.length - 1; i >= 0; i--) {
                stream.call(i, calls[i]);
            }
            stream.end(calls);
        });

        assertThat(model.resultTexts())
                .containsExactly(
                        List.of(calls).stream().map(ToolExecutionRequest::id).toArray(String[]::new));
        assertThat(log.stream().filter(entry -> entry.startsWith("start")))
                .containsExactly(
                        List.of(calls).stream().map(one -> "start " + one.id()).toArray(String[]::new));
    }
}
