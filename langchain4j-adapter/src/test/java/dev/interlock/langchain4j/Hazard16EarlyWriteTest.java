package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedStreamingModel.replying;
import static dev.interlock.langchain4j.ScriptedStreamingModel.says;
import static dev.langchain4j.data.message.ChatMessageType.AI;
import static dev.langchain4j.data.message.ChatMessageType.SYSTEM;
import static dev.langchain4j.data.message.ChatMessageType.TOOL_EXECUTION_RESULT;
import static dev.langchain4j.data.message.ChatMessageType.USER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessageType;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.service.AiServices;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A write was started while the model still wrote, and has finished; then the stream breaks off, and the user tries
 * again.
 */
@Timeout(60)
class Hazard16EarlyWriteTest {

    private static final ToolExecutionRequest LOOK = call("1", "look", "{\"shelf\": \"a\"}");
    private static final ToolExecutionRequest PUT = call("2", "put", "{\"shelf\": \"b\"}");

    private final ShelfTools tools = new ShelfTools();
    private final ChatMemory memory = Memory.ofManyMessages();

    private ScriptedStreamingModel breakingOff(IOException error, String... runsBefore) {
        return replying(
                stream -> {
                    stream.call(LOOK);
                    stream.call(PUT);
                    for (String what : runsBefore) {
                        Waiting.await(tools.done(what));
                    }
                    stream.error(error);
                },
                says("here we are again"));
    }

    /** But for the system message, which not all have. */
    private List<ChatMessageType> types() {
        return Memory.types(memory).stream().filter(type -> type != SYSTEM).toList();
    }

    @ParameterizedTest
    @EnumSource(StreamingWay.class)
    void by_default_no_write_starts_before_the_response_is_complete(StreamingWay way) throws Exception {
        IOException broken = new IOException("connection reset");

        StreamingWay.Ended ended = way.run(breakingOff(broken, "look a"), tools, memory);

        assertThat(ended.error()).isSameAs(broken);
        assertThat(broken.getSuppressed()).isEmpty();
        assertThat(tools.ran).containsExactly("look a");
        assertThat(types()).containsExactly(USER);
    }

    @ParameterizedTest
    @EnumSource(StreamingWay.class)
    void by_default_a_write_runs_once_when_the_user_tries_again(StreamingWay way) throws Exception {
        way.run(breakingOff(new IOException("connection reset"), "look a"), tools, memory);

        way.run(ScriptedStreamingModel.asking(LOOK, PUT), tools, memory);

        assertThat(tools.ran).containsExactlyInAnyOrder("look a", "look a", "put b");
    }

    @ParameterizedTest
    @EnumSource(StreamingWay.class)
    void nothing_starts_before_the_response_is_complete_where_that_is_off(StreamingWay way) throws Exception {
        way.run(
                settings -> settings.earlyStart(EarlyStart.OFF),
                breakingOff(new IOException("connection reset")),
                tools,
                memory);
        assertThat(tools.ran).isEmpty();

        way.run(
                settings -> settings.earlyStart(EarlyStart.OFF),
                ScriptedStreamingModel.asking(LOOK, PUT),
                tools,
                memory);
        assertThat(tools.ran).containsExactlyInAnyOrder("look a", "put b");
    }

    @ParameterizedTest
    @EnumSource(StreamingWay.class)
    void where_writes_start_early_the_error_says_what_ran(StreamingWay way) throws Exception {
        IOException broken = new IOException("connection reset");

        StreamingWay.Ended ended = way.run(
                settings -> settings.earlyStart(EarlyStart.ALL), breakingOff(broken, "look a", "put b"), tools, memory);

        assertThat(ended.error()).isSameAs(broken);
        assertThat(broken.getSuppressed())
                .singleElement()
                .satisfies(note -> assertThat(note)
                        .hasMessage("before the response was complete, call 2 of tool 'put' (id 2) ran to its end"));
    }

    @ParameterizedTest
    @EnumSource(
            names = {"SERVICE", "TASK_AGENT"},
            value = StreamingWay.class)
    void where_writes_start_early_the_memory_says_what_ran(StreamingWay way) throws Exception {
        way.run(
                settings -> settings.earlyStart(EarlyStart.ALL),
                breakingOff(new IOException("connection reset"), "look a", "put b"),
                tools,
                memory);

        assertThat(types()).containsExactly(USER, AI, TOOL_EXECUTION_RESULT, TOOL_EXECUTION_RESULT);
        assertThat(Memory.resultTexts(memory)).containsExactly("look a", "put b");
        assertThat(memory.messages())
                .filteredOn(AiMessage.class::isInstance)
                .singleElement()
                .satisfies(message -> assertThat(((AiMessage) message).toolExecutionRequests())
                        .containsExactly(LOOK, PUT));
    }

    @Test
    void model_that_is_asked_again_sees_what_ran() throws Exception {
        ScriptedStreamingModel model = breakingOff(new IOException("connection reset"), "look a", "put b");
        StreamingAssistant assistant = ParallelTools.builder()
                .earlyStart(EarlyStart.ALL)
                .build()
                .aiServices(StreamingAssistant.class)
                .streamingChatModel(model)
                .chatMemory(memory)
                .tools(tools)
                .build();
        StreamedAnswer.to(assistant.chat("go")).error();

        assertThat(StreamedAnswer.to(assistant.chat("please go on")).text()).isEqualTo("here we are again");

        assertThat(model.resultTexts()).containsExactly("look a", "put b");
        assertThat(types()).containsExactly(USER, AI, TOOL_EXECUTION_RESULT, TOOL_EXECUTION_RESULT, USER, AI);
    }

    @Test
    void early_start_must_be_said() {
        assertThatNullPointerException()
                .isThrownBy(() -> ParallelTools.builder().earlyStart(null))
                .withMessage("earlyStart");
    }

    @Test
    void plain_langchain4j_has_the_write_done_twice_and_nothing_says_that_it_ran() throws Exception {
        IOException broken = new IOException("connection reset");
        try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
            ScriptedStreamingModel model = replying(
                    stream -> {
                        stream.call(PUT);
                        Waiting.await(tools.done("put b"));
                        stream.error(broken);
                    },
                    ScriptedStreamingModel.asks(PUT),
                    says("done"));
            StreamingAssistant assistant = AiServices.builder(StreamingAssistant.class)
                    .executeToolsConcurrently(pool)
                    .streamingChatModel(model)
                    .chatMemory(memory)
                    .tools(tools)
                    .build();

            assertThat(StreamedAnswer.to(assistant.chat("go")).error()).isSameAs(broken);

            assertThat(broken.getSuppressed()).isEmpty();
            assertThat(types()).containsExactly(USER);
            assertThat(StreamedAnswer.to(assistant.chat("go on")).text()).isEqualTo("done");
            assertThat(tools.ran).containsExactly("put b", "put b");
        }
    }
}
