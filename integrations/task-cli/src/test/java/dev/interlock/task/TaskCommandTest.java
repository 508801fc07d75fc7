package dev.interlock.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command with the model that it brings. */
@Timeout(120)
class TaskCommandTest extends TaskCommandFixture {

    @TempDir
    private Path folder;

    // The demo.

    @Test
    void demo_carries_out_its_own_task() {
        assertThat(run("--demo")).isZero();

        assertThat(out.toString())
                .startsWith("Results:\n- readFile: The grinders go to berlin.\n- calculate: 2316.93\n")
                .contains("- httpGet: berlin: 18 degrees, rain", "- executeSql: 1 row")
                .contains("- querySql: SKU | PIECES; ESP-200 | 2; GRD-50 | 2", "- writeFile: wrote 15 bytes");
        assertThat(err.toString())
                .contains("round 1: 6 calls", "  start 1 readFile {\"path\":\"notes.txt\"}", "round 2: 1 call\n")
                .containsPattern("  done  3 httpGet \\d+ ms")
                .containsPattern("7 calls in 2 rounds, \\d+ ms, \\d+ ms saved");
    }

    @Test
    void demo_takes_a_task() {
        assertThat(run("--demo", "calculate 2+2", "and", "read notes.txt")).isZero();

        assertThat(out).hasToString("Results:\n- calculate: 4\n- readFile: The grinders go to berlin.\n");
        assertThat(err.toString()).contains("2 calls in 1 round, ");
    }

    @Test
    void demo_says_what_it_understands_of_a_task_of_which_it_understands_nothing() {
        assertThat(run("--demo", "sing")).isEqualTo(11);

        assertThat(out).hasToString(DemoModel.HELP + "\n");
        assertThat(err.toString()).endsWith("task: the embedded model did not understand 'sing'\n");
    }

    @Test
    void demo_carries_out_what_it_understands_and_says_what_it_does_not() {
        assertThat(run("--demo", "calculate 2+2 and sing me a song, then dance."))
                .isEqualTo(11);

        assertThat(out).hasToString("Results:\n- calculate: 4\n");
        assertThat(err.toString())
                .endsWith("task: the embedded model did not understand 'sing me a song' and 'dance'\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?!?",
                "please",
                "calculate 1+1, then sing, then calculate 2+2",
                "calculate two plus two",
                "calculate 2 plus 2"
            })
    void a_task_that_the_demo_does_not_understand_as_a_whole_has_its_exit_code(String task) {
        assertThat(run("--demo", "--json", task)).isEqualTo(11);
        assertThat(run("--demo", "--dry-run", task)).isEqualTo(11);
    }

    @Test
    void words_between_the_forms_are_understood() {
        assertThat(run("--demo", "Please calculate 1+1, and then list the files; next, read notes.txt."))
                .isZero();
    }

    @Test
    void a_single_byte_is_one_byte() {
        assertThat(run("--demo", "write 'a' to a.txt")).isZero();

        assertThat(out.toString()).contains("- writeFile: wrote 1 byte\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-V", "--version"})
    void versions_are_shown(String option) {
        assertThat(run(option)).isZero();

        assertThat(out.toString())
                .containsPattern("Interlock \\d+\\.\\d+\\.\\d+\\S*\nLangChain4j \\d+\\.\\d+.*\nJava \\d+");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "localhost:11434/v1 | must begin with http:// or https://",
                "api.example.com | must begin with http:// or https://",
                "ftp://example.com | must begin with http:// or https://",
                "http:///v1 | must name a host",
                "http://a b/v1 | is no URL",
                "http:v1 | must name a host",
            })
    void a_base_url_that_is_none_is_a_mistake_in_the_command_line(String url, String words) {
        assertThat(run("--base-url", url, "calculate 1")).isEqualTo(2);
        assertThat(err.toString()).contains("task: --base-url: '" + url + "' " + words, "such as https://");

        err.getBuffer().setLength(0);
        assertThat(run(Map.of("OPENAI_BASE_URL", url), "calculate 1")).isEqualTo(2);
        assertThat(err.toString()).contains("task: OPENAI_BASE_URL: '" + url + "' " + words);
    }

    @Test
    void a_call_that_is_refused_is_no_end() {
        assertThat(run("--demo", "read ../secret.txt and calculate 1+1")).isZero();

        assertThat(out.toString()).contains("must not contain ..").contains("- calculate: 2");
        assertThat(err.toString())
                .containsPattern("FAIL  1 readFile \\d+ ms: .* must not contain \\.\\.")
                .contains("1 failed");
    }

    @Test
    void a_folder_of_ones_own_is_used_and_left() throws Exception {
        Files.writeString(folder.resolve("mine.txt"), "my own");

        assertThat(run("--demo", "--folder", folder.toString(), "read mine.txt and write \"x\" to new.txt"))
                .isZero();

        assertThat(out.toString()).contains("- readFile: my own");
        assertThat(folder.resolve("new.txt")).hasContent("x");
    }

    // JSON.

    @Test
    void json_tells_everything_and_nothing_else_is_printed() throws Exception {
        assertThat(run(
                        "--demo",
                        "--json",
                        "UPDATE stock SET pieces = 1; and SELECT sum(pieces) FROM stock; read none.txt"))
                .isZero();

        JsonNode json = json();
        assertThat(err.toString()).isEmpty();
        assertThat(json.path("end").asText()).isEqualTo("ANSWER");
        assertThat(json.path("answer").asText()).startsWith("Results:");
        assertThat(json.path("error").isNull()).isTrue();
        assertThat(json.path("modelRequests").asInt()).isEqualTo(2);
        assertThat(json.path("elapsedMillis").isNumber()).isTrue();
        assertThat(json.path("timeSavedMillis").isNumber()).isTrue();
        assertThat(json.path("tokens").path("total").isNull()).isTrue();
        JsonNode round = json.path("rounds").path(0);
        assertThat(round.path("calls")).hasSize(3);
        assertThat(round.path("calls").path(0).path("tool").asText()).isEqualTo("executeSql");
        assertThat(round.path("calls").path(0).path("arguments").path("sql").asText())
                .isEqualTo("UPDATE stock SET pieces = 1");
        assertThat(round.path("calls").path(0).path("result").asText()).isEqualTo("2 rows");
        assertThat(round.path("calls").path(0).path("attempts").asInt()).isEqualTo(1);
        assertThat(round.path("calls").path(0).path("writes").path(0).asText()).isEqualTo("database");
        assertThat(round.path("calls").path(1).path("result").asText()).endsWith("\n2");
        assertThat(round.path("calls").path(2).path("outcome").asText()).isEqualTo("Failed");
        assertThat(round.path("calls").path(2).path("result").asText()).isEqualTo("there is no file 'none.txt'");
        assertThat(round.path("dependencies")).hasSize(1);
        assertThat(round.path("dependencies").path(0).path("reason").asText()).isEqualTo("both write database");
    }

    // Dry runs.

    @Test
    void dry_run_shows_calls_and_dependencies_and_executes_nothing() {
        assertThat(run(
                        "--demo",
                        "--dry-run",
                        "--folder",
                        folder.toString(),
                        "write \"x\" to new.txt, read new.txt, calculate 1+1, then list the files"))
                .isZero();

        assertThat(out).hasToString("""
            call 1 writeFile: writes file/new.txt (set on the builder)
            call 2 readFile: reads file/new.txt (set on the builder)
              call 2 waits for call 1: call 2 reads file/new.txt, which call 1 writes
            call 3 calculate: pure (annotated)
            """);
        assertThat(err.toString()).isEmpty();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void dry_run_as_json() throws Exception {
        assertThat(run("--demo", "--dry-run", "--json", "write \"x\" to a.txt and list the files"))
                .isZero();

        JsonNode json = json();
        assertThat(json.path("answer").isNull()).isTrue();
        assertThat(json.path("calls")).hasSize(2);
        assertThat(json.path("calls").path(1).path("tool").asText()).isEqualTo("listFiles");
        assertThat(json.path("calls").path(0)).hasToString("""
            {"id":"call_1","tool":"writeFile","arguments":{"text":"x","path":"a.txt"},"reads":[],\
            "writes":["file/a.txt"],"source":"set on the builder","barrierReason":null}\
            """);
        assertThat(json.path("calls").path(1).path("reads").path(0).asText()).isEqualTo("file");
        JsonNode dependency = json.path("dependencies").path(0);
        assertThat(dependency.path("call").asInt()).isEqualTo(2);
        assertThat(dependency.path("waitsFor").asInt()).isEqualTo(1);
        assertThat(dependency.path("kind").asText()).isEqualTo("ORDER");
        assertThat(dependency.path("reason").asText()).isEqualTo("call 2 reads file, call 1 writes file/a.txt");
    }

    @Test
    void dry_run_of_a_task_without_calls_shows_the_answer() {
        assertThat(run("--demo", "--dry-run", "sing")).isEqualTo(11);

        assertThat(out.toString()).startsWith("no calls; the answer is: I am the embedded model");
    }

    // The command line.

    @Test
    void without_a_model_it_says_what_to_set() {
        assertThat(run(Map.of("OPENAI_API_KEY", " "), "calculate 2+2")).isEqualTo(2);

        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains("Set OPENAI_API_KEY", "--base-url", "--demo");
    }

    @Test
    void mistakes_in_the_command_line_are_told() {
        assertThat(run("--demo", "--max-rounds", "0", "x")).isEqualTo(2);
        assertThat(run("--demo", "--max-calls", "0", "x")).isEqualTo(2);
        assertThat(run("--demo", "--timeout", "soon", "x")).isEqualTo(2);
        assertThat(run("--nonsense")).isEqualTo(2);
        assertThat(run(Map.of("OPENAI_API_KEY", "k"))).isEqualTo(2);
        assertThat(err.toString()).contains("What is the task?", "must be >= 1", "--nonsense");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void help_lists_options_and_exit_codes() {
        assertThat(run("--help")).isZero();

        assertThat(out.toString())
                .contains("--allow-host", "--dry-run", "--json", "--demo", "--model", "--base-url", "--chaining")
                .contains("  3   it reached the limit of rounds", "130   it was stopped by Ctrl-C")
                .contains("  7   the answer is cut off", " 10   the model wrote a call as text");
    }

    @Test
    void what_is_not_there_is_a_mistake_in_the_command_line() {
        String none = folder.resolve("none").toString();

        assertThat(run("--demo", "--folder", none, "list the files")).isEqualTo(2);
        assertThat(run("--demo", "--sql", none, "calculate 1")).isEqualTo(2);
        assertThat(err).hasToString("""
            task: --folder: there is no folder '%1$s'
            See --help.
            task: --sql: '%1$s' cannot be read: NoSuchFileException: %1$s
            See --help.
            """.formatted(none));
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://example.com", "example.com/path", "me@example.com", "", "example.com:http"})
    void a_host_that_can_never_match_is_a_mistake_in_the_command_line(String host) {
        assertThat(run("--demo", "--allow-host", host, "calculate 1")).isEqualTo(2);

        assertThat(err.toString()).contains("'" + host + "' must be HOST or HOST:PORT");
    }

    @Test
    void a_script_that_fails_is_a_failure() throws Exception {
        Path script = Files.writeString(folder.resolve("bad.sql"), "creat tabel");

        assertThat(run("--demo", "--sql", script.toString(), "calculate 1")).isEqualTo(1);

        assertThat(err.toString()).startsWith("task: ").contains("Syntax error");
    }

    @Test
    void messages_are_all_that_is_printed_of_what_is_refused() {
        PrintStream before = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            assertThat(run("--demo", "read ../secret.txt")).isZero();
        } finally {
            System.setErr(before);
        }

        assertThat(log.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void limit_of_rounds_has_its_exit_code() {
        assertThat(run("--demo", "--max-rounds", "1", "calculate 1+1, then calculate 2+2"))
                .isEqualTo(3);

        assertThat(err.toString()).endsWith("task: it reached the limit of rounds (--max-rounds 1)\n");
    }

    @Test
    void limit_of_calls_has_its_exit_code() {
        assertThat(run("--demo", "--max-calls", "1", "calculate 1+1, then calculate 2+2, then calculate 3+3"))
                .isEqualTo(5);

        assertThat(err.toString())
                .contains("it is call 2, and the limit for one request")
                .endsWith("task: it reached the limit of calls (--max-calls), and the model asked for more\n");
    }
}
