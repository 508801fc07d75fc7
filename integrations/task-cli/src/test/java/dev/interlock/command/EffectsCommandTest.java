package dev.interlock.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.file.EffectsFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EffectsCommandTest {

    private static final String TOOLS = """
            [{"type": "function", "function": {"name": "pay", "description": "Pays.", "parameters":
              {"type": "object", "properties": {"from": {"type": "string"}, "to": {"type": "string"}}}}},
             {"name": "get_rates", "description": "Returns the exchange rates.", "inputSchema":
              {"type": "object", "properties": {}}}]
            """;
    private static final String SEEN = """
            {"tool": "pay", "arguments": {"from": "alice", "to": "bob"}, "writes": ["account/alice", "account/bob"], "run": "1"}
            {"tool": "pay", "arguments": {"from": "carol", "to": "dave"}, "writes": ["account/carol", "account/dave"], "run": "2"}
            {"tool": "get_rates", "arguments": {}, "reads": ["rates"], "run": "2"}
            {"tool": "odd", "arguments": {}, "writes": ["one"], "reads": [], "run": "1"}
            {"tool": "odd", "arguments": {}, "writes": ["two"], "reads": [], "run": "2"}
            """;

    @TempDir
    private Path folder = Path.of("");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path effects = Path.of("");

    @BeforeEach
    void write() throws IOException {
        Files.writeString(folder.resolve("tools.json"), TOOLS);
        Files.writeString(folder.resolve("seen.jsonl"), SEEN);
        effects = folder.resolve("effects.json");
    }

    private int run(String... arguments) {
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = arguments[i].replace("@", folder + "/");
        }
        return InterlockCommand.run(Map.of(), new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    private int learn() {
        return run("effects", "learn", "@seen.jsonl", "--tools", "@tools.json", "-o", "@effects.json");
    }

    @Test
    void learns_a_file() {
        assertThat(learn()).isZero();
        assertThat(out.toString())
                .contains(
                        "pay: writes account/{from}, writes account/{to}  (2 calls in 2 runs touched no more than that)")
                .contains("get_rates: reads rates  (1 call in 1 run wrote nothing that observers watch)")
                .contains("odd: no claim  (2 calls in 2 runs: ");
        assertThat(err.toString()).isEqualTo("interlock: 2 of 3 tools learnt, see " + effects + "\n");
        assertThat(EffectsFile.read(effects).entries())
                .hasToString(
                        "[pay: writes account/{from}, writes account/{to} (learnt), get_rates: reads rates (learnt)]");
        assertThat(EffectsFile.read(effects).entriesFor("pay").getFirst().calls())
                .hasValue(2);
    }

    @Test
    void what_is_declared_stays_in_front() throws IOException {
        Files.writeString(effects, "{\"version\": 1, \"tools\": {\"pay\": {\"writes\": [\"account\"]}}}");
        learn();
        assertThat(EffectsFile.read(effects).entriesFor("pay"))
                .hasToString(
                        "[pay: writes account (declared), pay: writes account/{from}, writes account/{to} (learnt)]");
    }

    @Test
    void what_was_learnt_covers_what_it_was_learnt_from() {
        learn();
        assertThat(run("effects", "check", "@effects.json", "--against", "@seen.jsonl", "--tools", "@tools.json"))
                .isZero();
        assertThat(err.toString()).endsWith("interlock: 3 calls covered, 0 not covered, 2 of tools without effects\n");
    }

    @Test
    void a_call_that_is_not_covered_is_listed() throws IOException {
        learn();
        Files.writeString(
                folder.resolve("more.jsonl"),
                "{\"tool\": \"pay\", \"arguments\": {\"from\": \"eve\", \"to\": \"eve\"}, \"writes\": [\"account/eve\", \"log\"]}");
        out.getBuffer().setLength(0);
        assertThat(run("effects", "check", "@effects.json", "--against", "@more.jsonl"))
                .isEqualTo(1);
        assertThat(out.toString())
                .isEqualTo("pay{\"from\":\"eve\",\"to\":\"eve\"} writes log, which is not covered by"
                        + " 'pay: writes account/{from}, writes account/{to} (learnt)'\n");
        assertThat(err.toString()).endsWith("interlock: 0 calls covered, 1 not covered, 0 of tools without effects\n");
    }

    @Test
    void mistakes_are_told() throws IOException {
        assertThat(run("effects", "learn")).isEqualTo(2);
        assertThat(run("effects", "learn", "@none.jsonl", "-o", "@effects.json"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("NoSuchFileException");
        Files.writeString(folder.resolve("bad.json"), "[{\"description\": \"no name\"}]");
        assertThat(run("effects", "learn", "@seen.jsonl", "--tools", "@bad.json"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("bad.json: a tool must have a 'name', was {\"description\":\"no name\"}");
        Files.writeString(folder.resolve("cut.json"), "[{\"name\": ");
        assertThat(run("effects", "learn", "@seen.jsonl", "--tools", "@cut.json"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("cut.json: not valid JSON: ");
        assertThat(effects).doesNotExist();
    }

    @Test
    void help_is_there() {
        assertThat(run("effects", "--help")).isZero();
        assertThat(out.toString()).contains("learn", "check", "suggest");
    }
}
