package dev.interlock.board;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Access;
import dev.interlock.effect.Resource;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Many calls make few edges, whatever their shape, and all of them get through. It counts, it does not measure. */
class ScoreboardScaleTest {

    private static final int CALLS = 100_000;
    private static final int HALF = CALLS / 2;
    private static final Access READ_ALL = Access.read(Resource.ROOT);
    private static final Access WRITE_ALL = Access.write(Resource.ROOT);

    private static final Resource FILE = Resource.of("file");

    private final Scoreboard board = new Scoreboard();

    @Test
    void pure_calls_make_no_edges() {
        admit(CALLS, call -> List.of());
        assertEdges(0);
        assertThat(drain()).isEqualTo(CALLS);
    }

    @Test
    void reads_of_everything_make_no_edges() {
        admit(CALLS, call -> List.of(READ_ALL));
        assertEdges(0);
        assertThat(drain()).isEqualTo(CALLS);
    }

    @Test
    void k_reads_of_everything_then_m_writes_of_distinct_leaves_make_k_plus_m_edges() {
        admit(HALF, call -> List.of(READ_ALL));
        admit(HALF, call -> List.of(Access.write("account/" + call)));
        assertEdges(CALLS);
        assertThat(board.nodes()).isEqualTo(CALLS + 1);
        assertThat(drain()).isEqualTo(CALLS);
    }

    @Test
    void m_writes_of_distinct_leaves_then_k_reads_of_everything_make_k_plus_m_edges() {
        admit(HALF, call -> List.of(Access.write("account/" + call)));
        admit(HALF, call -> List.of(READ_ALL));
        assertEdges(CALLS);
        assertThat(board.nodes()).isEqualTo(CALLS + 1);
        assertThat(drain()).isEqualTo(CALLS);
    }

    @Test
    void k_reads_then_m_writes_of_one_leaf_make_k_plus_m_edges() {
        admit(HALF, call -> List.of(Access.read("account/42")));
        admit(HALF, call -> List.of(Access.write("account/42")));
        assertEdges(CALLS - 1);
        assertThat(drain()).isEqualTo(CALLS);
    }

    @Test
    void m_writes_of_distinct_leaves_then_writes_and_reads_of_everything_in_turn_make_few_edges() {
        admit(HALF, call -> List.of(Access.write("account/" + call)));
        admit(HALF, call -> List.of(call % 2 == 0 ? WRITE_ALL : READ_ALL));
        // Each write depends on the read before it and on the write before that.
        assertThat(board.edges()).isBetween(CALLS - 1, CALLS + HALF);
        assertThat(drain()).isEqualTo(CALLS);
    }

    @Test
    void alternating_blocks_of_reads_and_writes_make_at_most_3_edges_a_call() {
        admit(CALLS, call -> List.of(call / 100 % 2 == 0 ? READ_ALL : Access.write("account/" + call % 100)));
        assertThat(board.edges()).isBetween(CALLS, 3 * CALLS);
        assertThat(board.nodes()).isLessThanOrEqualTo(CALLS + CALLS / 100);
        assertThat(drain()).isEqualTo(CALLS);
    }

    @Test
    void reads_and_writes_in_turn_make_a_chain() {
        admit(CALLS, call -> List.of(call % 2 == 0 ? READ_ALL : Access.write("account/" + call)));
        assertEdges(CALLS - 1);
        assertThat(drain()).isEqualTo(CALLS);
    }

    @Test
    void barriers_make_a_chain() {
        admit(CALLS, call -> List.of(WRITE_ALL));
        assertEdges(CALLS - 1);
        assertThat(drain()).isEqualTo(CALLS);
    }

    @Test
    void writes_of_one_leaf_make_a_chain() {
        admit(CALLS, call -> List.of(Access.write("account/42")));
        assertEdges(CALLS - 1);
        assertThat(drain()).isEqualTo(CALLS);
    }

    @Test
    void barriers_between_writes_of_distinct_leaves_make_2_edges_a_call() {
        admit(CALLS, call -> List.of(call % 100 == 99 ? WRITE_ALL : Access.write("account/" + call)));
        assertThat(board.edges()).isLessThanOrEqualTo(2 * CALLS);
        assertThat(drain()).isEqualTo(CALLS);
    }

    @Test
    void one_barrier_in_the_middle_makes_an_edge_a_call() {
        admit(HALF, call -> List.of(Access.read("account/" + call)));
        admit(1, call -> List.of(WRITE_ALL));
        admit(HALF, call -> List.of(Access.read("account/" + call)));
        assertEdges(CALLS);
        assertThat(drain()).isEqualTo(CALLS + 1);
    }

    @Test
    void transfers_between_two_of_many_accounts_make_at_most_2_edges_a_call() {
        admit(CALLS, call -> List.of(account(call), account(7 * call + 1)));
        assertThat(board.edges()).isLessThanOrEqualTo(2 * CALLS);
        assertThat(drain()).isEqualTo(CALLS);
    }

    @Test
    void one_call_may_have_very_many_accesses() {
        List<Access> all =
                IntStream.range(0, HALF).mapToObj(ScoreboardScaleTest::leaf).toList();
        admit(1, call -> all);
        admit(HALF, call -> List.of(leaf(call)));
        admit(1, call -> all);
        assertEdges(CALLS);
        assertThat(drain()).isEqualTo(HALF + 2);
    }

    @Test
    void calls_that_end_before_the_next_is_admitted_make_no_edges() {
        for (int call = 0; call < CALLS; call++) {
            board.admit(List.of(call % 2 == 0 ? READ_ALL : Access.write("account/" + call)));
            assertThat(drain()).isEqualTo(1);
        }
        assertEdges(0);
        assertThat(board.nodes()).isEqualTo(CALLS);
    }

    @Test
    void calls_that_stream_past_one_that_runs_on_make_few_edges() {
        admit(1, call -> List.of(Access.write("slow")));
        assertThat(board.nextReady()).isZero();
        for (int call = 1; call < CALLS; call++) {
            board.admit(List.of(call % 3 == 0 ? Access.read("account") : Access.write("account/" + call % 1_000)));
            assertThat(drain()).isEqualTo(1);
        }
        assertEdges(0);
        assertThat(board.unfinished()).isEqualTo(1);
    }

    @Test
    void calls_that_wait_for_the_same_many_reads_find_their_first_blockers_in_a_few_steps_each() {
        Scoreboard traced = new Scoreboard(true);
        for (int call = 0; call < CALLS; call++) {
            traced.admit(List.of(call < HALF ? READ_ALL : Access.write("account/" + call)));
        }
        for (int call = HALF; call < CALLS; call++) {
            assertThat(traced.blockersOf(call, 3)).hasSize(3).allMatch(blocker -> blocker < HALF);
        }
        assertThat(traced.searched).isLessThanOrEqualTo(10L * HALF);
    }

    @Test
    void one_pass_over_many_calls_goes_on_from_each_once() {
        admit(HALF, call -> List.of(READ_ALL));
        admit(HALF, call -> List.of(Access.write("account/" + call)));
        WaiterSearch pass = new WaiterSearch(board);
        assertThat(pass.nextWaitersOf(0)).hasSize(HALF);
        for (int call = 1; call < CALLS; call++) {
            assertThat(pass.nextWaitersOf(call)).isEmpty();
        }
        assertThat(board.searched).isLessThanOrEqualTo(2L * CALLS);
    }

    @Test
    void whether_any_call_waits_is_known_at_the_first_one() {
        admit(HALF, call -> List.of(READ_ALL));
        admit(HALF, call -> List.of(Access.write("account/" + call)));
        assertThat(new WaiterSearch(board).isAny(0)).isTrue();
        assertThat(new WaiterSearch(board).isAny(CALLS - 1)).isFalse();
        assertThat(board.searched).isLessThanOrEqualTo(4);
    }

    @Test
    void a_chain_of_data_dependencies_is_drained_without_recursion() {
        for (int call = 0; call < CALLS; call++) {
            board.admit(List.of(), call == 0 ? new int[0] : new int[] {call - 1});
        }
        assertEdges(CALLS - 1);
        assertThat(new WaiterSearch(board).nextWaitersOf(0)).hasSize(CALLS - 1);
        assertThat(drain()).isEqualTo(CALLS);
    }

    @Test
    void a_chain_of_withdrawn_calls_ends_without_recursion() {
        admit(CALLS, call -> List.of(WRITE_ALL));
        for (int call = 1; call < CALLS; call++) {
            board.complete(call);
        }
        assertThat(board.unfinished()).isEqualTo(CALLS);
        assertThat(drain()).isEqualTo(1);
        assertThat(board.unfinished()).isZero();
    }

    @Test
    void k_relative_reads_then_m_absolute_writes_make_k_plus_m_edges() {
        admit(HALF, call -> List.of(Access.read("file/" + call)));
        admit(HALF, call -> List.of(Access.write(FILE.resolve("/data/" + call))));
        assertEdges(CALLS);
        assertThat(board.nodes()).isEqualTo(CALLS + 1);
        assertThat(drain()).isEqualTo(CALLS);
    }

    @Test
    void m_absolute_writes_then_k_relative_writes_make_m_plus_k_edges() {
        admit(HALF, call -> List.of(Access.write(FILE.resolve("/data/" + call))));
        admit(HALF, call -> List.of(Access.write("file/" + call)));
        assertEdges(CALLS);
        assertThat(board.nodes()).isEqualTo(CALLS + 1);
        assertThat(drain()).isEqualTo(CALLS);
    }

    @Test
    void relative_and_absolute_paths_in_blocks_make_few_edges() {
        admit(CALLS, call -> {
            Resource file =
                    call / 100 % 2 == 0 ? FILE.resolve("/data/" + call % 100) : FILE.resolve("sub/" + call % 100);
            return List.of(call % 3 == 0 ? Access.read(file) : Access.write(file));
        });
        // Of a call: into a join, from a join of readers and one of writers, from the last of the same file.
        assertThat(board.edges()).isBetween(CALLS, 5 * CALLS);
        assertThat(board.nodes()).isLessThanOrEqualTo(CALLS + 4 * CALLS / 100);
        assertThat(drain()).isEqualTo(CALLS);
    }

    @Test
    void relative_and_absolute_writes_in_turn_make_a_chain() {
        admit(CALLS, call -> List.of(Access.write(FILE.resolve((call % 2 == 0 ? "/" : "") + call))));
        assertEdges(CALLS - 1);
        assertThat(drain()).isEqualTo(CALLS);
    }

    @Test
    void paths_may_have_1000_segments() {
        String deep = IntStream.range(0, 1_000).mapToObj(i -> "s" + i).collect(Collectors.joining("/"));
        admit(1_000, call -> List.of(call % 2 == 0 ? Access.read(deep) : Access.write(deep + "/" + call)));
        admit(1, call -> List.of(Access.read("s0/s1")));
        admit(1, call -> List.of(Access.write("s0")));
        // The read and its join: the 500 writes, itself. The write: the read, all else on the path and below.
        assertThat(board.edges()).isLessThanOrEqualTo(999 + 500 + 1 + 1_000 + 2);
        assertThat(drain()).isEqualTo(1_002);
    }

    @Test
    void a_read_at_each_level_of_a_deep_path_costs_a_write_below_an_edge_a_level() {
        StringBuilder path = new StringBuilder();
        for (int depth = 0; depth < 1_000; depth++) {
            board.admit(List.of(Access.read(path.toString())));
            path.append("s/");
        }
        admit(100, call -> List.of(Access.write(path + "leaf" + call)));
        assertEdges(100 * 1_000);
        assertThat(drain()).isEqualTo(1_100);
    }

    @Test
    void a_resource_may_have_10000_children() {
        int children = 10_000;
        admit(children, call -> List.of(Access.read("wide/" + call)));
        admit(1, call -> List.of(Access.write("wide")));
        assertEdges(children);
        admit(children, call -> List.of(Access.write("wide/" + call)));
        assertEdges(2 * children);
        admit(2, call -> List.of(Access.read("wide")));
        // A join of the writers, which the two reads share; they need not name the write of all again.
        assertThat(board.edges()).isLessThanOrEqualTo(3 * children + 4);
        assertThat(drain()).isEqualTo(2 * children + 3);
    }

    private static Access account(int call) {
        return Access.write("account/" + call % 1_000);
    }

    private static Access leaf(int number) {
        return Access.write("leaf/" + number);
    }

    private void admit(int calls, IntFunction<List<Access>> accesses) {
        for (int call = 0; call < calls; call++) {
            board.admit(accesses.apply(call));
        }
    }

    private void assertEdges(int expected) {
        assertThat(board.edges()).isEqualTo(expected);
    }

    /** Runs and ends whatever is or becomes ready, and counts it. */
    private int drain() {
        int count = 0;
        for (int ticket = board.nextReady(); ticket >= 0; ticket = board.nextReady()) {
            board.complete(ticket);
            count++;
        }
        return count;
    }
}
