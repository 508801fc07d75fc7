package dev.interlock.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

class ProgramTest {

    private static final class Sample extends Program {

        @Option(names = "--missed")
        private boolean missed;

        @Option(names = "--fail")
        private boolean fail;

        @Mixin
        private final Bars bars = new Bars();

        @Override
        protected boolean report() {
            if (fail) {
                throw new IllegalStateException("it cannot go on");
            }
            System.out.println("measured");
            return bars.pass(!missed);
        }
    }

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream out = System.out;
    private final PrintStream err = System.err;

    @BeforeEach
    void capture() {
        PrintStream both = new PrintStream(printed, true, StandardCharsets.UTF_8);
        System.setOut(both);
        System.setErr(both);
    }

    @AfterEach
    void giveBack() {
        System.setOut(out);
        System.setErr(err);
    }

    @Test
    void says_before_and_after_under_which_load_it_ran() {
        assertThat(new Sample().execute()).isZero();
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .containsPattern("(?s)^[^\n]*, load .*measured\n[^\n]*, load ");
    }

    @Test
    void missed_bar_fails_only_where_bars_are_to_be_checked() {
        assertThat(new Sample().execute("--missed")).isZero();
        assertThat(new Sample().execute("--missed", "--check")).isOne();
        assertThat(new Sample().execute("--check")).isZero();
    }

    @Test
    void failure_and_wrong_options_have_codes_of_their_own() {
        assertThat(new Sample().execute("--fail")).isOne();
        assertThat(new Sample().execute("--unknown")).isEqualTo(2);
    }

    @Test
    void command_has_the_name_of_its_class_and_helps() {
        assertThat(new Sample().execute("--help")).isZero();
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("Usage: Sample ", "--check", "exit with 1 if a bar is missed");
    }
}
