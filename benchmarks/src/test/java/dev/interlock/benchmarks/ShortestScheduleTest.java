package dev.interlock.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ShortestScheduleTest {

    private static int shortest(int permits, int[] millis, List<List<Integer>> dependencies) {
        return ShortestSchedule.millis(millis.length, permits, call -> millis[call], dependencies::get)
                .orElseThrow();
    }

    private static List<List<Integer>> none(int calls) {
        return new ArrayList<>(Collections.nCopies(calls, List.of()));
    }

    @Test
    void three_equal_calls_with_two_permits_take_the_time_of_two() {
        assertThat(shortest(2, new int[] {10, 10, 10}, none(3))).isEqualTo(20);
    }

    @Test
    void the_greedy_longest_first_is_not_always_the_shortest() {
        // Longest first gives 3 + 2 + 2 = 7 beside 3 + 2; two and two against three twos is 6.
        assertThat(shortest(2, new int[] {3, 3, 2, 2, 2}, none(5))).isEqualTo(6);
    }

    @Test
    void a_chain_takes_its_length_with_any_number_of_permits() {
        assertThat(shortest(5, new int[] {4, 5, 6}, List.of(List.of(), List.of(0), List.of(1))))
                .isEqualTo(15);
    }

    @Test
    void the_head_of_a_long_chain_is_started_first() {
        assertThat(shortest(2, new int[] {5, 5, 1, 9}, List.of(List.of(), List.of(), List.of(), List.of(2))))
                .isEqualTo(10);
    }

    @Test
    void it_is_never_below_the_bounds_nor_above_any_list_schedule() {
        Random random = new Random(7);
        for (int round = 0; round < 300; round++) {
            int calls = 1 + random.nextInt(7);
            int permits = 1 + random.nextInt(3);
            int[] millis = random.ints(calls, 1, 9).toArray();
            List<List<Integer>> dependencies = new ArrayList<>();
            for (int call = 0; call < calls; call++) {
                List<Integer> earlier = new ArrayList<>();
                for (int other = 0; other < call; other++) {
                    if (random.nextInt(4) == 0) {
                        earlier.add(other);
                    }
                }
                dependencies.add(earlier);
            }
            int shortest = shortest(permits, millis, dependencies);
            assertThat(shortest)
                    .isGreaterThanOrEqualTo(Math.ceilDiv(Arrays.stream(millis).sum(), permits))
                    .isLessThanOrEqualTo(inCallOrder(permits, millis, dependencies));
        }
    }

    /** Each call as early as the earlier ones, which keep their times, and the permits allow. */
    private static int inCallOrder(int permits, int[] millis, List<List<Integer>> dependencies) {
        int[] start = new int[millis.length];
        int last = 0;
        for (int call = 0; call < millis.length; call++) {
            for (int earlier : dependencies.get(call)) {
                start[call] = Math.max(start[call], start[earlier] + millis[earlier]);
            }
            while (!fits(call, start, millis, permits)) {
                start[call]++;
            }
            last = Math.max(last, start[call] + millis[call]);
        }
        return last;
    }

    private static boolean fits(int call, int[] start, int[] millis, int permits) {
        for (int at = start[call]; at < start[call] + millis[call]; at++) {
            int running = 1;
            for (int other = 0; other < call; other++) {
                if (start[other] <= at && at < start[other] + millis[other]) {
                    running++;
                }
            }
            if (running > permits) {
                return false;
            }
        }
        return true;
    }
}
