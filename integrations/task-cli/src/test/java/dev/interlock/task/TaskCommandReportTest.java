package dev.interlock.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page of {@code --report}. */
@Timeout(120)
class TaskCommandReportTest extends TaskCommandFixture {

    @TempDir
    private Path folder;

    private JsonNode data(Path file) throws Exception {
        String page = Files.readString(file);
        String begin = "id=\"data\">";
        int from = page.indexOf(begin) + begin.length();
        return new ObjectMapper().readTree(page.substring(from, page.indexOf("</script>", from)));
    }

    @Test
    void report_is_a_page_without_arguments_and_results() throws Exception {
        Path file = folder.resolve("run.html");

        assertThat(run("--demo", "--report", file.toString(), "calculate 2+2 and read notes.txt, then calculate 3+3"))
                .isZero();

        assertThat(err.toString()).endsWith("report: " + file + "\n");
        assertThat(out.toString()).doesNotContain("report");
        JsonNode json = data(file);
        assertThat(json.path("rounds")).hasSize(2);
        assertThat(json.path("calls").asInt()).isEqualTo(3);
        assertThat(Files.readString(file)).doesNotContain("The grinders", "2+2");
    }

    @Test
    void report_shows_arguments_and_results_where_it_is_asked_to() throws Exception {
        Path file = folder.resolve("run.html");

        assertThat(run("--demo", "--json", "--report", file.toString(), "--report-content", "read notes.txt"))
                .isZero();

        assertThat(err.toString()).isEmpty();
        assertThat(json().path("end").asText()).isEqualTo("ANSWER");
        JsonNode call = data(file).path("rounds").path(0).path("calls").path(0);
        assertThat(call.path("arguments").asText()).isEqualTo("{\"path\":\"notes.txt\"}");
        assertThat(call.path("result").asText()).isEqualTo("The grinders go to berlin.\n");
    }

    @Test
    void report_of_a_task_that_failed_is_written_too() throws Exception {
        Path file = folder.resolve("run.html");

        assertThat(run("--demo", "--max-rounds", "1", "--report", file.toString(), "calculate 1+1, then calculate 2+2"))
                .isEqualTo(3);

        assertThat(data(file).path("calls").asInt()).isEqualTo(1);
    }

    @Test
    void report_that_cannot_be_written_is_a_mistake_before_anything_runs() {
        assertThat(run("--demo", "--report", folder.toString(), "calculate 1")).isEqualTo(2);
        assertThat(run("--demo", "--report", folder.resolve("none/run.html").toString(), "calculate 1"))
                .isEqualTo(2);

        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains("--report: '" + folder + "' is a folder, or its folder does not exist");
    }

    @Test
    void report_of_nothing_is_a_mistake() {
        String file = folder.resolve("run.html").toString();

        assertThat(run("--demo", "--dry-run", "--report", file, "calculate 1")).isEqualTo(2);
        assertThat(run("--demo", "--report-content", "calculate 1")).isEqualTo(2);

        assertThat(err.toString()).contains("nothing runs with --dry-run", "--report-content needs --report FILE");
        assertThat(folder).isEmptyDirectory();
    }
}
