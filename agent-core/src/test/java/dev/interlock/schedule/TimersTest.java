package dev.interlock.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.schedule.Timers.CallLimit;
import dev.interlock.schedule.Timers.CallTimer;
import dev.interlock.schedule.Timers.RoundLimit;
import dev.interlock.schedule.Timers.RoundTimer;
import dev.interlock.schedule.Timers.Timer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TimersTest {

    private final Timers timers = new Timers();
    private final Call call = CallSpec.pure().make(1, 0);

    @Test
    void a_limit_passes_at_its_time_and_not_before() {
        timers.schedule(100, 10, CallLimit.CALL, call);
        assertThat(timers.isEmpty()).isFalse();
        assertThat(timers.poll(109)).isNull();
        assertThat(timers.poll(110)).isEqualTo(new CallTimer(110, CallLimit.CALL, call, 0));
        assertThat(timers.isEmpty()).isTrue();
        assertThat(timers.poll(110)).isNull();
    }

    @Test
    void a_limit_that_passed_long_ago_is_still_found() {
        timers.schedule(100, 10, RoundLimit.ROUND);
        assertThat(timers.poll(1_000)).isEqualTo(new RoundTimer(110, RoundLimit.ROUND));
    }

    @Test
    void no_limit_never_passes() {
        timers.schedule(100, Limits.NO_LIMIT, CallLimit.CALL, call);
        assertThat(timers.isEmpty()).isTrue();
        assertThat(timers.next(100)).isEqualTo(Limits.NO_LIMIT);
    }

    @Test
    void limits_pass_in_the_order_of_their_times_whichever_was_set_first() {
        timers.schedule(0, 30, CallLimit.CALL, call);
        timers.schedule(0, 10, RoundLimit.ROUND);
        timers.schedule(5, 15, CallLimit.GRACE, call);
        timers.schedule(0, 5, CallLimit.HELD, call);
        assertThat(timers.next(0)).isEqualTo(5);
        assertThat(limit(timers.poll(100))).isEqualTo(CallLimit.HELD);
        assertThat(limit(timers.poll(100))).isEqualTo(RoundLimit.ROUND);
        assertThat(limit(timers.poll(100))).isEqualTo(CallLimit.GRACE);
        assertThat(limit(timers.poll(100))).isEqualTo(CallLimit.CALL);
    }

    @Test
    void readings_may_overflow() {
        timers.schedule(Long.MAX_VALUE, 10, CallLimit.CALL, call);
        timers.schedule(Long.MAX_VALUE - 20, 10, RoundLimit.ROUND);
        assertThat(timers.next(Long.MAX_VALUE - 20)).isEqualTo(10);
        assertThat(limit(timers.poll(Long.MAX_VALUE))).isEqualTo(RoundLimit.ROUND);
        assertThat(timers.poll(Long.MIN_VALUE + 8)).isNull();
        assertThat(limit(timers.poll(Long.MIN_VALUE + 9))).isEqualTo(CallLimit.CALL);
    }

    @Test
    void a_limit_of_centuries_passes_as_late_as_two_readings_may_differ() {
        timers.schedule(100, Long.MAX_VALUE - 1, CallLimit.CALL, call);
        assertThat(timers.next(100)).isEqualTo(Limits.FURTHEST);
        assertThat(timers.poll(100)).isNull();
        timers.schedule(100, 10, RoundLimit.ROUND);
        assertThat(timers.next(100)).isEqualTo(10);
    }

    @Test
    void a_limit_of_an_attempt_knows_during_which_attempt_it_was_set() {
        call.beginAlone(0);
        timers.schedule(0, 10, CallLimit.ATTEMPT, call);
        assertThat(timers.poll(10)).isEqualTo(new CallTimer(10, CallLimit.ATTEMPT, call, 1));
    }

    @Test
    void the_next_limit_counts_from_now_and_may_have_passed() {
        timers.schedule(100, 10, CallLimit.CALL, call);
        assertThat(timers.next(104)).isEqualTo(6);
        assertThat(timers.next(110)).isZero();
        assertThat(timers.next(115)).isEqualTo(-5);
    }

    // The owner's park.

    @Test
    void a_limit_set_after_the_owner_parked_is_missed_if_it_passes_before_the_park_ends() {
        timers.schedule(100, 50, CallLimit.CALL, call);
        timers.park(100);
        timers.schedule(110, 39, CallLimit.ATTEMPT, call);
        assertThat(timers.takeMissed()).isTrue();
    }

    @Test
    void a_limit_that_passes_when_the_park_ends_or_later_is_not_missed() {
        timers.schedule(100, 50, CallLimit.CALL, call);
        timers.park(100);
        timers.schedule(110, 40, CallLimit.ATTEMPT, call);
        timers.schedule(110, 41, CallLimit.ATTEMPT, call);
        assertThat(timers.takeMissed()).isFalse();
    }

    @Test
    void one_missed_limit_is_not_forgotten_over_a_later_one() {
        timers.park(100);
        timers.schedule(100, 10, CallLimit.CALL, call);
        timers.schedule(100, Limits.FURTHEST, CallLimit.CALL, call);
        assertThat(timers.takeMissed()).isTrue();
    }

    @Test
    void any_limit_is_missed_by_an_owner_that_parks_without_one() {
        timers.park(100);
        assertThat(timers.takeMissed()).isFalse();
        timers.schedule(100, Limits.FURTHEST - 1, CallLimit.CALL, call);
        assertThat(timers.takeMissed()).isTrue();
    }

    @Test
    void a_missed_limit_is_reported_once() {
        timers.park(100);
        timers.schedule(100, 10, CallLimit.CALL, call);
        assertThat(timers.takeMissed()).isTrue();
        assertThat(timers.takeMissed()).isFalse();
    }

    @Test
    void the_next_park_knows_the_limits_that_were_missed() {
        timers.park(100);
        timers.schedule(100, 10, CallLimit.CALL, call);
        timers.park(101);
        assertThat(timers.takeMissed()).isFalse();
        timers.schedule(102, 8, CallLimit.CALL, call);
        assertThat(timers.takeMissed()).isFalse();
        timers.schedule(102, 7, CallLimit.CALL, call);
        assertThat(timers.takeMissed()).isTrue();
    }

    private static Object limit(@Nullable Timer timer) {
        return switch (Objects.requireNonNull(timer)) {
            case RoundTimer ofRound -> ofRound.limit();
            case CallTimer ofCall -> ofCall.limit();
        };
    }
}
