package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedStreamingModel.says;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Pure;
import dev.interlock.effect.Writes;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.service.AiServices;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Results follow the order in which the stream completes the calls, not that of the message. */
@Timeout(60)
class Hazard05StreamOrderTest {

    private static final ToolExecutionRequest FIRST = call("1", "append", "{\"word\": \"one\"}");
    private static final ToolExecutionRequest SECOND = call("2", "append", "{\"word\": \"two\"}");

    static class Tools {
        final List<String> log = new CopyOnWriteArrayList<>();

        @Tool
        @Writes("log")
        String append(@P(name = "word") String word) {
            log.add(word);
            return "appended " + word;
        }

        @Tool
        @Pure
        String compute() {
            log.add("computed");
            return "42";
        }
    }

    private static AiServices<StreamingAssistant> interlock() {
        return ParallelTools.builder().build().aiServices(StreamingAssistant.class);
    }

    private static AiServices<StreamingAssistant> plain() {
        return AiServices.builder(StreamingAssistant.class).executeToolsConcurrently(Runnable::run);
    }

    private static ScriptedStreamingModel answered(
            AiServices<StreamingAssistant> services, Tools tools, ScriptedStreamingModel.Reply first)
            throws InterruptedException {
        ScriptedStreamingModel model = ScriptedStreamingModel.replying(first, says("done"));
        StreamingAssistant assistant =
                services.streamingChatModel(model).tools(tools).build();
        assertThat(StreamedAnswer.to(assistant.chat("go")).text()).isEqualTo("done");
        return model;
    }

    private static void second_call_completes_first(ScriptedStreamingModel.Stream stream) {
        stream.call(1, SECOND);
        stream.call(0, FIRST);
        stream.end(FIRST, SECOND);
    }

    @Test
    void results_have_the_order_of_the_message() throws InterruptedException {
        ScriptedStreamingModel model =
                answered(interlock(), new Tools(), Hazard05StreamOrderTest::second_call_completes_first);

        assertThat(model.results()).extracting(ToolExecutionResultMessage::id).containsExactly("1", "2");
        assertThat(model.resultTexts()).containsExactly("appended one", "appended two");
    }

    @Test
    void plain_langchain4j_gives_the_results_in_the_order_of_completion() throws InterruptedException {
        ScriptedStreamingModel model =
                answered(plain(), new Tools(), Hazard05StreamOrderTest::second_call_completes_first);

        assertThat(model.results()).extracting(ToolExecutionResultMessage::id).containsExactly("2", "1");
    }

    @Test
    void conflicting_calls_run_in_the_order_of_the_message() throws InterruptedException {
        Tools tools = new Tools();

        answered(interlock(), tools, Hazard05StreamOrderTest::second_call_completes_first);

        assertThat(tools.log).containsExactly("one", "two");
    }

    @Test
    void plain_langchain4j_runs_conflicting_calls_in_the_order_of_completion() throws InterruptedException {
        Tools tools = new Tools();

        answered(plain(), tools, Hazard05StreamOrderTest::second_call_completes_first);

        assertThat(tools.log).containsExactly("two", "one");
    }

    private static void assertThatEachRunsOnce(ScriptedStreamingModel.Reply reply) throws InterruptedException {
        Tools tools = new Tools();

        ScriptedStreamingModel model = answered(interlock(), tools, reply);

        assertThat(tools.log).containsExactly("one", "two");
        assertThat(model.resultTexts()).containsExactly("appended one", "appended two");
    }

    private static void call_is_completed_twice(ScriptedStreamingModel.Stream stream) {
        stream.call(0, FIRST);
        stream.call(0, FIRST);
        stream.call(1, SECOND);
        stream.end(FIRST, SECOND);
    }

    @Test
    void call_that_is_completed_twice_runs_once() throws InterruptedException {
        assertThatEachRunsOnce(Hazard05StreamOrderTest::call_is_completed_twice);
    }

    @Test
    void plain_langchain4j_runs_a_call_that_is_completed_twice_twice() throws InterruptedException {
        Tools tools = new Tools();

        ScriptedStreamingModel model = answered(plain(), tools, Hazard05StreamOrderTest::call_is_completed_twice);

        assertThat(tools.log).containsExactly("one", "one", "two");
        assertThat(model.results()).hasSize(3);
    }

    private static void call_is_completed_that_the_message_does_not_hold(ScriptedStreamingModel.Stream stream) {
        stream.call(0, FIRST);
        stream.call(1, SECOND);
        stream.end(FIRST);
    }

    @Test
    void call_that_the_message_does_not_hold_gets_no_result() throws InterruptedException {
        ScriptedStreamingModel model = answered(
                interlock(), new Tools(), Hazard05StreamOrderTest::call_is_completed_that_the_message_does_not_hold);

        assertThat(model.resultTexts()).containsExactly("appended one");
    }

    @Test
    void plain_langchain4j_gives_a_result_for_a_call_that_the_message_does_not_hold() throws InterruptedException {
        ScriptedStreamingModel model = answered(
                plain(), new Tools(), Hazard05StreamOrderTest::call_is_completed_that_the_message_does_not_hold);

        assertThat(model.resultTexts()).containsExactly("appended one", "appended two");
    }

    @Test
    void calls_whose_places_have_gaps_run_when_the_response_is_complete() throws InterruptedException {
        assertThatEachRunsOnce(stream -> {
            stream.call(1, FIRST);
            stream.call(3, SECOND);
            stream.end(FIRST, SECOND);
        });
    }

    @Test
    void calls_that_all_have_the_first_place_run_once_each() throws InterruptedException {
        assertThatEachRunsOnce(stream -> {
            stream.call(0, FIRST);
            stream.call(0, SECOND);
            stream.end(FIRST, SECOND);
        });
    }

    @Test
    void call_that_has_another_id_in_the_message_runs_once_and_is_answered_by_that_id() throws InterruptedException {
        Tools tools = new Tools();

        ScriptedStreamingModel model = answered(interlock(), tools, stream -> {
            stream.call(0, FIRST.toBuilder().id("preliminary").build());
            stream.call(1, SECOND);
            stream.end(FIRST, SECOND);
        });

        assertThat(tools.log).containsExactly("one", "two");
        assertThat(model.results()).extracting(ToolExecutionResultMessage::id).containsExactly("1", "2");
    }

    @Test
    void call_whose_arguments_are_written_otherwise_in_the_message_runs_once() throws InterruptedException {
        Tools tools = new Tools();

        ScriptedStreamingModel model = answered(interlock(), tools, stream -> {
            stream.call(0, call("1", "append", "{\"word\":\"one\"}"));
            stream.end(FIRST);
        });

        assertThat(tools.log).containsExactly("one");
        assertThat(model.resultTexts()).containsExactly("appended one");
    }

    @Test
    void equal_calls_without_ids_run_once_each() throws InterruptedException {
        Tools tools = new Tools();
        ToolExecutionRequest compute = call(null, "compute", "{}");

        ScriptedStreamingModel model = answered(interlock(), tools, stream -> {
            stream.call(0, compute);
            stream.call(1, compute);
            stream.call(2, compute);
            stream.end(compute, compute, compute);
        });

        assertThat(tools.log).hasSize(3);
        assertThat(model.resultTexts()).containsExactly("42", "42", "42");
    }
}
