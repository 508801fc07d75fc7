package dev.interlock.board;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.board.ScoreboardRun.Move;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The scoreboard against brute force on random batches: 100,000 for each test, or as many as {@code
 * -Dinterlock.batches=1000000} says, see {@link Seeds}.
 */
class ScoreboardOracleTest {

    private static final int PARTS = 4;
    private static final EnumSet<Move> RUN = EnumSet.of(Move.ADMIT, Move.COMPLETE);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void the_transitive_closure_is_that_of_all_conflicting_pairs(long part) {
        Seeds.check(part, PARTS, random -> {
            Batch batch = Batch.random(random, random.nextInt(10) == 0 ? Batch.MOST_CALLS : 12);
            Scoreboard board = new Scoreboard();
            for (int call = 0; call < batch.size(); call++) {
                batch.admitTo(board, call);
            }
            long[] closure = closure(board);
            if (!Arrays.equals(closure, batch.closure())) {
                assertThat(closure).as("%s", batch).isEqualTo(batch.closure());
            }
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void any_order_of_ends_gives_the_serial_state(long part) {
        Seeds.check(part, PARTS, random -> run(random, RUN, true));
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24})
    void calls_admitted_while_others_run_or_have_ended_wait_for_no_more_and_no_less(long part) {
        Seeds.check(part, PARTS, random -> run(random, RUN, false));
    }

    @ParameterizedTest
    @ValueSource(longs = {31, 32, 33, 34})
    void calls_may_be_withdrawn_detached_released_and_cancelled_at_any_time(long part) {
        Seeds.check(part, PARTS, random -> run(random, someMoves(random), random.nextInt(4) == 0));
    }

    private static void run(SplittableRandom random, EnumSet<Move> moves, boolean admitAllFirst) {
        Batch batch = Batch.random(random, random.nextInt(20) == 0 ? 40 : 10);
        new ScoreboardRun(batch, Chooser.random(random), moves, admitAllFirst).toTheEnd();
    }

    private static EnumSet<Move> someMoves(SplittableRandom random) {
        EnumSet<Move> moves = EnumSet.copyOf(RUN);
        for (Move move : Move.values()) {
            if (random.nextInt(move == Move.CANCEL ? 4 : 2) == 0) {
                moves.add(move);
            }
        }
        return moves;
    }

    /** For each call the calls that it waits for, through joins and other calls, as bits. */
    private static long[] closure(Scoreboard board) {
        long[] before = new long[board.nodes()];
        for (int node = 0; node < before.length; node++) {
            int ticket = board.ticketOf(node);
            long through = before[node] | (ticket < 0 ? 0 : 1L << ticket);
            for (int edge = board.firstEdge(node); edge >= 0; edge = board.edgeNext(edge)) {
                before[board.edgeTo(edge)] |= through;
            }
        }
        long[] closure = new long[board.size()];
        Arrays.setAll(closure, ticket -> before[board.nodeOf(ticket)]);
        return closure;
    }
}
