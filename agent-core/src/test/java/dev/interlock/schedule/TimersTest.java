package dev.interlock.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.schedule.Timers.Limit;
import dev.interlock.schedule.Timers.Timer;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class TimersTest {

    private final Timers timers = new Timers();
    private final Call call = CallSpec.pure().make(1, 0);

    @Test
    void a_limit_passes_at_its_time_and_not_before() {
        timers.schedule(100, 10, Limit.CALL, call);
        assertThat(timers.isEmpty()).isFalse();
        assertThat(timers.poll(109)).isNull();
        assertThat(timers.poll(110)).isEqualTo(new Timer(110, Limit.CALL, call, 0));
        assertThat(timers.isEmpty()).isTrue();
        assertThat(timers.poll(110)).isNull();
    }

    @Test
    void a_limit_that_passed_long_ago_is_still_found() {
        timers.schedule(100, 10, Limit.ROUND, null);
        assertThat(timers.poll(1_000)).isEqualTo(new Timer(110, Limit.ROUND, null, 0));
    }

    @Test
    void no_limit_never_passes() {
        timers.schedule(100, Limits.NO_LIMIT, Limit.CALL, call);
        assertThat(timers.isEmpty()).isTrue();
        assertThat(timers.next(100)).isEqualTo(Limits.NO_LIMIT);
    }

    @Test
    void limits_pass_in_the_order_of_their_times_whichever_was_set_first() {
        timers.schedule(0, 30, Limit.CALL, null);
        timers.schedule(0, 10, Limit.ROUND, null);
        timers.schedule(5, 15, Limit.GRACE, null);
        timers.schedule(0, 5, Limit.HELD, null);
        assertThat(timers.next(0)).isEqualTo(5);
        assertThat(Objects.requireNonNull(timers.poll(100)).limit()).isEqualTo(Limit.HELD);
        assertThat(Objects.requireNonNull(timers.poll(100)).limit()).isEqualTo(Limit.ROUND);
        assertThat(Objects.requireNonNull(timers.poll(100)).limit()).isEqualTo(Limit.GRACE);
        assertThat(Objects.requireNonNull(timers.poll(100)).limit()).isEqualTo(Limit.CALL);
    }

    @Test
    void readings_may_overflow() {
        timers.schedule(Long.MAX_VALUE, 10, Limit.CALL, null);
        timers.schedule(Long.MAX_VALUE - 20, 10, Limit.ROUND, null);
        assertThat(timers.next(Long.MAX_VALUE - 20)).isEqualTo(10);
        assertThat(Objects.requireNonNull(timers.poll(Long.MAX_VALUE)).limit()).isEqualTo(Limit.ROUND);
        assertThat(timers.poll(Long.MIN_VALUE + 8)).isNull();
        assertThat(Objects.requireNonNull(timers.poll(Long.MIN_VALUE + 9)).limit())
                .isEqualTo(Limit.CALL);
    }

    @Test
    void a_limit_of_centuries_passes_as_late_as_two_readings_may_differ() {
        timers.schedule(100, Long.MAX_VALUE - 1, Limit.CALL, null);
        assertThat(timers.next(100)).isEqualTo(Limits.FURTHEST);
        assertThat(timers.poll(100)).isNull();
        timers.schedule(100, 10, Limit.ROUND, null);
        assertThat(timers.next(100)).isEqualTo(10);
    }

    @Test
    void a_limit_of_an_attempt_knows_during_which_attempt_it_was_set() {
        call.beginAlone(0);
        timers.schedule(0, 10, Limit.ATTEMPT, call);
        assertThat(timers.poll(10)).isEqualTo(new Timer(10, Limit.ATTEMPT, call, 1));
    }

    @Test
    void the_next_limit_counts_from_now_and_may_have_passed() {
        timers.schedule(100, 10, Limit.CALL, null);
        assertThat(timers.next(104)).isEqualTo(6);
        assertThat(timers.next(110)).isZero();
        assertThat(timers.next(115)).isEqualTo(-5);
    }

    // The owner's park.

    @Test
    void a_limit_set_after_the_owner_parked_is_missed_if_it_passes_before_the_park_ends() {
        timers.schedule(100, 50, Limit.CALL, null);
        timers.park(100);
        timers.schedule(110, 39, Limit.ATTEMPT, null);
        assertThat(timers.takeMissed()).isTrue();
    }

    @Test
    void a_limit_that_passes_when_the_park_ends_or_later_is_not_missed() {
        timers.schedule(100, 50, Limit.CALL, null);
        timers.park(100);
        timers.schedule(110, 40, Limit.ATTEMPT, null);
        timers.schedule(110, 41, Limit.ATTEMPT, null);
        assertThat(timers.takeMissed()).isFalse();
    }

    @Test
    void one_missed_limit_is_not_forgotten_over_a_later_one() {
        timers.park(100);
        timers.schedule(100, 10, Limit.CALL, null);
        timers.schedule(100, Limits.FURTHEST, Limit.CALL, null);
        assertThat(timers.takeMissed()).isTrue();
    }

    @Test
    void any_limit_is_missed_by_an_owner_that_parks_without_one() {
        timers.park(100);
        assertThat(timers.takeMissed()).isFalse();
        timers.schedule(100, Limits.FURTHEST - 1, Limit.CALL, null);
        assertThat(timers.takeMissed()).isTrue();
    }

    @Test
    void a_missed_limit_is_reported_once() {
        timers.park(100);
        timers.schedule(100, 10, Limit.CALL, null);
        assertThat(timers.takeMissed()).isTrue();
        assertThat(timers.takeMissed()).isFalse();
    }

    @Test
    void the_next_park_knows_the_limits_that_were_missed() {
        timers.park(100);
        timers.schedule(100, 10, Limit.CALL, null);
        timers.park(101);
        assertThat(timers.takeMissed()).isFalse();
        timers.schedule(102, 8, Limit.CALL, null);
        assertThat(timers.takeMissed()).isFalse();
        timers.schedule(102, 7, Limit.CALL, null);
        assertThat(timers.takeMissed()).isTrue();
    }
}
