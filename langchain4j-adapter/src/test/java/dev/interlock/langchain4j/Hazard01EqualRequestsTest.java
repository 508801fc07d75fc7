package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.service.AiServices;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Equal requests (no ids, or repeated ones) share an entry of LangChain4j's map of results. */
@Timeout(60)
class Hazard01EqualRequestsTest {

    static class Tickets {
        private final AtomicInteger drawn = new AtomicInteger();

        @Tool
        String draw() {
            return "ticket " + drawn.incrementAndGet();
        }
    }

    private static ScriptedChatModel two_equal_requests_and_another(AiServices<Assistant> services, String id) {
        ScriptedChatModel model = ScriptedChatModel.asking(
                call(id, "draw", "{}"), call(id, "draw", "{}"), call(id, "draw", "{\"x\": 1}"));
        services.chatModel(model).tools(new Tickets()).build().chat("go");
        return model;
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"same", ""})
    void every_request_gets_its_own_result(String id) {
        ScriptedChatModel model =
                two_equal_requests_and_another(ParallelTools.builder().build().aiServices(Assistant.class), id);

        assertThat(model.resultTexts()).containsExactly("ticket 1", "ticket 2", "ticket 3");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"same", ""})
    void plain_langchain4j_gives_both_the_last_result(String id) {
        ScriptedChatModel sequential = two_equal_requests_and_another(AiServices.builder(Assistant.class), id);
        ScriptedChatModel concurrent = two_equal_requests_and_another(
                AiServices.builder(Assistant.class).executeToolsConcurrently(Runnable::run), id);

        assertThat(sequential.resultTexts()).containsExactly("ticket 2", "ticket 2", "ticket 3");
        assertThat(concurrent.resultTexts()).containsExactly("ticket 2", "ticket 2", "ticket 3");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"same", ""})
    void result_has_the_id_of_its_request_in_the_message(String id) {
        ScriptedChatModel model =
                two_equal_requests_and_another(ParallelTools.builder().build().aiServices(Assistant.class), id);

        assertThat(model.results())
                .extracting(ToolExecutionResultMessage::id)
                .containsExactlyElementsOf(model.lastRequestIds())
                .doesNotHaveDuplicates()
                .first()
                .as("an id that is there stays with the first that has it")
                .isEqualTo(id == null || id.isEmpty() ? "call00001" : id);
    }
}
