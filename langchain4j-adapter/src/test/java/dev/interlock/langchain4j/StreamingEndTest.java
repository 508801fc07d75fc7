package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedStreamingModel.replying;
import static dev.interlock.langchain4j.ScriptedStreamingModel.says;
import static dev.langchain4j.data.message.ChatMessageType.AI;
import static dev.langchain4j.data.message.ChatMessageType.TOOL_EXECUTION_RESULT;
import static dev.langchain4j.data.message.ChatMessageType.USER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;
import dev.langchain4j.observability.api.listener.ToolExecutedEventListener;
import dev.langchain4j.service.TokenStream;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Streams that end early: cancelled, failed, or interrupted while their tools run. */
@Timeout(60)
class StreamingEndTest extends StreamingEndFixture {

    /** What a user gets the handle of a stream with. */
    enum Part {
        RESPONSE {
            @Override
            void emit(ScriptedStreamingModel.Stream stream) {
                stream.text("some text");
            }

            @Override
            TokenStream on(TokenStream stream, Consumer<StreamingHandle> user) {
                return stream.onPartialResponseWithContext((part, context) -> user.accept(context.streamingHandle()));
            }
        },
        THINKING {
            @Override
            void emit(ScriptedStreamingModel.Stream stream) {
                stream.thinking("hm");
            }

            @Override
            TokenStream on(TokenStream stream, Consumer<StreamingHandle> user) {
                return stream.onPartialThinkingWithContext((part, context) -> user.accept(context.streamingHandle()));
            }
        },
        TOOL_CALL {
            @Override
            void emit(ScriptedStreamingModel.Stream stream) {
                stream.partOfCall("late", "{");
            }

            @Override
            TokenStream on(TokenStream stream, Consumer<StreamingHandle> user) {
                return stream.onPartialToolCallWithContext((part, context) -> user.accept(context.streamingHandle()));
            }
        };

        abstract void emit(ScriptedStreamingModel.Stream stream);

        abstract TokenStream on(TokenStream stream, Consumer<StreamingHandle> user);
    }

    @ParameterizedTest
    @EnumSource(Part.class)
    void cancelling_the_stream_by_any_of_its_handles_ends_what_runs_and_starts_no_more(Part part)
            throws InterruptedException {
        AtomicInteger given = new AtomicInteger();
        Executor executor = task -> {
            given.incrementAndGet();
            Thread.ofPlatform().daemon().start(task);
        };
        CountDownLatch over = new CountDownLatch(1);
        ScriptedStreamingModel model = replying(stream -> {
            stream.call(HANG);
            Waiting.await(running);
            part.emit(stream);
            assertThat(stream.isCancelled()).isTrue();
            stream.handler().onCompleteToolCall(new CompleteToolCall(1, LATE));
            over.countDown();
        });
        TokenStream stream =
                services(model).executeToolsConcurrently(executor).build().chat("go");

        StreamedAnswer answer = StreamedAnswer.to(part.on(stream, user -> {
            assertThat(user.isCancelled()).isFalse();
            user.cancel();
            assertThat(user.isCancelled()).isTrue();
        }));

        Waiting.await(ended);
        Waiting.await(roundEnded);
        Waiting.await(over);
        assertThat(given).hasValue(1);
        assertThat(started).isEmpty();
        assertThat(answer.answers()).isEmpty();
        assertThat(Memory.types(memory)).containsExactly(USER);
    }

    @Test
    void model_that_completes_a_cancelled_response_is_not_asked_again() throws InterruptedException {
        ScriptedStreamingModel model = replying(stream -> {
                    stream.call(HANG);
                    Waiting.await(running);
                    stream.text("some text");
                    stream.call(LATE);
                    stream.end(HANG, LATE);
                })
                .callingBackAlthoughCancelled();
        TokenStream stream = services(model)
                .build()
                .chat("go")
                .onPartialResponseWithContext(
                        (part, context) -> context.streamingHandle().cancel());

        StreamedAnswer answer = StreamedAnswer.to(stream);

        assertThat(answer.error()).isInstanceOf(CancellationException.class);
        assertThat(started).isEmpty();
        assertThat(Memory.types(memory)).containsExactly(USER, AI, TOOL_EXECUTION_RESULT, TOOL_EXECUTION_RESULT);
        assertThat(Memory.resultTexts(memory).get(0))
                .startsWith("tool 'hang' was interrupted after ")
                .endsWith("the stream was cancelled");
        assertThat(Memory.resultTexts(memory).get(1))
                .isEqualTo("tool 'late' was not started: the stream was cancelled");
    }

    @Test
    void model_that_completes_a_response_that_was_cancelled_before_its_calls_starts_none() throws InterruptedException {
        ScriptedStreamingModel model = replying(stream -> {
                    stream.text("some text");
                    stream.call(LATE);
                    stream.end(LATE, LATE_UNDECLARED);
                })
                .callingBackAlthoughCancelled();
        TokenStream stream = services(model)
                .build()
                .chat("go")
                .onPartialResponseWithContext(
                        (part, context) -> context.streamingHandle().cancel());

        assertThat(StreamedAnswer.to(stream).error()).isInstanceOf(CancellationException.class);
        assertThat(started).isEmpty();
        assertThat(Memory.resultTexts(memory))
                .containsExactly(
                        "tool 'late' was not started: the stream was cancelled",
                        "tool 'lateUndeclared' was not started: the stream was cancelled");
    }

    @Test
    void cancelling_while_calls_of_the_complete_response_run_ends_them() throws InterruptedException {
        ScriptedStreamingModel model = replying(stream -> {
            stream.text("some text");
            stream.call(HANG);
            stream.end(HANG, LATE_UNDECLARED);
        });
        CountDownLatch complete = new CountDownLatch(1);
        StreamedAnswer answer = StreamedAnswer.to(go(model).onIntermediateResponse(response -> complete.countDown()));
        Waiting.await(running);
        Waiting.await(complete);

        handle.get().cancel();

        Waiting.await(ended);
        model.thread(1).join();
        assertThat(started).isEmpty();
        assertThat(answer.answers()).isEmpty();
        assertThat(model.requests()).hasSize(1);
        assertThat(Memory.types(memory)).containsExactly(USER, AI, TOOL_EXECUTION_RESULT, TOOL_EXECUTION_RESULT);
    }

    @Test
    void cancelling_while_the_delivering_thread_runs_an_undeclared_call_ends_it() throws InterruptedException {
        AtomicReference<Boolean> flag = new AtomicReference<>();
        ScriptedStreamingModel model = replying(stream -> {
            stream.text("some text");
            stream.end(HANG_UNDECLARED, LATE_UNDECLARED);
            flag.set(Thread.currentThread().isInterrupted());
        });
        StreamedAnswer answer = StreamedAnswer.to(go(model));
        Waiting.await(running);

        handle.get().cancel();

        Waiting.await(ended);
        model.thread(1).join();
        assertThat(started).isEmpty();
        assertThat(answer.answers()).isEmpty();
        assertThat(model.requests()).hasSize(1);
        assertThat(Memory.types(memory)).containsExactly(USER, AI, TOOL_EXECUTION_RESULT, TOOL_EXECUTION_RESULT);
        assertThat(Memory.resultTexts(memory).get(0)).endsWith("it may have taken effect");
        assertThat(flag.get()).as("the model's thread keeps no interrupt").isFalse();
    }

    @Test
    void cancelling_after_the_tools_have_run_keeps_the_model_from_being_asked_again() throws InterruptedException {
        ScriptedStreamingModel model = replying(stream -> {
                    stream.text("some text");
                    stream.end(LATE);
                })
                .callingBackAlthoughCancelled();
        TokenStream stream = services(model)
                .registerListeners(
                        (ToolExecutedEventListener) event -> handle.get().cancel())
                .build()
                .chat("go")
                .onPartialResponseWithContext((part, context) -> handle.set(context.streamingHandle()));

        assertThat(StreamedAnswer.to(stream).error()).isInstanceOf(CancellationException.class);
        assertThat(model.requests()).hasSize(1);
        assertThat(Memory.types(memory)).containsExactly(USER, AI, TOOL_EXECUTION_RESULT);
    }

    @Test
    void call_that_the_complete_response_does_not_hold_is_ended() throws InterruptedException {
        ScriptedStreamingModel model = replying(stream -> {
            stream.call(HANG);
            Waiting.await(running);
            says("I changed my mind").to(stream);
        });

        StreamedAnswer answer = StreamedAnswer.to(services(model).build().chat("go"));

        assertThat(answer.text()).isEqualTo("I changed my mind");
        Waiting.await(ended);
    }

    @Test
    void model_that_throws_where_it_should_call_back_leaves_nothing_running() {
        StreamingChatModel model = new StreamingChatModel() {
            @Override
            public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
                handler.onCompleteToolCall(new CompleteToolCall(0, HANG));
                try {
                    Waiting.await(running);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                throw new IllegalStateException("broken model");
            }
        };
        TokenStream stream = services(model).build().chat("go").ignoreErrors();

        assertThat(catchThrowable(stream::start)).hasMessage("broken model");
        assertThat(ended.getCount()).isZero();
    }

    @Test
    void error_that_is_told_on_another_thread_while_the_calls_run_ends_them() throws InterruptedException {
        AtomicReference<StreamingChatResponseHandler> handler = new AtomicReference<>();
        ScriptedStreamingModel model = replying(stream -> {
            handler.set(stream.handler());
            stream.call(HANG);
            stream.end(HANG, LATE_UNDECLARED);
        });
        CountDownLatch complete = new CountDownLatch(1);
        StreamedAnswer answer = StreamedAnswer.to(
                services(model).build().chat("go").onIntermediateResponse(response -> complete.countDown()));
        Waiting.await(running);
        Waiting.await(complete);

        handler.get().onError(new IOException("connection reset"));

        assertThat(ended.getCount()).isZero();
        model.thread(1).join();
        assertThat(answer.answers()).isEmpty();
        assertThat(answer.errors()).anySatisfy(error -> assertThat(error).hasMessage("connection reset"));
        assertThat(started).isEmpty();
        assertThat(model.requests()).hasSize(1);
        assertThat(Memory.types(memory)).containsExactly(USER, AI, TOOL_EXECUTION_RESULT, TOOL_EXECUTION_RESULT);
    }

    @Test
    void response_that_is_completed_after_its_error_is_not_executed() throws InterruptedException {
        ScriptedStreamingModel model = replying(
                stream -> {
                    stream.call(HANG);
                    Waiting.await(running);
                    stream.error(new IOException("connection reset"));
                    stream.call(LATE);
                    stream.end(HANG, LATE, LATE_UNDECLARED);
                },
                says("we can go on"));
        StreamingAssistant assistant = services(model).build();
        StreamedAnswer answer = StreamedAnswer.to(assistant.chat("go"));

        assertThat(answer.error()).hasMessage("connection reset");
        model.thread(1).join();
        assertThat(answer.errors()).hasSize(1);
        assertThat(started).isEmpty();
        assertThat(model.requests()).hasSize(1);
        assertThat(Memory.types(memory)).containsExactly(USER);
        assertThat(StreamedAnswer.to(assistant.chat("and now?")).text()).isEqualTo("we can go on");
    }

    @Test
    void exception_of_the_users_own_handler_is_reported_and_the_stream_goes_on_as_in_langchain4j()
            throws InterruptedException {
        ScriptedStreamingModel model = replying(
                stream -> {
                    stream.call(HANG);
                    Waiting.await(running);
                    stream.text("some text");
                    mayEnd.countDown();
                    stream.end(HANG, LATE);
                },
                stream -> stream.end(AiMessage.from("done")));
        StreamedAnswer answer =
                StreamedAnswer.to(services(model).build().chat("go").onPartialResponse(text -> {
                    throw new IllegalStateException("cannot show it");
                }));

        assertThat(answer.ended().errors())
                .first()
                .satisfies(error -> assertThat(error).hasMessage("cannot show it"));
        model.thread(1).join();
        model.thread(2).join();
        assertThat(answer.answers()).containsExactly("done");
        assertThat(Memory.resultTexts(memory)).containsExactly("hung", "late");
    }
}
