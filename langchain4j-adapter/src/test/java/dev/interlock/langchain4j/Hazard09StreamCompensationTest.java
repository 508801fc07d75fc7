package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedStreamingModel.asks;
import static dev.interlock.langchain4j.ScriptedStreamingModel.says;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Writes;
import dev.langchain4j.agent.tool.CompensateFor;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.service.AiServices;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Streaming services ignore compensation. */
@Timeout(60)
class Hazard09StreamCompensationTest {

    private static final String ROLLED_BACK =
            "Tool 'book' was executed successfully but was rolled back due to failure of tool 'pay'";

    static class TravelTools {
        final List<String> log = new CopyOnWriteArrayList<>();

        @Tool
        String look(@P(name = "what") String what) {
            return "saw " + what;
        }

        @Tool
        @Writes("booking/{what}")
        String book(@P(name = "what") String what) {
            log.add("book " + what);
            return "booked";
        }

        @CompensateFor("book")
        void unbook(@P(name = "what") String what) {
            log.add("unbook " + what);
        }

        @Tool
        String pay() {
            throw new IllegalStateException("no money");
        }
    }

    private final TravelTools tools = new TravelTools();

    private static ToolExecutionRequest book(String id, String what) {
        return call(id, "book", "{\"what\": \"" + what + "\"}");
    }

    private static AiServices<StreamingAssistant> interlock() {
        return ParallelTools.builder().build().aiServices(StreamingAssistant.class);
    }

    private ScriptedStreamingModel answered(
            AiServices<StreamingAssistant> services, boolean withMemory, ScriptedStreamingModel.Reply... replies)
            throws InterruptedException {
        ScriptedStreamingModel model = ScriptedStreamingModel.replying(replies);
        if (withMemory) {
            services.chatMemory(Memory.ofManyMessages());
        }
        StreamingAssistant assistant = services.streamingChatModel(model)
                .tools(tools)
                .compensateOnToolErrors(true)
                .build();
        assertThat(StreamedAnswer.to(assistant.chat("go")).text()).isEqualTo("sorry");
        return model;
    }

    private ScriptedStreamingModel books_and_pays_in_one_response(AiServices<StreamingAssistant> services)
            throws InterruptedException {
        return answered(
                services, true, asks(book("1", "hotel"), book("2", "flight"), call("3", "pay", "{}")), says("sorry"));
    }

    private ScriptedStreamingModel books_and_then_pays(AiServices<StreamingAssistant> services, boolean withMemory)
            throws InterruptedException {
        return answered(
                services,
                withMemory,
                asks(call("1", "look", "{\"what\": \"map\"}"), book("2", "hotel")),
                asks(book("3", "flight")),
                asks(call("4", "pay", "{}")),
                says("sorry"));
    }

    @Test
    void calls_of_the_response_are_undone_last_first() throws InterruptedException {
        ScriptedStreamingModel model = books_and_pays_in_one_response(interlock());

        assertThat(tools.log.subList(0, 2)).containsExactlyInAnyOrder("book hotel", "book flight");
        assertThat(tools.log.subList(2, 4)).containsExactly("unbook flight", "unbook hotel");
        assertThat(model.resultTexts()).containsExactly(ROLLED_BACK, ROLLED_BACK, "no money");
        assertThat(model.results()).allMatch(result -> Boolean.TRUE.equals(result.isError()));
    }

    @Test
    void plain_langchain4j_undoes_nothing_of_the_response() throws InterruptedException {
        ScriptedStreamingModel model = books_and_pays_in_one_response(AiServices.builder(StreamingAssistant.class));

        assertThat(tools.log).containsExactly("book hotel", "book flight");
        assertThat(model.resultTexts()).containsExactly("booked", "booked", "no money");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void calls_of_earlier_responses_are_undone_and_their_results_say_so(boolean withMemory)
            throws InterruptedException {
        ScriptedStreamingModel model = books_and_then_pays(interlock(), withMemory);

        assertThat(tools.log).containsExactly("book hotel", "book flight", "unbook flight", "unbook hotel");
        assertThat(model.resultTexts()).containsExactly("saw map", ROLLED_BACK, ROLLED_BACK, "no money");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void plain_langchain4j_undoes_nothing_of_earlier_responses(boolean withMemory) throws InterruptedException {
        ScriptedStreamingModel model = books_and_then_pays(AiServices.builder(StreamingAssistant.class), withMemory);

        assertThat(tools.log).containsExactly("book hotel", "book flight");
        assertThat(model.resultTexts()).containsExactly("saw map", "booked", "booked", "no money");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = "same")
    void equal_result_of_an_earlier_conversation_is_left_as_it_is(String id) throws InterruptedException {
        ScriptedStreamingModel model = ScriptedStreamingModel.replying(
                asks(book(id, "hotel")),
                says("booked it"),
                asks(book(id, "flight")),
                asks(call(id, "pay", "{}")),
                says("sorry"));
        StreamingAssistant assistant = interlock()
                .streamingChatModel(model)
                .chatMemory(Memory.ofManyMessages())
                .tools(tools)
                .compensateOnToolErrors(true)
                .build();

        assertThat(StreamedAnswer.to(assistant.chat("book")).text()).isEqualTo("booked it");
        assertThat(StreamedAnswer.to(assistant.chat("book and pay")).text()).isEqualTo("sorry");

        assertThat(tools.log).containsExactly("book hotel", "book flight", "unbook flight");
        assertThat(model.resultTexts()).containsExactly("booked", ROLLED_BACK, "no money");
    }

    @Test
    void what_was_undone_is_not_undone_again() throws InterruptedException {
        ScriptedStreamingModel model = answered(
                interlock(),
                true,
                asks(book("1", "hotel")),
                asks(call("2", "pay", "{}")),
                asks(book("3", "hostel"), call("4", "pay", "{}")),
                says("sorry"));

        assertThat(tools.log).containsExactly("book hotel", "unbook hotel", "book hostel", "unbook hostel");
        assertThat(model.resultTexts()).containsExactly(ROLLED_BACK, "no money", ROLLED_BACK, "no money");
    }
}
