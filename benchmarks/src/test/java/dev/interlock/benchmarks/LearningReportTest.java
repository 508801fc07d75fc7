package dev.interlock.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.interlock.effect.Effects;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LearningReportTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TOOL = """
            {"name": "pay", "description": "Pays an order.", "parameters": {"order": {"type": "string"}}}
            """;

    @TempDir
    private Path folder = Path.of("");

    /** Two calls that write the key in the braces of each, which the second reads too. */
    private static String row(String id, String first, String second) {
        return ("{'id': '%s', 'unit': 'episode', 'calls': ["
                        + "{'name': 'pay', 'arguments': {'order': '%s'}, 'reads': [], 'writes': ['shop.orders[%s]'],"
                        + " 'effect_depends_on': []},"
                        + "{'name': 'pay', 'arguments': {'order': '%s'}, 'reads': ['shop.orders[%s]'],"
                        + " 'writes': ['shop.orders[%s]'], 'effect_depends_on': [%s]}]}")
                .formatted(id, first, first, second, second, second, first.equals(second) ? "0" : "")
                .replace('\'', '"');
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static LearningTrial tried(Effects effects, String... rows) {
        LearningTrial trial = new LearningTrial(Map.of("pay", ToolRow.of(json(TOOL))), Map.of("pay", effects));
        for (String row : rows) {
            trial.count(LearningRow.of(json(row)));
        }
        return trial;
    }

    @Test
    void right_effects_cover_all_and_save_all() {
        LearningTrial trial = tried(Effects.writes("shop/orders/{order}"), row("a", "o1", "o2"), row("b", "o1", "o1"));
        assertThat(trial.uncovered).isEmpty();
        assertThat(trial.different).isEmpty();
        assertThat(List.of(trial.serialUnits, trial.bestUnits, trial.units)).containsExactly(4, 3, 3);
        assertThat(trial.share()).isEqualTo(1);
    }

    @Test
    void wide_effects_save_nothing() {
        LearningTrial trial = tried(Effects.writes("shop"), row("a", "o1", "o2"));
        assertThat(trial.uncovered).isEmpty();
        assertThat(trial.share()).isZero();
    }

    @Test
    void wrong_effects_are_found_twice() {
        LearningTrial trial = tried(Effects.reads("shop"), row("a", "o1", "o2"), row("b", "o1", "o1"));
        assertThat(trial.uncovered).hasSize(4).first().asString().contains("writes shop/orders/o1", "reads shop");
        assertThat(trial.different).containsExactly("b");
    }

    @Test
    void the_report_learns_from_some_tasks_and_tries_the_others() throws IOException {
        List<String> rows = new ArrayList<>();
        for (int task = 0; task < 10; task++) {
            rows.add(row("task" + task + "-ep", "red" + task, "blue" + task));
            rows.add(row("task" + task + "-t0", "green" + task, "green" + task));
        }
        Path traces = Files.write(folder.resolve("traces.jsonl"), rows);
        Path tools = Files.writeString(folder.resolve("tools.jsonl"), TOOL);
        assertThat(report(traces.toString(), "--tools", tools.toString(), "--check", "--proposals"))
                .contains("traces.jsonl: 10 tasks, 20 batches, 1 tools; 20 splits", "pay: writes shop/orders/{order}")
                .containsPattern("learnt +1\\.33x +100\\.0 % +100\\.0 % +100\\.0 % +0 +0 +0\n");
    }

    private static String report(String... arguments) {
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            assertThat(new LearningReport().execute(arguments)).isZero();
        } finally {
            System.setOut(before);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }
}
