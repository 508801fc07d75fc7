package dev.interlock.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.interlock.langchain4j.TaskEvent;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgressTest {

    private final StringWriter out = new StringWriter();

    @Test
    void on_a_terminal_a_line_moves_while_the_model_is_asked_and_is_gone_at_the_end() {
        Progress progress = new Progress(new PrintWriter(out, true), true);
        progress.onEvent(new TaskEvent.ModelAsked(1, 1, Instant.EPOCH));

        await().until(() -> out.toString().split("the model", -1).length > 3);
        progress.close();

        assertThat(out.toString())
                .containsPattern("[⠋⠙⠹⠸⠼] the model \\(\\d+\\.\\d s\\)")
                .endsWith("\r\u001b[2K");
    }

    @Test
    void elsewhere_there_are_only_lines() {
        try (Progress progress = new Progress(new PrintWriter(out, true), false)) {
            progress.onEvent(new TaskEvent.ModelAsked(1, 1, Instant.EPOCH));
        }

        assertThat(out.toString()).isEmpty();
    }

    @Test
    void a_terminal_is_not_assumed() {
        assertThat(Terminal.isThere(Map.of())).isFalse();
        assertThat(Terminal.isThere(Map.of("TERM", "dumb"))).isFalse();
    }

    @Test
    void text_of_others_does_not_command_the_terminal() {
        assertThat(Printable.text("a\u001b[2J\r\u0007b\u009bc\u202Ed\n\te\uDB40\uDC41"))
                .isEqualTo("a\uFFFD[2J\uFFFD\uFFFDb\uFFFDc\uFFFDd\n\te\uFFFD");
        assertThat(Printable.line(" a\nb ", 10)).isEqualTo("a b");
        assertThat(Printable.line("abcdef", 4)).isEqualTo("abc…");
    }
}
