package dev.interlock.board;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Access;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StartOrderTest {

    @Test
    void the_call_with_the_longest_path_weighs_most() {
        Scoreboard board = new Scoreboard();
        board.admit(List.of());
        board.admit(List.of());
        int first = board.admit(List.of(Access.write("a")));
        board.admit(List.of(Access.write("a")));
        long[] weights = StartOrder.weights(board, new long[] {3, 3, 2, 2}, new int[4], 2);
        assertThat(weights).containsExactly(3, 3, 4, 2);
        assertThat(first).isEqualTo(2);
    }

    @Test
    void call_order_stays_where_the_paths_promise_nothing_better() {
        Scoreboard board = new Scoreboard();
        board.admit(List.of());
        board.admit(List.of());
        board.admit(List.of());
        // 1 + 2 beside 3, in either order.
        assertThat(StartOrder.weights(board, new long[] {1, 3, 2}, new int[3], 2))
                .containsExactly(0, 0, 0);
    }

    @Test
    void a_call_of_which_nothing_is_known_counts_as_the_mean_of_the_others() {
        Scoreboard board = new Scoreboard();
        for (int i = 0; i < 4; i++) {
            board.admit(List.of());
        }
        assertThat(StartOrder.weights(board, new long[] {2, 0, 0, 10}, new int[4], 2))
                .containsExactly(2, 6, 6, 10);
    }

    @Test
    void all_calls_count_the_same_where_nothing_is_known() {
        Scoreboard board = new Scoreboard();
        board.admit(List.of());
        board.admit(List.of());
        board.admit(List.of(Access.write("a")));
        board.admit(List.of(Access.write("a")));
        long[] weights = StartOrder.weights(board, new long[4], new int[4], 2);
        assertThat(weights[2]).isEqualTo(2 * weights[0]).isGreaterThan(weights[1]);
    }

    @Test
    void calls_that_are_over_take_nothing_and_hold_nobody_up() {
        Scoreboard board = new Scoreboard();
        board.admit(List.of(Access.write("a")));
        board.admit(List.of());
        board.admit(List.of());
        board.admit(List.of(Access.write("a")));
        assertThat(StartOrder.weights(board, new long[] {StartOrder.OVER, 2, 2, 4}, new int[4], 2))
                .containsExactly(0, 2, 2, 4);
        assertThat(StartOrder.weights(board, new long[] {StartOrder.OVER, 3, StartOrder.OVER, 3}, new int[4], 2))
                .containsExactly(0, 0, 0, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5})
    void no_batch_is_expected_to_take_longer_than_in_call_order(int permits) {
        long[] gained = new long[2];
        Seeds.check(40 + permits, 20, random -> {
            Batch batch = Batch.random(random, 24);
            long[] times = times(random, batch.size());
            int[] priorities = new int[batch.size()];
            Arrays.setAll(priorities, call -> random.nextInt(10) == 0 ? 1 : 0);
            Scoreboard board = new Scoreboard();
            for (int call = 0; call < batch.size(); call++) {
                batch.admitTo(board, call);
            }
            long[] weights = StartOrder.weights(board, times, priorities, permits);
            long inCallOrder = makespan(batch, times, priorities, new long[batch.size()], permits);
            long weighed = makespan(batch, times, priorities, weights, permits);
            assertThat(weighed).as("%s, %s", batch, Arrays.toString(times)).isLessThanOrEqualTo(inCallOrder);
            gained[0] += inCallOrder;
            gained[1] += weighed;
        });
        assertThat(gained[1]).isLessThan(gained[0]);
    }

    private static long[] times(SplittableRandom random, int size) {
        long[] times = new long[size];
        Arrays.setAll(times, call -> 1 + (random.nextInt(4) == 0 ? random.nextInt(100) : random.nextInt(10)));
        return times;
    }

    /** Plays a batch by the pairwise truth: in each step of time every call that may run and has a permit does. */
    private static long makespan(Batch batch, long[] times, int[] priorities, long[] weights, int permits) {
        long[] left = times.clone();
        boolean[] started = new boolean[left.length];
        long[] ended = {0};
        long now = 0;
        while (Long.bitCount(ended[0]) < left.length) {
            int running = 0;
            for (int call = 0; call < left.length; call++) {
                running += started[call] && left[call] > 0 ? 1 : 0;
            }
            for (; running < permits; running++) {
                int next = next(batch, priorities, weights, started, ended[0]);
                if (next < 0) {
                    break;
                }
                started[next] = true;
            }
            long step = Long.MAX_VALUE;
            for (int call = 0; call < left.length; call++) {
                step = started[call] && left[call] > 0 ? Math.min(step, left[call]) : step;
            }
            now += step;
            for (int call = 0; call < left.length; call++) {
                if (started[call] && left[call] > 0) {
                    left[call] -= step;
                    ended[0] |= left[call] == 0 ? 1L << call : 0;
                }
            }
        }
        return now;
    }

    private static int next(Batch batch, int[] priorities, long[] weights, boolean[] started, long ended) {
        int best = -1;
        for (int call = 0; call < started.length; call++) {
            if (started[call] || (batch.direct(call) & ~ended) != 0) {
                continue;
            }
            if (best < 0
                    || priorities[call] > priorities[best]
                    || (priorities[call] == priorities[best] && weights[call] > weights[best])) {
                best = call;
            }
        }
        return best;
    }
}
