package dev.interlock.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.interlock.call.ToolCall;
import dev.interlock.effect.Access;
import dev.interlock.effect.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ObservationLinesTest {

    @TempDir
    private Path folder = Path.of("");

    private static final String LINE =
            "{\"tool\":\"pay\",\"arguments\":{\"to\":7},\"reads\":[\"rates\"],\"writes\":[\"account/7\",\"log\"],\"run\":\"a\"}";

    @Test
    void a_line_is_read_and_written_the_same() {
        ObservedCall observed = ObservationLines.parse(LINE).getFirst();
        assertThat(observed.call().tool()).isEqualTo("pay");
        assertThat(observed.run()).isEqualTo("a");
        assertThat(observed.accesses())
                .containsExactlyInAnyOrder(Access.read("rates"), Access.write("account/7"), Access.write("log"));
        assertThat(ObservationLines.format(observed)).isEqualTo(LINE);
    }

    @Test
    void what_is_missing_is_empty() {
        ObservedCall observed = ObservationLines.parse(
                        "{\"tool\": \"pay\", \"other\": 1, \"run\": null, \"reads\": null}")
                .getFirst();
        assertThat(observed.accesses()).isEmpty();
        assertThat(observed.run()).isNull();
        assertThat(observed.call().hasObjectArguments()).isTrue();
        assertThat(ObservationLines.format(observed))
                .isEqualTo("{\"tool\":\"pay\",\"arguments\":{},\"reads\":[],\"writes\":[]}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{|not JSON",
                "[]|'tool' is missing",
                "{\"calls\": [{\"tool\": \"a\"}]}|'name' is missing",
                "{\"calls\": 1}|'tool' is missing",
                "{\"id\": 1, \"calls\": []}|'id' must be a string, was number",
                "{\"tool\": 1}|'tool' must be a string, was number",
                "{\"tool\": \"a\", \"reads\": \"x\"}|'reads' must be a list of strings, was string",
                "{\"tool\": \"a\", \"writes\": [1]}|'writes' must hold only strings, held number",
                "{\"tool\": \"a\", \"run\": 1}|'run' must be a string, was number"
            })
    void a_bad_line_says_why(String line, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ObservationLines.parse(line))
                .withMessageContaining(message);
    }

    @Test
    void a_bad_line_of_a_file_says_where() throws IOException {
        Path file = Files.writeString(folder.resolve("seen.jsonl"), LINE + "\n\n{\"tool\": 1}\n");
        List<ObservedCall> seen = new ArrayList<>();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ObservationLines.read(file, seen::add))
                .withMessageContaining("seen.jsonl:3: 'tool' must be a string");
        assertThat(seen).isEmpty();
    }

    @Test
    void a_row_of_a_trace_is_several_calls_of_one_run() {
        List<ObservedCall> calls = ObservationLines.parse(
                "{'id': 'task-7-t12', 'calls': [{'name': 'pay', 'arguments': {'to': 7}, 'writes': ['Bank.accounts[7]']}, {'name': 'log'}]}"
                        .replace('\'', '"'));
        assertThat(calls)
                .containsExactly(
                        new ObservedCall(
                                ToolCall.parse(null, "pay", "{\"to\": 7}"),
                                Set.of(Access.write("Bank/accounts/7")),
                                "task-7"),
                        new ObservedCall(new ToolCall(null, "log", null), Set.of(), "task-7"));
    }

    @ParameterizedTest
    @CsvSource({"task-7-ep, task-7", "task-7, task-7", "t1, t1"})
    void turns_and_episode_of_a_task_are_one_run(String id, String run) {
        String row = "{\"id\": \"" + id + "\", \"calls\": [{\"name\": \"pay\"}]}";
        assertThat(ObservationLines.parse(row).getFirst().run()).isEqualTo(run);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "Shop.orders[*]; Shop/orders",
                "Shop.orders[42]; Shop/orders/42",
                "Shop.orders[42][lines]; Shop/orders/42/lines",
                "Shop.total; Shop/total",
                "fs[docs/a.txt]; fs/docs/a.txt",
                "fs[docs/*]; fs/docs",
                "fs[../a]; fs/%2E%2E/a",
                "session[token]; session/token"
            })
    void a_key_is_a_path(String key, String path) {
        assertThat(TraceKey.resource(key)).hasToString(path);
    }

    @Test
    void the_turns_of_an_episode_are_not_read_again() throws IOException {
        Path file = Files.writeString(folder.resolve("traces.jsonl"), """
                {"id": "a-t0", "unit": "turn", "calls": [{"name": "one"}]}
                {"id": "a-ep", "unit": "episode", "calls": [{"name": "one"}, {"name": "two"}]}
                {"id": "b-t0", "unit": "turn", "calls": [{"name": "three"}]}
                {"id": "c-ep", "unit": "episode", "calls": []}
                """);
        List<String> tools = new ArrayList<>();
        ObservationLines.read(file, observed -> tools.add(observed.call().tool()));
        assertThat(tools).containsExactly("one", "two", "three");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/data/notes.md",
                "notes.md",
                "~/notes.md",
                "C:\\data\\notes.md",
                "https://example.org/a/b",
                "//server/share/a"
            })
    void a_resource_with_marks_stays_the_same(String path) {
        Access access = Access.write(Resource.of("file").resolve(path));
        ObservedCall observed = new ObservedCall(new ToolCall(null, "write", null), Set.of(access), "a", true);
        assertThat(ObservationLines.parse(ObservationLines.format(observed))).containsExactly(observed);
    }
}
