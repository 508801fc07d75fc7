package dev.interlock.race;

import static org.assertj.core.api.Assertions.assertThat;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is printed is what was measured. */
class RaceTableTest {

    private static final List<Path> FILES = List.of(Path.of("a"), Path.of("b"));

    private static RowResult row(String name, int wrong, double eight, boolean held) {
        return new RowResult(List.of(
                trial("row").add("name", name).add("settings", "s"),
                right("a", wrong, 10),
                right("b", wrong, 5),
                trial("cap").add("held", held).add("detail", held ? "5 at once" : "20 at once"),
                trial("time-out").add("held", held).add("detail", ""),
                trial("cancel").add("held", held).add("detail", ""),
                trial("fast").add("value", "1.5"),
                trial("chat of 1").add("value", "10"),
                trial("chat of 8").add("value", Double.toString(eight))));
    }

    private static JsonObject right(String file, int wrong, int batches) {
        return trial("right").add("file", file).add("wrong", wrong).add("batches", batches);
    }

    private static JsonObject trial(String name) {
        return Json.object().add("trial", name);
    }

    @Test
    void short_form_adds_up_the_files_and_compares_with_the_first_row() {
        RaceTable table = new RaceTable(List.of(row("loop", 0, 16, true), row("peer", 3, 96, false)), FILES);
        assertThat(table.shortText())
                .contains("| loop | 0 of 15 | 1.50 | 0.00 | yes | yes | yes |\n")
                .contains("| peer | 6 of 15 | 1.50 | 10.00 | no | no | no |\n");
    }

    @Test
    void what_was_not_measured_is_not_made_up() {
        RowResult unfinished = new RowResult(List.of(trial("row").add("name", "peer")));
        RaceTable table = new RaceTable(List.of(row("loop", 0, 16, true), unfinished), FILES);
        assertThat(table.shortText()).contains("| peer | ? | ? | ? | ? | ? | ? |\n");
    }

    @Test
    void no_has_its_reason() {
        assertThat(new RaceTable(List.of(row("peer", 1, 96, false)), FILES).text())
                .contains("**peer**: cap: 20 at once");
    }
}
