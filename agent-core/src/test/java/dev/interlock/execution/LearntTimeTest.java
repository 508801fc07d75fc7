package dev.interlock.execution;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LearntTimeTest {

    private static final long MICRO = 1_000;
    private static final long MILLI = 1_000_000;

    private final LearntTime time = new LearntTime();

    /** Whether threads for so many calls of the tool cost more than they save, in a JVM's first round. */
    private boolean isBrief(int calls) {
        return (calls - 1) * time.estimateNanos() < LearntTime.threadsNanos(calls, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 8, 100, 10_000})
    void an_unknown_tool_is_not_brief(int calls) {
        assertThat(isBrief(calls)).isFalse();
        assertThat(time.expectedNanos()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 8, 100, 10_000})
    void a_tool_whose_first_call_was_slow_is_not_brief(int calls) {
        time.ranOnThread(200 * MILLI);
        assertThat(isBrief(calls)).isFalse();
    }

    @Test
    void one_call_is_enough_to_find_a_tool_brief() {
        time.ranOnOwner(20 * MICRO);
        assertThat(time.estimateNanos()).isEqualTo(40 * MICRO);
    }

    @Test
    void a_first_call_that_loads_classes_does_not_keep_a_brief_tool_on_threads() {
        time.ranOnThread(200 * MILLI);
        assertThat(time.estimateNanos()).isEqualTo(1_100 * MICRO);
        for (int i = 0; i < 32; i++) {
            time.ranOnThread(11 * MICRO);
        }
        assertThat(time.estimateNanos()).isLessThan(20 * MICRO);
    }

    @Test
    void a_tool_whose_first_call_was_brief_by_chance_soon_counts_as_slow() {
        time.ranOnOwner(5 * MICRO);
        for (int i = 0; i < 8; i++) {
            time.ranOnOwner(100 * MILLI);
        }
        assertThat(time.estimateNanos()).isGreaterThan(MILLI);
    }

    @Test
    void one_call_in_a_hundred_that_is_slow_leaves_a_tool_brief() {
        long greatest = 0;
        for (int i = 0; i < 10_000; i++) {
            time.ranOnOwner(i % 100 == 50 ? 10 * MILLI : 5 * MICRO);
            greatest = Math.max(greatest, i < 100 ? 0 : time.estimateNanos());
        }
        assertThat(greatest).isLessThan(15 * MICRO);
    }

    @Test
    void one_call_in_four_that_is_slow_makes_a_tool_slow() {
        for (int i = 0; i < 10_000; i++) {
            time.ranOnOwner(i % 4 == 0 ? 10 * MILLI : 5 * MICRO);
        }
        assertThat(time.estimateNanos()).isGreaterThan(MILLI);
    }

    @Test
    void threads_cost_less_the_more_rounds_the_jvm_has_had() {
        assertThat(LearntTime.threadsNanos(8, 0)).isEqualTo(8 * 144 * MICRO);
        assertThat(LearntTime.threadsNanos(8, 100)).isEqualTo(648 * MICRO);
        assertThat(LearntTime.threadsNanos(8, 1_000_000)).isEqualTo(144 * MICRO + 100);
        assertThat(LearntTime.threadsNanos(8, Integer.MAX_VALUE)).isEqualTo(144 * MICRO);
    }
}
