package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.agent.tool.CompensateFor;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.service.AiServices;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** LangChain4j finds the results that it has to rewrite after a compensation by their ids, the first match. */
@Timeout(60)
class Hazard02CompensationTest {

    private static final String ROLLED_BACK =
            "Tool 'book' was executed successfully but was rolled back due to failure of tool 'pay'";

    static class TravelTools {
        final List<String> log = new CopyOnWriteArrayList<>();

        @Tool
        String look(@P(name = "what") String what) {
            return "saw " + what;
        }

        @Tool
        String book(@P(name = "what") String what) {
            log.add("book " + what);
            return "booked " + what;
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

    /** Looks, books and then pays, a call a round, with one and the same id. */
    private static ScriptedChatModel look_book_pay(
            AiServices<Assistant> services, TravelTools tools, String id, boolean withMemory) {
        ScriptedChatModel model = ScriptedChatModel.saying(
                calls(call(id, "look", "{\"what\": \"map\"}")),
                calls(call(id, "book", "{\"what\": \"hotel\"}")),
                calls(call(id, "pay", "{}")),
                AiMessage.from("sorry"));
        if (withMemory) {
            services.chatMemory(Memory.ofManyMessages());
        }
        services.chatModel(model)
                .tools(tools)
                .compensateOnToolErrors(true)
                .build()
                .chat("go");
        return model;
    }

    private static AiServices<Assistant> interlock() {
        return ParallelTools.builder().build().aiServices(Assistant.class);
    }

    private static AiServices<Assistant> plain() {
        return AiServices.builder(Assistant.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void repeated_ids_rewrite_the_right_message(boolean withMemory) {
        TravelTools tools = new TravelTools();

        ScriptedChatModel model = look_book_pay(interlock(), tools, "same", withMemory);

        assertThat(tools.log).containsExactly("book hotel", "unbook hotel");
        assertThat(model.resultTexts()).containsExactly("saw map", ROLLED_BACK, "no money");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void plain_langchain4j_rewrites_the_wrong_message_where_ids_repeat(boolean withMemory) {
        ScriptedChatModel model = look_book_pay(plain(), new TravelTools(), "same", withMemory);

        assertThat(model.resultTexts()).containsExactly(ROLLED_BACK, "booked hotel", "no money");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void null_ids_rewrite_the_right_message(boolean withMemory) {
        TravelTools tools = new TravelTools();

        ScriptedChatModel model = look_book_pay(interlock(), tools, null, withMemory);

        assertThat(tools.log).containsExactly("book hotel", "unbook hotel");
        assertThat(model.resultTexts()).containsExactly("saw map", ROLLED_BACK, "no money");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void plain_langchain4j_fails_where_ids_are_null(boolean withMemory) {
        assertThatThrownBy(() -> look_book_pay(plain(), new TravelTools(), null, withMemory))
                .isInstanceOf(NullPointerException.class);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = "same")
    void ids_that_repeat_in_one_response_are_told_apart_later(String id) {
        TravelTools tools = new TravelTools();
        ScriptedChatModel model = ScriptedChatModel.saying(
                calls(call(id, "look", "{\"what\": \"map\"}"), call(id, "book", "{\"what\": \"hotel\"}")),
                calls(call(id, "pay", "{}")),
                AiMessage.from("sorry"));
        interlock()
                .chatModel(model)
                .chatMemory(Memory.ofManyMessages())
                .tools(tools)
                .compensateOnToolErrors(true)
                .build()
                .chat("go");

        assertThat(tools.log).containsExactly("book hotel", "unbook hotel");
        assertThat(model.resultTexts()).containsExactly("saw map", ROLLED_BACK, "no money");
    }

    @Test
    void ids_of_an_earlier_conversation_do_not_count_as_this_ones() {
        TravelTools tools = new TravelTools();
        ScriptedChatModel model = ScriptedChatModel.saying(
                calls(call("1", "look", "{\"what\": \"map\"}")),
                AiMessage.from("a map"),
                calls(call("1", "book", "{\"what\": \"hotel\"}"), call("2", "pay", "{}")),
                AiMessage.from("sorry"));
        Assistant assistant = interlock()
                .chatModel(model)
                .chatMemory(Memory.ofManyMessages())
                .tools(tools)
                .compensateOnToolErrors(true)
                .build();

        assistant.chat("look");
        assistant.chat("book and pay");

        assertThat(tools.log).containsExactly("book hotel", "unbook hotel");
        assertThat(model.resultTexts()).containsExactly("saw map", ROLLED_BACK, "no money");
    }
}
