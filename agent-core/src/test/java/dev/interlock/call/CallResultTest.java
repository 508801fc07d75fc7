package dev.interlock.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallResultTest {

    private static final ToolCall CALL = ToolCall.parse("1", "search", "{}");

    @Test
    void only_a_call_whose_body_returned_is_a_success() {
        assertThat(result(new Outcome.Succeeded(null)).isSuccess()).isTrue();
        List<Outcome> others = List.of(
                new Outcome.Failed(new IllegalStateException()),
                new Outcome.TimedOut("too late", Duration.ofSeconds(1), false),
                new Outcome.Cancelled("no more needed", false),
                new Outcome.Skipped("nothing to do"));
        assertThat(others).noneMatch(outcome -> result(outcome).isSuccess());
    }

    @Test
    void a_call_takes_from_its_start_to_its_end() {
        Instant start = Instant.EPOCH;
        Outcome outcome = new Outcome.Skipped("nothing to do");

        assertThat(result(outcome, 0, start, start).duration()).isZero();
        assertThat(result(outcome, 0, start, start.plusMillis(5)).duration()).hasMillis(5);
        assertThatThrownBy(() -> result(outcome, 0, start, start.minusMillis(5)))
                .hasMessage("end 1969-12-31T23:59:59.995Z is before start 1970-01-01T00:00:00Z");
        assertThatThrownBy(() -> result(outcome, -1, start, start)).hasMessage("attempts must be >= 0, was -1");
    }

    @Test
    void every_outcome_has_a_message() {
        assertThat(new Outcome.Succeeded(5).message()).isEqualTo("succeeded");
        assertThat(new Outcome.Failed(new IllegalStateException("no such page")).message())
                .isEqualTo("no such page");
        assertThat(new Outcome.Failed(new IllegalStateException()).message())
                .isEqualTo("java.lang.IllegalStateException");
        assertThat(new Outcome.Failed(new IllegalStateException(" ")).message())
                .isEqualTo("java.lang.IllegalStateException");
    }

    @Test
    void a_failure_that_cannot_tell_its_message_tells_what_it_is() {
        assertThat(new Outcome.Failed(new Mute(new IllegalStateException())).message())
                .isEqualTo(Mute.class.getName());
        assertThat(new Outcome.Failed(new Mute(new StackOverflowError())).message())
                .isEqualTo(Mute.class.getName());
    }

    private static CallResult result(Outcome outcome) {
        return result(outcome, 1, Instant.EPOCH, Instant.EPOCH);
    }

    private static CallResult result(Outcome outcome, int attempts, Instant start, Instant end) {
        return new CallResult(CALL, outcome, attempts, start, end, CallResult.ThreadKind.OWNER);
    }

    @SuppressWarnings("serial")
    private static final class Mute extends RuntimeException {
        private final Throwable instead;

        Mute(Throwable instead) {
            this.instead = instead;
        }

        @Override
        public String getMessage() {
            if (instead instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) instead;
        }
    }
}
