package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.Ids.assertThatProviderTakes;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.AiServiceTool;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Providers check the form of ids; and where one call has an id, all must. */
@Timeout(60)
class Hazard23FormOfIdsTest {

    private static final List<AiServiceTool> TOOLS = List.of(tool("echo", ToolExecutionRequest::arguments));

    private static ScriptedChatModel served(AiServices<Assistant> services, ToolExecutionRequest... requests) {
        ScriptedChatModel model = ScriptedChatModel.asking(requests);
        services.chatModel(model).tools(TOOLS).build().chat("go");
        return model;
    }

    private static AiServices<Assistant> interlock() {
        return ParallelTools.builder().build().aiServices(Assistant.class);
    }

    private static ToolExecutionRequest echo(String id, int number) {
        return call(id, "echo", "{\"id\": \"" + number + "\"}");
    }

    @Test
    void plain_langchain4j_sends_a_call_without_an_id_among_others() {
        ScriptedChatModel model = served(AiServices.builder(Assistant.class), echo("abc123DEF", 1), echo(null, 2));

        assertThat(model.lastRequestIds()).containsExactly("abc123DEF", null);
    }

    @ParameterizedTest
    @CsvSource({
        "abcdefghi, [A-Za-z0-9]{9}",
        "b9mgIC84m, [A-Za-z0-9]{9}",
        "123456789, [A-Za-z0-9]{9}",
        "call_PTLP8xhu3uwZk4l3nlnrrJha, call_[A-Za-z0-9]{24}",
        "toolu_01A09q90qw90lq917835lq9, toolu_[A-Za-z0-9]{23}",
        "tooluse_BBO78QZ2Q-mQxGBOlx0zFg, tooluse_[A-Za-z0-9_-]{22}",
        "chatcmpl-tool-3f2b8b9c6f4e4d0a8b7c6d5e4f3a2b1c, chatcmpl-tool-[a-f0-9]{26}",
        "3e8f0a52-8f7d-4b0e-9a6e-0d1c2b3a4f5e, [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
        "ws_689e2d4880a0819d98acca37694989b00b15d90494fc6b87, ws_[a-z0-9]{37}",
        "call_0, call_0_\\d",
        "1, 1_\\d",
        "get_weather, get_weather_\\d",
        "a_name_of_a_function_that_is_forty_longs, a_name_of_a_function_that_is_forty_lon_\\d",
        "functions.echo:0, functions\\.echo:\\d",
        "wéird id!, w_ird_id__\\d"
    })
    void new_ids_have_the_form_of_those_that_repeat(String id, String form) {
        ScriptedChatModel model = served(interlock(), echo(id, 1), echo(id, 2), echo(id, 3));

        assertThatProviderTakes(model.requests().get(1).messages());
        assertThat(model.lastRequestIds()).first().isEqualTo(id);
        assertThat(model.lastRequestIds().subList(1, 3))
                .allSatisfy(replaced -> assertThat(replaced).matches(form).hasSizeLessThanOrEqualTo(40));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "  "})
    void calls_without_ids_get_some_in_the_form_of_their_neighbours(String missing) {
        ScriptedChatModel model =
                served(interlock(), echo(missing, 1), echo("abc123DEF", 2), echo(missing, 3), echo("zyx987WVU", 4));

        assertThatProviderTakes(model.requests().get(1).messages());
        assertThat(model.lastRequestIds())
                .allMatch(id -> id != null && id.matches("[A-Za-z0-9]{9}"))
                .contains("abc123DEF", "zyx987WVU");
        assertThat(model.resultTexts())
                .containsExactly("{\"id\": \"1\"}", "{\"id\": \"2\"}", "{\"id\": \"3\"}", "{\"id\": \"4\"}");
    }

    @Test
    void new_ids_are_none_that_the_response_or_the_conversation_has() {
        ScriptedChatModel model = ScriptedChatModel.saying(
                ScriptedChatModel.calls(echo("call_2", 1), echo("call_4", 2)),
                ScriptedChatModel.calls(echo("call", 3), echo("call", 4), echo("call_3", 5), echo("call", 6)),
                AiMessage.from("done"));
        interlock().chatModel(model).tools(TOOLS).build().chat("go");

        assertThat(model.lastRequestIds()).containsExactly("call_2", "call_4", "call", "call_5", "call_3", "call_6");
    }
}
