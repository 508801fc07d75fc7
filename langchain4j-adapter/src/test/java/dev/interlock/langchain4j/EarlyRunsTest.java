package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedStreamingModel.replying;
import static dev.interlock.langchain4j.ScriptedStreamingModel.says;
import static dev.langchain4j.data.message.ChatMessageType.AI;
import static dev.langchain4j.data.message.ChatMessageType.TOOL_EXECUTION_RESULT;
import static dev.langchain4j.data.message.ChatMessageType.USER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.service.TokenStream;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolService;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Writes that start early, and have no message to hold them: error and memory say what ran. */
@Timeout(60)
class EarlyRunsTest extends EarlyRunsFixture {

    private static final String RAN = "before the response was complete, call 1 of tool 'charge' (id 1) ran to its end";

    private StreamingWay.Ended run(StreamingWay way, StreamingChatModel model) throws Exception {
        return way.run(settings -> settings.earlyStart(EarlyStart.ALL), model, till, memory);
    }

    private static void isNoted(Throwable error, String words) {
        assertThat(error.getSuppressed())
                .singleElement()
                .satisfies(note -> assertThat(note).hasMessage(words));
    }

    @Test
    void message_with_other_arguments_has_its_call_run_and_the_memory_says_what_ran_before() throws Exception {
        ScriptedStreamingModel model =
                replying(chargingAndThen(stream -> stream.end(call("1", "charge", "{\"amount\": 7}"))), says("done"));

        assertThat(run(StreamingWay.SERVICE, model).answer()).isEqualTo("done");

        assertThat(till.ran).containsExactly("charge 5", "charge 7");
        assertThat(Memory.types(memory))
                .containsExactly(USER, AI, TOOL_EXECUTION_RESULT, AI, TOOL_EXECUTION_RESULT, AI);
        assertThat(model.resultTexts()).containsExactly("charged 5", "charged 7");
        assertThat(((AiMessage) memory.messages().get(1)).toolExecutionRequests())
                .singleElement()
                .satisfies(ran -> assertThat(ran.arguments()).isEqualTo(CHARGE.arguments()));
        Ids.assertThatProviderTakes(memory.messages());
        assertThat(Ids.of(memory.messages())).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "1"})
    void what_ran_before_has_ids_that_no_other_call_has(String id) throws Exception {
        ToolExecutionRequest early = call(id, "charge", "{\"amount\": 5}");
        ScriptedStreamingModel model = replying(
                stream -> {
                    stream.call(early);
                    stream.call(call(id, "ring", "{}"));
                    Waiting.await(till.charged);
                    Waiting.await(till.mayEnd);
                    stream.end(call("1", "charge", "{\"amount\": 7}"), call("2", "decline", "{\"amount\": 8}"));
                },
                says("done"));

        assertThat(run(StreamingWay.SERVICE, model).answer()).isEqualTo("done");

        assertThat(Memory.types(memory))
                .containsExactly(
                        USER,
                        AI,
                        TOOL_EXECUTION_RESULT,
                        TOOL_EXECUTION_RESULT,
                        AI,
                        TOOL_EXECUTION_RESULT,
                        TOOL_EXECUTION_RESULT,
                        AI);
        Ids.assertThatProviderTakes(memory.messages());
        assertThat(Ids.of(memory.messages())).hasSize(4).doesNotHaveDuplicates().endsWith("1", "2");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "1"})
    void what_ran_and_has_no_message_has_ids(String id) throws Exception {
        ScriptedStreamingModel model = replying(stream -> {
            stream.call(call(id, "charge", "{\"amount\": 5}"));
            stream.call(call(id, "ring", "{}"));
            Waiting.await(till.charged);
            Waiting.await(till.mayEnd);
            stream.error(new IOException("connection reset"));
        });

        assertThat(run(StreamingWay.SERVICE, model).error()).isInstanceOf(IOException.class);

        assertThat(Memory.types(memory)).containsExactly(USER, AI, TOOL_EXECUTION_RESULT, TOOL_EXECUTION_RESULT);
        Ids.assertThatProviderTakes(memory.messages());
    }

    @ParameterizedTest
    @EnumSource(StreamingWay.class)
    void response_that_is_complete_twice_has_its_calls_run_once(StreamingWay way) throws Exception {
        ScriptedStreamingModel model = replying(
                stream -> {
                    stream.end(CHARGE);
                    stream.end(CHARGE);
                },
                says("done"));

        assertThat(way.run(model, till, memory).answer()).isEqualTo("done");

        assertThat(till.ran).containsExactly("charge 5");
        assertThat(Memory.types(memory)).endsWith(USER, AI, TOOL_EXECUTION_RESULT, AI);
        assertThat(Memory.resultTexts(memory)).containsExactly("charged 5");
    }

    @Test
    void hand_written_loop_whose_model_tells_the_message_twice_gets_the_results() throws Exception {
        AiMessage message = ScriptedChatModel.calls(CHARGE);
        List<AiServiceTool> tools = ToolService.findTools(till);
        CountDownLatch ended = new CountDownLatch(1);
        List<AiMessage> told = new CopyOnWriteArrayList<>();
        ParallelTools parallel = Waiting.patientTools().build();
        ScriptedStreamingModel model = replying(stream -> {
            stream.end(message);
            stream.end(message);
            ended.countDown();
        });

        model.chat(
                ChatRequest.builder().messages(UserMessage.from("go")).build(),
                parallel.streamingHandler(tools, new StreamingChatResponseHandler() {
                    @Override
                    public void onCompleteResponse(ChatResponse response) {
                        told.add(response.aiMessage());
                    }

                    @Override
                    public void onError(Throwable error) {
                        throw new AssertionError(error);
                    }
                }));
        Waiting.await(ended);

        assertThat(told).containsExactly(message);
        assertThat(parallel.execute(message, tools))
                .extracting(ToolExecutionResultMessage::text)
                .containsExactly("charged 5");
    }

    @Test
    void message_without_calls_comes_after_what_ran() throws Exception {
        ScriptedStreamingModel model = replying(chargingAndThen(says("I changed my mind")));

        assertThat(run(StreamingWay.SERVICE, model).answer()).isEqualTo("I changed my mind");

        assertThat(Memory.types(memory)).containsExactly(USER, AI, TOOL_EXECUTION_RESULT, AI);
        assertThat(Memory.resultTexts(memory)).containsExactly("charged 5");
    }

    @ParameterizedTest
    @EnumSource(StreamingWay.class)
    void write_that_waits_for_its_turn_does_not_start_when_the_message_does_not_have_it(StreamingWay way)
            throws Exception {
        ToolExecutionRequest slow = call("1", "chargeSlowly", "{\"amount\": 1}");
        ScriptedStreamingModel model = replying(
                stream -> {
                    stream.call(slow);
                    stream.call(call("2", "charge", "{\"amount\": 2}"));
                    Waiting.await(till.charging);
                    stream.end(slow, call("2", "charge", "{\"amount\": 3}"), call("3", "ring", "{}"));
                },
                says("done"));

        run(way, model);

        assertThat(till.ran).containsExactly("charge 1", "charge 3");
        assertThat(model.resultTexts()).containsExactly("charged 1", "charged 3", "rung");
    }

    @ParameterizedTest
    @EnumSource(StreamingWay.class)
    void write_that_failed_may_have_taken_effect(StreamingWay way) throws Exception {
        IOException broken = new IOException("connection reset");
        ScriptedStreamingModel model = replying(stream -> {
            stream.call(call(null, "decline", "{\"amount\": 5}"));
            Waiting.await(till.charged);
            stream.error(broken);
        });

        assertThat(run(way, model).error()).isSameAs(broken);

        assertThat(broken.getSuppressed())
                .singleElement()
                .satisfies(note -> assertThat(note)
                        .hasMessageStartingWith("before the response was complete, call 1 of tool 'decline' ran"));
    }

    @ParameterizedTest
    @EnumSource(StreamingWay.class)
    void write_that_is_interrupted_may_have_taken_effect(StreamingWay way) throws Exception {
        IOException broken = new IOException("connection reset");
        ScriptedStreamingModel model = replying(stream -> {
            stream.call(call("1", "chargeSlowly", "{\"amount\": 5}"));
            Waiting.await(till.charging);
            stream.error(broken);
        });

        assertThat(run(way, model).error()).isSameAs(broken);

        assertThat(broken.getSuppressed())
                .singleElement()
                .satisfies(note -> assertThat(note)
                        .hasMessageContaining("call 1 of tool 'chargeSlowly' (id 1) ran and may have taken effect: ")
                        .hasMessageContaining("was interrupted"));
    }

    /** An exception that keeps nothing that is added to it. */
    private static final class Closed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Closed() {
            super("closed", null, false, false);
        }
    }

    @ParameterizedTest
    @EnumSource(StreamingWay.class)
    void error_that_takes_no_addition_is_the_cause_of_one_that_says_it(StreamingWay way) throws Exception {
        Closed closed = new Closed();

        Throwable error = run(way, replying(chargingAndThen(stream -> stream.error(closed))))
                .error();

        assertThat(error).hasMessageStartingWith(RAN).hasCause(closed);
    }

    @Test
    void later_error_of_the_invocation_says_it_too() throws Exception {
        IOException broken = new IOException("connection reset");
        ScriptedStreamingModel model = replying(
                chargingAndThen(stream -> stream.end(call("1", "charge", "{\"amount\": 7}"))),
                stream -> stream.error(broken));

        assertThat(run(StreamingWay.SERVICE, model).error()).isSameAs(broken);

        isNoted(broken, RAN);
    }

    @Test
    void handler_that_throws_before_the_calls_are_executed_leaves_what_ran_in_memory() throws Exception {
        ToolExecutionRequest late = call("2", "charge", "{\"amount\": 6}");
        IllegalStateException full = new IllegalStateException("full");
        TokenStream stream = assistant(replying(chargingAndThen(reply -> reply.end(CHARGE, late))))
                .chat("go")
                .onIntermediateResponse(response -> {
                    throw full;
                });

        assertThat(StreamedAnswer.to(stream).error()).isSameAs(full);

        assertThat(Memory.types(memory)).containsExactly(USER, AI, TOOL_EXECUTION_RESULT, TOOL_EXECUTION_RESULT);
        assertThat(Memory.resultTexts(memory).get(0)).isEqualTo("charged 5");
        assertThat(Memory.resultTexts(memory).get(1)).startsWith("tool 'charge' was not started: ");
        isNoted(full, RAN);
    }

    @Test
    void handler_that_throws_leaves_what_ran_for_nothing_before_the_message() throws Exception {
        TokenStream stream = assistant(
                        replying(chargingAndThen(reply -> reply.end(call("1", "charge", "{\"amount\": 7}")))))
                .chat("go")
                .onIntermediateResponse(response -> {
                    throw new IllegalStateException("full");
                });

        StreamedAnswer.to(stream).error();

        assertThat(Memory.types(memory)).containsExactly(USER, AI, TOOL_EXECUTION_RESULT, AI, TOOL_EXECUTION_RESULT);
        assertThat(Memory.resultTexts(memory).get(0)).isEqualTo("charged 5");
        assertThat(till.ran).containsExactly("charge 5");
    }

    @Test
    void model_that_throws_has_it_said_by_what_it_throws() {
        StreamingChatModel model = new StreamingChatModel() {
            @Override
            public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
                handler.onCompleteToolCall(new CompleteToolCall(0, CHARGE));
                try {
                    Waiting.await(till.charged);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                throw new IllegalStateException("broken model");
            }
        };
        TokenStream stream = assistant(model).chat("go").ignoreErrors();

        Throwable thrown = catchThrowable(stream::start);

        assertThat(thrown).hasMessage("broken model");
        isNoted(thrown, RAN);
        assertThat(Memory.types(memory)).containsExactly(USER, AI, TOOL_EXECUTION_RESULT);
    }

    @Test
    void store_that_does_not_take_the_message_has_what_ran_all_the_same() throws Exception {
        AtomicBoolean full = new AtomicBoolean(true);
        ChatMemory picky = new ForwardingMemory(memory) {
            @Override
            public void add(ChatMessage message) {
                if (message instanceof AiMessage && full.getAndSet(false)) {
                    throw new IllegalStateException("full");
                }
                super.add(message);
            }
        };
        StreamingAssistant assistant = ParallelTools.builder()
                .earlyStart(EarlyStart.ALL)
                .build()
                .aiServices(StreamingAssistant.class)
                .streamingChatModel(replying(chargingAndThen(stream -> stream.end(CHARGE))))
                .chatMemory(picky)
                .tools(till)
                .build();

        Throwable error = StreamedAnswer.to(assistant.chat("go")).error();

        assertThat(error).hasMessage("full");
        isNoted(error, RAN);
        assertThat(Memory.types(memory)).containsExactly(USER, AI, TOOL_EXECUTION_RESULT);
    }
}
