package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.effect.Reads;
import dev.interlock.effect.Writes;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.ToolErrorHandlerResult;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a {@code @Tool} returns is made text after the batch, on the caller's thread. */
@Timeout(60)
class Hazard10LazyResultsTest {

    static class BasketTools {
        private final List<String> basket = new ArrayList<>(List.of("apple"));

        @Tool
        @Reads("basket")
        List<String> show() {
            return basket;
        }

        @Tool
        @Writes("basket")
        String add() {
            basket.add("pear");
            return "added";
        }

        @Tool
        @Reads("loop")
        Looped loop() {
            return new Looped();
        }
    }

    static class Looped {
        final Looped self = this;
    }

    private static ScriptedChatModel result_is_changed_by_a_later_call(AiServices<Assistant> services) {
        ScriptedChatModel model =
                ScriptedChatModel.asking(call("1", "show", "{}"), call("2", "add", "{}"), call("3", "show", "{}"));
        services.chatModel(model).tools(new BasketTools()).build().chat("go");
        return model;
    }

    private static ScriptedChatModel result_cannot_be_made_text(AiServices<Assistant> services) {
        ScriptedChatModel model = ScriptedChatModel.asking(call("1", "loop", "{}"), call("2", "show", "{}"));
        services.chatModel(model)
                .tools(new BasketTools())
                .toolExecutionErrorHandler((error, context) -> ToolErrorHandlerResult.text("handled"))
                .build()
                .chat("go");
        return model;
    }

    @Test
    void result_shows_what_the_tool_returned() {
        ScriptedChatModel model = result_is_changed_by_a_later_call(
                ParallelTools.builder().build().aiServices(Assistant.class));

        assertThat(model.resultTexts())
                .extracting(text -> text.contains("pear"))
                .containsExactly(false, false, true);
    }

    @Test
    void plain_langchain4j_shows_what_became_of_it() {
        ScriptedChatModel model = result_is_changed_by_a_later_call(AiServices.builder(Assistant.class));

        assertThat(model.resultTexts())
                .extracting(text -> text.contains("pear"))
                .containsExactly(true, false, true);
    }

    @Test
    void failing_serialiser_is_the_failure_of_the_tool() {
        ScriptedChatModel model =
                result_cannot_be_made_text(ParallelTools.builder().build().aiServices(Assistant.class));

        assertThat(model.results())
                .extracting(ToolExecutionResultMessage::isError)
                .containsExactly(true, false);
        assertThat(model.resultTexts().get(0)).isEqualTo("handled");
        assertThat(model.resultTexts().get(1)).contains("apple");
    }

    @Test
    void plain_langchain4j_does_not_ask_the_handler_when_a_serialiser_fails() {
        assertThatThrownBy(() -> result_cannot_be_made_text(AiServices.builder(Assistant.class)))
                .hasMessageContaining("self-reference");
    }
}
