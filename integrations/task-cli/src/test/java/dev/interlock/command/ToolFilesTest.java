package dev.interlock.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.ParameterType;
import dev.interlock.learn.KnownTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ToolFilesTest {

    @TempDir
    private Path folder = Path.of("");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'name': 'a', 'description': 'D', 'parameters': {'x': {'type': 'integer'}, 'type': {'enum': ['p']}}}",
                "[{'name': 'a', 'description': 'D', 'parameters': {'x': {'type': 'integer'}, 'type': {'enum': ['p']}}}]",
                "{'tools': [{'name': 'a', 'description': 'D', 'inputSchema': {'type': 'object', 'properties':"
                        + " {'x': {'type': 'integer'}, 'type': {'enum': ['p']}}}}]}",
                "{'type': 'function', 'function': {'name': 'a', 'description': 'D', 'parameters': {'type': 'object',"
                        + " 'properties': {'x': {'type': 'integer'}, 'type': {'enum': ['p']}}}}}"
            })
    void all_forms_say_the_same(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("tools.json"), text.replace('\'', '"'));
        assertThat(ToolFiles.known(List.of(file)))
                .containsExactly(
                        new KnownTool("a", "D", Map.of("x", ParameterType.INTEGER, "type", ParameterType.ENUM)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'name': 'a'}\n{'name': 'b', 'parameters': {'type': 'object'}}\n",
                "[{'name': 'a'}, {'name': 'b'}]"
            })
    void several_tools_can_be_lines_or_a_list(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("tools.json"), text.replace('\'', '"'));
        assertThat(ToolFiles.known(List.of(file)))
                .containsExactly(new KnownTool("a", null, Map.of()), new KnownTool("b", null, Map.of()));
    }
}
