package dev.interlock.replicas;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How a failure of the server is put into words, for the log and for the model. */
class ReportsTest {

    @Test
    void a_message_of_several_lines_is_told_by_its_first_one() {
        assertThat(Reports.inWords(new IllegalStateException("no answer to: EVAL -- KEYS\n-- ARGV\nreturn 1")))
                .isEqualTo("java.lang.IllegalStateException: no answer to: EVAL -- KEYS");
    }

    @Test
    void a_long_message_is_cut() {
        assertThat(Reports.inWords(new IllegalStateException("x".repeat(10_000))))
                .hasSize(303)
                .endsWith("x...");
    }

    @Test
    void a_failure_that_cannot_be_printed_is_told_by_its_class() {
        assertThat(Reports.inWords(new Unprintable())).isEqualTo(Unprintable.class.getName());
    }

    private static final class Unprintable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new IllegalStateException("it cannot be printed");
        }
    }
}
