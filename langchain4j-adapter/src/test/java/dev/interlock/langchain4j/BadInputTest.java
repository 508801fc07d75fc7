package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.effect.Effects;
import dev.interlock.effect.Pure;
import dev.interlock.effect.Undeclared;
import dev.interlock.effect.Writes;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.service.IllegalConfigurationException;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolService;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a model writes: a clear result a call, and nothing hangs. */
@Timeout(60)
class BadInputTest {

    private static final int ONE_MEBI = 1 << 20;
    private static final List<AiServiceTool> TOOLS = ToolService.findTools(new Tools());

    private final ParallelTools parallel = ParallelTools.builder().build();

    static class Tools {
        @Tool
        @Writes("note/{text}")
        String note(@P(name = "text", required = false) String text) {
            return text == null ? "nothing noted" : "noted " + text.length();
        }

        @Tool
        @Pure
        String keep(@P(name = "map") Map<String, Object> map) {
            return "kept " + map.keySet();
        }
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "  \n\t", "{}"})
    void no_arguments_are_an_empty_object(String arguments) {
        ToolExecutionRequest none = call("1", "note", arguments);

        for (var results : OneRound.bothWays(parallel, TOOLS, none, call("2", "note", "{\"text\": \"a\"}"), none)) {
            assertThat(texts(results)).containsExactly("nothing noted", "noted 1", "nothing noted");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[1, 2]", "42", "\"text\"", "not json", "{\"text\": \"a\"", "{\"text\": \"a\"}}}"})
    void arguments_that_are_no_object_concern_only_that_call(String arguments) {
        ToolExecutionRequest good = call("1", "note", "{\"text\": \"a\"}");

        for (var results : OneRound.bothWays(parallel, TOOLS, good, call("2", "note", arguments), good)) {
            assertThat(texts(results)).element(0).isEqualTo("noted 1");
            assertThat(texts(results)).element(2).isEqualTo("noted 1");
            assertThat(results.get(1).isError()).isEqualTo(!arguments.endsWith("}}}"));
            assertThat(results.get(1).text()).isNotBlank();
        }
    }

    @Test
    void arguments_of_one_mebibyte_work() {
        String text = "{\"text\": \"" + "x".repeat(ONE_MEBI) + "\"}";
        String path = "{\"text\": \"" + "/a".repeat(ONE_MEBI / 2) + "\"}";
        String blanks = "{\"text\": \"a\"" + " ".repeat(ONE_MEBI) + "}";

        for (var results : OneRound.bothWays(
                parallel,
                TOOLS,
                call("1", "note", text),
                call("2", "note", path),
                call("3", "note", blanks),
                call("4", "note", text))) {
            assertThat(texts(results)).containsExactly("noted 1048576", "noted 1048576", "noted 1", "noted 1048576");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 100_000})
    void deeply_nested_arguments_work_or_are_an_error_of_that_call(int levels) {
        boolean tooDeep = levels > 1_000;
        String objects = "{\"map\": " + "{\"a\": ".repeat(levels) + "1" + "}".repeat(levels + 1);
        String arrays = "{\"map\": {\"a\": " + "[".repeat(levels) + "]".repeat(levels) + "}}";

        for (var results : OneRound.bothWays(
                parallel,
                TOOLS,
                call("1", "note", "{\"text\": \"a\"}"),
                call("2", "keep", objects),
                call("3", "keep", arrays))) {
            assertThat(results)
                    .extracting(ToolExecutionResultMessage::isError)
                    .containsExactly(false, tooDeep, tooDeep);
            assertThat(texts(results)).noneMatch(String::isBlank);
        }
    }

    /** No guard could read them either. */
    @Test
    void tool_that_takes_any_text_does_not_get_arguments_that_are_nested_too_deeply_to_be_read() {
        String arguments = "{\"id\": " + "[".repeat(100_000) + "]".repeat(100_000) + "}";
        AiServiceTool length =
                tool("length", request -> String.valueOf(request.arguments().length()));
        ParallelTools declaring = ParallelTools.builder()
                .effects("length", Effects.reads("text/{id}"))
                .build();

        for (var results : OneRound.bothWays(
                declaring, List.of(length), call("1", "length", arguments), call("2", "length", "{}"))) {
            assertThat(results).extracting(ToolExecutionResultMessage::isError).containsExactly(true, false);
            assertThat(results.get(0).text())
                    .contains("tool 'length' was not run: its arguments are not a" + " JSON object");
        }
    }

    @ParameterizedTest
    @EnumSource(Undeclared.class)
    void ten_thousand_calls_in_one_response(Undeclared undeclared) {
        ToolExecutionRequest[] requests = IntStream.range(0, 10_000)
                .mapToObj(i -> call("call_" + i, "echo", "{\"id\": \"" + i + "\"}"))
                .toArray(ToolExecutionRequest[]::new);
        ParallelTools unlimited = ParallelTools.builder()
                .maxConcurrency(ParallelTools.UNLIMITED)
                .undeclared(undeclared)
                .build();

        for (var results :
                OneRound.bothWays(unlimited, List.of(tool("echo", ToolExecutionRequest::arguments)), requests)) {
            assertThat(texts(results))
                    .containsExactlyElementsOf(Arrays.stream(requests)
                            .map(ToolExecutionRequest::arguments)
                            .toList());
        }
    }

    @Test
    @Timeout(15) // longer if replacement ids were found in quadratic time
    void ten_thousand_equal_calls_without_ids() {
        ToolExecutionRequest[] requests =
                Collections.nCopies(10_000, call(null, "note", "{}")).toArray(ToolExecutionRequest[]::new);

        for (var results : OneRound.bothWays(parallel, TOOLS, requests)) {
            assertThat(texts(results)).containsOnly("nothing noted");
        }
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", " "})
    void call_without_a_name_is_a_call_of_an_unknown_tool(String name) {
        ToolExecutionRequest good = call("1", "note", "{}");
        ToolExecutionRequest[] requests = {good, call("2", name, "{}"), good, call("4", name, null)};

        assertThat(texts(OneRound.served(parallel, TOOLS, requests)))
                .containsExactly("nothing noted", "no tool " + name, "nothing noted", "no tool " + name);
        assertThat(OneRound.executed(parallel, TOOLS, requests))
                .extracting(ToolExecutionResultMessage::isError)
                .containsExactly(false, true, false, true);
    }

    @Test
    void call_though_there_are_no_tools_is_a_call_of_an_unknown_tool() {
        ToolExecutionRequest request = call("1", "note", "{}");

        assertThat(texts(OneRound.served(parallel, List.of(), request, request)))
                .containsExactly("no tool note", "no tool note");
        assertThat(texts(OneRound.executed(parallel, List.of(), request, request)))
                .containsOnly("there is no tool named 'note'; the tools are []");
    }

    @Test
    void duplicate_tool_names_are_an_error() {
        List<AiServiceTool> tools = List.of(tool("echo", request -> "1"), tool("echo", request -> "2"));

        assertThatThrownBy(() -> parallel.aiServices(Assistant.class).tools(tools))
                .isInstanceOf(IllegalConfigurationException.class)
                .hasMessageContaining("echo");
        assertThatThrownBy(() -> parallel.aiServices(Assistant.class).tools(new Tools(), new Tools()))
                .isInstanceOf(IllegalConfigurationException.class);
        assertThatThrownBy(() -> parallel.execute(calls(call("1", "echo", "{}")), tools))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'echo'");
    }

    private static List<String> texts(List<ToolExecutionResultMessage> results) {
        return results.stream().map(ToolExecutionResultMessage::text).toList();
    }
}
