package dev.interlock.board;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.board.ScoreboardRun.Move;
import java.util.EnumSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every order that the scoreboard allows, for small batches. */
class ScoreboardExhaustiveTest {

    private static final Set<Move> RUN = EnumSet.of(Move.ADMIT, Move.COMPLETE);

    /** The root, a child and its child; the root and two children. */
    private static final Universe CHAIN = new Universe(1, 2);

    private static final Universe FORK = new Universe(2, 1);

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
    void each_interleaving_of_admissions_and_ends_of_any_kind_of_up_to_4_calls_is_right(long seed) {
        Set<Move> moves = EnumSet.of(Move.ADMIT, Move.COMPLETE, Move.WITHDRAW, Move.DETACH);
        SplittableRandom seeds = new SplittableRandom(seed);
        for (int i = 0; i < 100; i++) {
            long batchSeed = seeds.nextLong();
            Batch batch = Batch.random(new SplittableRandom(batchSeed), 4);
            assertThat(runs(batch, moves, false))
                    .as("seed %s: %s", batchSeed, batch)
                    .isPositive();
        }
    }

    /** In 5 calls a group of readers, or of writers below, gives way to a second one that a fifth call finds. */
    @Test
    void every_batch_of_5_single_accesses_is_right_in_each_interleaving_of_admissions_and_ends() {
        assertThat(runsOfAllBatches(FORK, 5, RUN)).isGreaterThan(100_000);
    }

    @Test
    void every_batch_of_4_single_accesses_is_right_in_each_interleaving_with_withdrawals() {
        Set<Move> moves = EnumSet.of(Move.ADMIT, Move.COMPLETE, Move.WITHDRAW);
        assertThat(runsOfAllBatches(CHAIN, 4, moves)).isGreaterThan(50_000);
        assertThat(runsOfAllBatches(FORK, 4, moves)).isGreaterThan(50_000);
    }

    private static long runsOfAllBatches(Universe universe, int calls, Set<Move> moves) {
        int codes = universe.paths() * 2;
        int[] batch = new int[calls];
        long runs = 0;
        for (int number = 0; number < Math.pow(codes, calls); number++) {
            int rest = number;
            for (int call = 0; call < calls; call++, rest /= codes) {
                batch[call] = rest % codes;
            }
            runs += runs(Batch.ofSingleAccesses(universe, batch), moves, false);
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
