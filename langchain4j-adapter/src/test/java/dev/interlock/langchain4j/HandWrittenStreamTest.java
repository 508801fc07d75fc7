package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedStreamingModel.replying;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.interlock.effect.Effects;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.service.tool.AiServiceTool;
import java.io.IOException;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Loops that users write themselves around a streaming model. */
@Timeout(60)
class HandWrittenStreamTest {

    private static final ToolExecutionRequest HANG = call("1", "hang", "{}");
    private static final ToolExecutionRequest READ = call("2", "read", "{}");
    private static final ToolExecutionRequest UNDECLARED = call("3", "undeclared", "{}");

    private final CountDownLatch running = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final List<String> ran = new CopyOnWriteArrayList<>();

    private final List<AiServiceTool> tools = List.of(
            tool("hang", request -> {
                ran.add("hang");
                running.countDown();
                try {
                    Waiting.await(mayEnd);
                    return "hung";
                } finally {
                    ended.countDown();
                }
            }),
            tool("read", request -> {
                ran.add("read");
                return "read";
            }),
            tool("undeclared", request -> {
                ran.add("undeclared");
                return "undeclared";
            }),
            AiServiceTool.builder()
                    .toolSpecification(tool("who", request -> "").toolSpecification())
                    .toolExecutor((request, memoryId) -> "memory " + memoryId)
                    .build());

    private final ParallelTools parallel = Waiting.patientTools()
            .effects("hang", Effects.reads("place"))
            .effects("read", Effects.reads("place"))
            .effects("who", Effects.pure())
            .build();

    /** A user's handler. */
    private static class Loop implements StreamingChatResponseHandler {
        private final CompletableFuture<AiMessage> message = new CompletableFuture<>();
        private final CompletableFuture<Throwable> error = new CompletableFuture<>();
        private final AtomicReference<PartialResponseContext> part = new AtomicReference<>();
        private final Consumer<AiMessage> onMessage;

        Loop(Consumer<AiMessage> onMessage) {
            this.onMessage = onMessage;
        }

        Loop() {
            this(message -> {});
        }

        @Override
        public void onPartialResponse(PartialResponse partialResponse, PartialResponseContext context) {
            part.set(context);
        }

        @Override
        public void onCompleteResponse(ChatResponse response) {
            onMessage.accept(response.aiMessage());
            message.complete(response.aiMessage());
        }

        @Override
        public void onError(@Nullable Throwable thrown) {
            error.complete(thrown);
        }
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(30, TimeUnit.SECONDS);
    }

    private ScriptedStreamingModel ask(StreamingChatResponseHandler loop, ScriptedStreamingModel.Reply reply) {
        ScriptedStreamingModel model = replying(reply);
        model.chat(
                ChatRequest.builder().messages(UserMessage.from("go")).build(), parallel.streamingHandler(tools, loop));
        return model;
    }

    private static List<String> texts(List<ToolExecutionResultMessage> results) {
        return results.stream().map(ToolExecutionResultMessage::text).toList();
    }

    @Test
    void call_starts_while_the_model_writes_and_the_results_come_in_order() throws Exception {
        AtomicReference<List<ToolExecutionResultMessage>> results = new AtomicReference<>();
        Loop loop = new Loop(message -> results.set(parallel.execute(message, tools)));

        ask(loop, stream -> {
            stream.call(1, READ);
            stream.call(0, HANG);
            Waiting.await(running);
            mayEnd.countDown();
            stream.end(HANG, READ, UNDECLARED);
        });

        get(loop.message);
        assertThat(texts(results.get())).containsExactly("hung", "read", "undeclared");
        assertThat(results.get()).extracting(ToolExecutionResultMessage::id).containsExactly("1", "2", "3");
        assertThat(ran).containsExactlyInAnyOrder("hang", "read", "undeclared");
    }

    @Test
    void results_can_be_asked_for_on_another_thread() throws Exception {
        Loop loop = new Loop();
        ask(loop, stream -> {
            stream.call(HANG);
            Waiting.await(running);
            stream.end(HANG, UNDECLARED);
        });
        AiMessage message = get(loop.message);
        assertThat(ran).containsExactly("hang");
        mayEnd.countDown();

        assertThat(texts(parallel.execute(message, tools))).containsExactly("hung", "undeclared");
        assertThat(ran).containsExactly("hang", "undeclared");
    }

    @Test
    void second_execution_of_a_message_runs_its_calls_anew() throws Exception {
        Loop loop = new Loop();
        ask(loop, ScriptedStreamingModel.asks(READ));
        AiMessage message = get(loop.message);

        assertThat(texts(parallel.execute(message, tools))).containsExactly("read");
        assertThat(ran).containsExactly("read");
        assertThat(texts(parallel.execute(message, tools))).containsExactly("read");
        assertThat(ran).containsExactly("read", "read");
    }

    @Test
    void equal_message_of_another_response_has_its_own_calls() throws Exception {
        Loop one = new Loop();
        Loop other = new Loop();
        ask(one, ScriptedStreamingModel.asks(READ));
        ask(other, ScriptedStreamingModel.asks(READ));
        AiMessage first = get(one.message);
        AiMessage second = get(other.message);
        assertThat(first).isEqualTo(second);

        assertThat(texts(parallel.execute(first, tools))).containsExactly("read");
        assertThat(texts(parallel.execute(second, tools))).containsExactly("read");
        assertThat(ran).containsExactly("read", "read");
    }

    @Test
    void started_call_has_ended_when_the_handler_hears_of_an_error() throws Exception {
        AtomicReference<Boolean> endedBefore = new AtomicReference<>();
        Loop loop = new Loop() {
            @Override
            public void onError(@Nullable Throwable thrown) {
                endedBefore.set(ended.getCount() == 0);
                super.onError(thrown);
            }
        };
        ask(loop, stream -> {
            stream.call(HANG);
            Waiting.await(running);
            stream.error(new IOException("connection reset"));
        });

        assertThat(get(loop.error)).hasMessage("connection reset");
        assertThat(endedBefore.get()).isTrue();
    }

    @Test
    void started_call_has_ended_when_the_handler_has_thrown() throws Exception {
        Loop loop = new Loop(message -> {
            throw new IllegalStateException("full");
        });
        ask(loop, stream -> {
            stream.call(HANG);
            Waiting.await(running);
            stream.end(HANG);
        });

        assertThat(get(loop.error)).hasMessage("full");
        assertThat(ended.getCount()).isZero();
    }

    @Test
    void cancelled_stream_ends_what_runs_and_starts_no_more() throws Exception {
        Loop loop = new Loop();
        ScriptedStreamingModel model = ask(loop, stream -> {
            stream.text("some text");
            stream.call(HANG);
            Waiting.await(running);
            loop.part.get().streamingHandle().cancel();
            stream.call(READ);
            stream.end(HANG, READ);
        });

        Waiting.await(ended);
        model.thread(1).join();
        assertThat(ran).containsExactly("hang");
        assertThat(loop.message).isNotDone();
    }

    @Test
    void message_of_a_cancelled_stream_has_a_result_for_each_request() throws Exception {
        Loop loop = new Loop();
        ask(loop, stream -> {
            stream.text("some text");
            stream.call(HANG);
            Waiting.await(running);
            stream.end(HANG, READ, UNDECLARED);
        });
        AiMessage message = get(loop.message);
        loop.part.get().streamingHandle().cancel();

        List<ToolExecutionResultMessage> results = parallel.execute(message, tools);

        assertThat(results).hasSize(3).allMatch(ToolExecutionResultMessage::isError);
        assertThat(results.get(0).text())
                .startsWith("tool 'hang' was interrupted")
                .endsWith("was cancelled");
        assertThat(results.get(1).text()).isEqualTo("tool 'read' was not started: the stream was cancelled");
        assertThat(results.get(2).text()).isEqualTo("tool 'undeclared' was not started: the stream was cancelled");
        assertThat(ran).containsExactly("hang");
    }

    @Test
    void error_after_the_response_ends_calls_that_another_thread_waits_for() throws Exception {
        Loop loop = new Loop();
        AtomicReference<StreamingChatResponseHandler> handler = new AtomicReference<>();
        ask(loop, stream -> {
            handler.set(stream.handler());
            stream.call(HANG);
            stream.end(HANG, UNDECLARED);
        });
        AiMessage message = get(loop.message);
        Waiting.await(running);
        Caller caller = Caller.of(() -> parallel.execute(message, tools));

        handler.get().onError(new IOException("connection reset"));

        assertThat(ended.getCount()).isZero();
        assertThat((List<?>) caller.join().returned())
                .extracting(ToolExecutionResultMessage.class::cast)
                .extracting(ToolExecutionResultMessage::text)
                .allMatch(text -> text.endsWith("the stream failed: java.io.IOException: connection reset"));
    }

    @Test
    void interrupt_of_the_thread_that_waits_ends_the_calls() throws Exception {
        Loop loop = new Loop();
        ask(loop, stream -> {
            stream.call(HANG);
            Waiting.await(running);
            stream.end(HANG, UNDECLARED);
        });
        AiMessage message = get(loop.message);
        Caller caller = Caller.of(() -> parallel.execute(message, tools));

        caller.interrupt();

        caller.join();
        assertThat(caller.interruptFlag()).isTrue();
        assertThat((List<?>) caller.returned()).hasSize(2);
        assertThat(ran).containsExactly("hang");
        assertThat(ended.getCount()).isZero();
    }

    @Test
    void message_that_is_never_executed_runs_nothing_more_and_is_not_kept() throws Exception {
        ReferenceQueue<AiMessage> gone = new ReferenceQueue<>();
        PhantomReference<AiMessage> message = messageThatNobodyExecutes(gone);

        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        boolean collected = false;
        while (!collected && System.nanoTime() - deadline < 0) {
            System.gc();
            collected = gone.remove(50) != null;
        }

        assertThat(collected)
                .as("the message is collected although its own handler holds it")
                .isTrue();
        assertThat(message.refersTo(null)).isTrue();
        assertThat(ran).containsExactly("hang");
    }

    private PhantomReference<AiMessage> messageThatNobodyExecutes(ReferenceQueue<AiMessage> gone) throws Exception {
        Loop loop = new Loop();
        mayEnd.countDown();
        ScriptedStreamingModel model = ask(loop, stream -> {
            stream.call(HANG);
            Waiting.await(ended);
            stream.end(HANG, UNDECLARED);
        });
        AiMessage message = get(loop.message);
        model.thread(1).join();
        return new PhantomReference<>(message, gone);
    }

    @Test
    void invocation_context_is_passed_to_the_tools() throws Exception {
        InvocationContext context =
                InvocationContext.builder().chatMemoryId("customer 7").build();
        Loop loop = new Loop();
        ScriptedStreamingModel model = replying(ScriptedStreamingModel.asks(call("1", "who", "{}")));
        model.chat(
                ChatRequest.builder().messages(UserMessage.from("go")).build(),
                parallel.streamingHandler(tools, loop, context));

        assertThat(texts(parallel.execute(get(loop.message), tools, context))).containsExactly("memory customer 7");
    }

    @Test
    void message_without_calls_gives_no_results() throws Exception {
        Loop loop = new Loop();
        ask(loop, ScriptedStreamingModel.says("hello"));

        assertThat(parallel.execute(get(loop.message), tools)).isEmpty();
    }

    @Test
    void call_that_has_another_id_in_the_message_is_answered_by_that_id() throws Exception {
        Loop loop = new Loop();
        ask(loop, stream -> {
            stream.call(READ.toBuilder().id("preliminary").build());
            stream.end(READ);
        });

        assertThat(parallel.execute(get(loop.message), tools))
                .singleElement()
                .extracting(ToolExecutionResultMessage::id)
                .isEqualTo("2");
        assertThat(ran).containsExactly("read");
    }

    @Test
    void two_tools_of_one_name_are_refused() {
        List<AiServiceTool> twins = List.of(tool("twin", request -> ""), tool("twin", request -> ""));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> parallel.streamingHandler(twins, new Loop()))
                .withMessageContaining("'twin'");
    }
}
