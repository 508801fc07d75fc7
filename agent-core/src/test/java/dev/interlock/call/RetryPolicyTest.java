package dev.interlock.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryPolicyTest {

    /** Takes the whole random part off a wait, or almost. */
    private static final RandomGenerator HIGH = () -> -1L;

    private static final RandomGenerator LOW = () -> 0L;

    private final Exception failure = new IOException("down");

    @Test
    void waits_grow_up_to_the_longest_and_end_with_the_last_attempt() {
        RetryPolicy policy = RetryPolicy.builder()
                .maxAttempts(5)
                .initialDelay(Duration.ofMillis(100))
                .multiplier(3)
                .maxDelay(Duration.ofMillis(500))
                .jitter(0)
                .build();

        assertThat(policy.maxAttempts()).isEqualTo(5);
        assertThat(policy.delayAfter(1, failure, HIGH)).hasMillis(100);
        assertThat(policy.delayAfter(2, failure, HIGH)).hasMillis(300);
        assertThat(policy.delayAfter(3, failure, HIGH)).hasMillis(500);
        assertThat(policy.delayAfter(4, failure, HIGH)).hasMillis(500);
        assertThat(policy.delayAfter(5, failure, HIGH)).isNull();
    }

    @Test
    void by_default_there_are_3_attempts_200_and_400_ms_apart_of_which_half_is_random() {
        RetryPolicy policy = RetryPolicy.builder().build();

        assertThat(policy.delayAfter(1, failure, LOW)).hasMillis(200);
        assertThat(policy.delayAfter(2, failure, LOW)).hasMillis(400);
        assertThat(policy.delayAfter(2, failure, HIGH)).isBetween(Duration.ofMillis(200), Duration.ofMillis(201));
        assertThat(policy.delayAfter(3, failure, LOW)).isNull();
    }

    @Test
    void the_longest_wait_can_be_as_long_as_a_duration_can_be() {
        RetryPolicy policy = RetryPolicy.builder()
                .maxDelay(ChronoUnit.FOREVER.getDuration())
                .jitter(0)
                .build();
        RetryPolicy never = RetryPolicy.builder()
                .initialDelay(ChronoUnit.FOREVER.getDuration())
                .maxDelay(ChronoUnit.FOREVER.getDuration())
                .build();

        assertThat(policy.delayAfter(1, failure, LOW)).hasMillis(200);
        assertThat(never.delayAfter(1, failure, LOW)).isGreaterThan(Duration.ofDays(36_500));
    }

    @Test
    void by_default_an_exception_is_followed_by_another_attempt_and_an_error_is_not() {
        RetryPolicy policy = RetryPolicy.builder().build();

        assertThat(policy.delayAfter(1, new TimeoutException(), LOW)).isNotNull();
        assertThat(policy.delayAfter(1, new AssertionError(), LOW)).isNull();
        assertThat(RetryPolicy.builder()
                        .retryOn(e -> e instanceof AssertionError)
                        .build()
                        .delayAfter(1, failure, LOW))
                .isNull();
    }

    @Test
    void a_failure_asks_for_a_longer_wait_but_not_for_a_shorter_one() {
        RetryPolicy policy = RetryPolicy.builder().build();

        assertThat(policy.delayAfter(1, new Busy(Duration.ofMinutes(1)), LOW)).hasMinutes(1);
        assertThat(policy.delayAfter(1, new Busy(Duration.ofMillis(1)), LOW)).hasMillis(200);
        assertThat(policy.delayAfter(1, new RuntimeException(new IOException(new Busy(Duration.ofMinutes(1)))), LOW))
                .hasMinutes(1);
        assertThat(RetryPolicy.builder()
                        .retryAfter(e -> Duration.ofHours(1))
                        .build()
                        .delayAfter(1, new Busy(Duration.ofMinutes(1)), LOW))
                .hasHours(1);
    }

    @Test
    void causes_that_run_in_a_circle_are_not_followed_for_ever() {
        Exception first = new IOException("first");
        Exception second = new IOException("second", first);
        first.initCause(second);

        assertThat(RetryPolicy.builder().build().delayAfter(1, first, LOW)).hasMillis(200);
    }

    @Test
    void there_is_at_least_one_attempt() {
        assertThat(RetryPolicy.builder().maxAttempts(1).build().delayAfter(1, failure, LOW))
                .isNull();
        assertThatThrownBy(() -> RetryPolicy.builder().maxAttempts(0)).hasMessage("maxAttempts must be >= 1, was 0");
    }

    @Test
    void a_wait_can_be_nothing_but_not_less() {
        assertThat(RetryPolicy.builder().initialDelay(Duration.ZERO).build().delayAfter(1, failure, LOW))
                .isZero();
        assertThat(RetryPolicy.builder().maxDelay(Duration.ZERO).build().delayAfter(1, failure, LOW))
                .isZero();
        assertThatThrownBy(() -> RetryPolicy.builder().initialDelay(Duration.ofMillis(-5)))
                .hasMessage("initialDelay must be >= 0 ms, was -5 ms");
        assertThatThrownBy(() -> RetryPolicy.builder().maxDelay(Duration.ofMillis(-5)))
                .hasMessage("maxDelay must be >= 0 ms, was -5 ms");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.99, -1, Double.NaN})
    void waits_do_not_shrink(double multiplier) {
        assertThat(RetryPolicy.builder().multiplier(1).build().delayAfter(2, failure, LOW))
                .hasMillis(200);
        assertThatThrownBy(() -> RetryPolicy.builder().multiplier(multiplier))
                .hasMessage("multiplier must be >= 1, was " + multiplier);
    }

    @ParameterizedTest
    @CsvSource({"-0.01", "1.01", "NaN"})
    void the_random_part_is_from_nothing_to_all(double jitter) {
        assertThat(RetryPolicy.builder().jitter(1).build().delayAfter(1, failure, HIGH))
                .isLessThan(Duration.ofMillis(1));
        assertThatThrownBy(() -> RetryPolicy.builder().jitter(jitter))
                .hasMessage("jitter must be from 0 to 1, was " + jitter);
    }

    @SuppressWarnings("serial")
    private static final class Busy extends Exception implements RetryAfter {
        private final Duration wait;

        Busy(Duration wait) {
            this.wait = wait;
        }

        @Override
        public Duration retryAfter() {
            return wait;
        }
    }
}
