package dev.interlock.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.plan.ScoreboardRun.Move;
import java.util.EnumSet;
import java.util.SplittableRandom;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every order that the scoreboard allows, for small batches. */
class ScoreboardExhaustiveTest {

    private static final Set<Move> RUN = EnumSet.of(Move.ADMIT, Move.COMPLETE);
    private static final Set<Move> END_IN_ANY_WAY = EnumSet.of(Move.ADMIT, Move.COMPLETE, Move.WITHDRAW);

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void each_order_of_ends_of_up_to_6_calls_gives_the_serial_state_and_no_order_is_missing(long seed) {
        SplittableRandom seeds = new SplittableRandom(seed);
        for (int i = 0; i < 5_000; i++) {
            long batchSeed = seeds.nextLong();
            Batch batch = Batch.random(new SplittableRandom(batchSeed), 6);
            assertThat(runs(batch, RUN, true))
                    .as("seed %s: %s", batchSeed, batch)
                    .isEqualTo(topologicalOrders(batch));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12})
    void each_interleaving_of_admissions_and_ends_of_up_to_4_calls_is_right(long seed) {
        SplittableRandom seeds = new SplittableRandom(seed);
        for (int i = 0; i < 2_000; i++) {
            long batchSeed = seeds.nextLong();
            Batch batch = Batch.random(new SplittableRandom(batchSeed), 4);
            assertThat(runs(batch, EnumSet.complementOf(EnumSet.of(Move.TAKE, Move.CANCEL, Move.RELEASE)), false))
                    .as("seed %s: %s", batchSeed, batch)
                    .isPositive();
        }
    }

    /** The shortest batches in which a group of readers or writers gives way to a second one have 5 calls. */
    @Test
    void every_batch_of_5_single_accesses_on_a_path_of_3_is_right_in_each_interleaving_with_withdrawals() {
        Universe universe = new Universe(1, 2);
        assertThat(runsOfAllBatches(universe, 5)).isGreaterThan(1_000_000);
    }

    @Test
    void every_batch_of_4_single_accesses_on_a_root_and_two_leaves_is_right_in_each_interleaving_with_withdrawals() {
        assertThat(runsOfAllBatches(new Universe(2, 1), 4)).isGreaterThan(50_000);
    }

    private static long runsOfAllBatches(Universe universe, int calls) {
        int codes = universe.paths() * 2;
        int[] batch = new int[calls];
        long runs = 0;
        for (int number = 0; number < Math.pow(codes, calls); number++) {
            int rest = number;
            for (int call = 0; call < calls; call++, rest /= codes) {
                batch[call] = rest % codes;
            }
            runs += runs(Batch.ofSingleAccesses(universe, batch), END_IN_ANY_WAY, false);
        }
        return runs;
    }

    private static long runs(Batch batch, Set<Move> moves, boolean admitAllFirst) {
        Chooser.Exhaustive chooser = new Chooser.Exhaustive();
        long runs = 0;
        do {
            new ScoreboardRun(batch, chooser, moves, admitAllFirst).toTheEnd();
            runs++;
        } while (chooser.advance());
        return runs;
    }

    /** How many orders of the calls respect all conflicting pairs: summed up over the sets of calls that have ended. */
    private static long topologicalOrders(Batch batch) {
        long[] orders = new long[1 << batch.size()];
        orders[0] = 1;
        for (int done = 0; done < orders.length; done++) {
            for (int call = 0; call < batch.size(); call++) {
                if ((done >> call & 1) == 0 && (batch.direct(call) & ~done) == 0) {
                    orders[done | 1 << call] += orders[done];
                }
            }
        }
        return orders[orders.length - 1];
    }
}
