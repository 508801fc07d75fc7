package dev.interlock.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AttemptClockTest {

    private final AttemptClock clock = new AttemptClock();

    @Test
    void an_attempt_is_over_once_it_has_taken_its_limit_and_not_before() {
        clock.begin(100);
        assertThat(clock.nanos(100)).isZero();
        assertThat(clock.hasPassed(10, 109)).isFalse();
        assertThat(clock.hasPassed(10, 110)).isTrue();
        assertThat(clock.hasPassed(10, 111)).isTrue();
    }

    @Test
    void the_time_while_it_stands_does_not_count() {
        clock.begin(100);
        clock.stop(103);
        clock.goOn(150);
        assertThat(clock.untimed()).isEqualTo(47);
        clock.stop(152);
        clock.goOn(160);
        assertThat(clock.untimed()).isEqualTo(55);
        assertThat(clock.nanos(164)).isEqualTo(9);
        assertThat(clock.hasPassed(10, 164)).isFalse();
        assertThat(clock.hasPassed(10, 165)).isTrue();
    }

    @Test
    void a_clock_that_stands_is_never_over() {
        clock.begin(100);
        clock.stop(105);
        assertThat(clock.hasPassed(10, 10_000)).isFalse();
        assertThat(clock.untimed()).isZero();
    }

    @Test
    void the_next_attempt_begins_with_a_clock_that_runs_from_zero() {
        clock.begin(100);
        clock.stop(105);
        clock.goOn(120);
        clock.stop(130);
        clock.begin(200);
        assertThat(clock.untimed()).isZero();
        assertThat(clock.nanos(210)).isEqualTo(10);
        assertThat(clock.hasPassed(10, 210)).isTrue();
    }

    @Test
    void readings_may_overflow() {
        clock.begin(Long.MAX_VALUE - 5);
        assertThat(clock.hasPassed(10, Long.MIN_VALUE + 3)).isFalse();
        assertThat(clock.hasPassed(10, Long.MIN_VALUE + 4)).isTrue();
    }
}
