package dev.interlock.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.ToolPolicy;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class LimitsTest {

    private static final long NONE = Limits.NO_LIMIT;
    private static final ToolTraits ANY = tool(policy -> policy);

    private static ToolTraits tool(UnaryOperator<ToolPolicy.Builder> policy) {
        return new ToolTraits("t", policy.apply(ToolPolicy.builder()).build(), List.of(), true, true);
    }

    private static Limits limits(long timeout, long callTimeout, long roundTimeout) {
        return new Limits(2, timeout, callTimeout, roundTimeout, 10, 50, false);
    }

    @Test
    void the_limits_of_the_executor_hold_for_a_tool_without_its_own() {
        Limits limits = limits(3, 4, 5);
        assertThat(limits.timeoutNanosOf(ANY)).isEqualTo(3);
        assertThat(limits.callTimeoutNanosOf(ANY)).isEqualTo(4);
    }

    @Test
    void the_policy_of_a_tool_comes_first() {
        Limits limits = limits(3, 4, 5);
        ToolTraits tool = tool(policy -> policy.timeout(Duration.ofMillis(7)).callTimeout(Duration.ofMillis(8)));
        assertThat(limits.timeoutNanosOf(tool)).isEqualTo(7_000_000);
        assertThat(limits.callTimeoutNanosOf(tool)).isEqualTo(8_000_000);
    }

    @Test
    void without_any_limit_the_time_of_no_tool_is_limited() {
        Limits limits = limits(NONE, NONE, NONE);
        assertThat(limits.limitTimeOf(ANY)).isFalse();
        assertThat(limits.limitTimeOfAll()).isFalse();
    }

    @Test
    void each_limit_of_the_executor_limits_the_time_of_all_tools() {
        assertThat(List.of(limits(1, NONE, NONE), limits(NONE, 1, NONE), limits(NONE, NONE, 1)))
                .allMatch(limits -> limits.limitTimeOf(ANY))
                .allMatch(Limits::limitTimeOfAll);
    }

    @Test
    void a_limit_of_a_tool_limits_only_the_time_of_its_calls() {
        Limits limits = limits(NONE, NONE, NONE);
        assertThat(limits.limitTimeOf(tool(policy -> policy.timeout(Duration.ofMillis(7)))))
                .isTrue();
        assertThat(limits.limitTimeOf(tool(policy -> policy.callTimeout(Duration.ofMillis(7)))))
                .isTrue();
        assertThat(limits.limitTimeOf(ANY)).isFalse();
        assertThat(limits.limitTimeOfAll()).isFalse();
    }

    @Test
    void a_limit_of_centuries_in_a_policy_is_none() {
        ToolTraits tool = tool(policy -> policy.timeout(Duration.ofDays(365_000)));
        assertThat(limits(3, NONE, NONE).timeoutNanosOf(tool)).isEqualTo(NONE);
        assertThat(limits(3, NONE, NONE).limitTimeOf(tool)).isFalse();
    }

    @Test
    void a_duration_becomes_nanoseconds() {
        assertThat(Limits.toNanos(Duration.ofMillis(20))).isEqualTo(20_000_000);
        assertThat(Limits.toNanos(Duration.ofNanos(1))).isEqualTo(1);
    }

    @Test
    void no_duration_is_no_limit() {
        assertThat(Limits.toNanos(null)).isEqualTo(NONE);
    }

    @Test
    void a_duration_that_no_reading_can_count_is_no_limit() {
        Duration most = Duration.ofNanos(Long.MAX_VALUE);
        assertThat(Limits.toNanos(most.minusNanos(1))).isEqualTo(Long.MAX_VALUE - 1);
        assertThat(Limits.toNanos(most)).isEqualTo(NONE);
        assertThat(Limits.toNanos(most.plusNanos(1))).isEqualTo(NONE);
        assertThat(Limits.toNanos(Duration.ofSeconds(Long.MAX_VALUE))).isEqualTo(NONE);
    }
}
