package dev.interlock.board;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Access;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Attacks on the trie's invariant: readers of a resource, and writers below one, stand for each other once a call has
 * depended on them. What if that call has ended, was withdrawn, or is the very call that joins the group?
 */
class ScoreboardGroupsTest {

    private final Scoreboard board = new Scoreboard();

    @Test
    void a_second_group_of_readers_stands_for_the_first() {
        admit(read("a"));
        admit(write("a/x"));
        admit(read("a"));
        admit(write("a/y"));
        admit(write("a/x"));
        ready(0);
        end(0, 1);
        end(1, 2);
        end(2, 3, 4);
    }

    @Test
    void readers_that_come_after_the_writer_below_has_ended_do_not_wait_for_earlier_ones() {
        admit(read("a"));
        admit(read("a/y"));
        admit(write("a/x"));
        ready(0, 1);
        end(0, 2);
        end(2);
        admit(read("a"));
        ready(3);
        admit(write("a/y"));
        ready();
        end(3);
        end(1, 4);
    }

    @Test
    void a_withdrawn_writer_below_still_stands_between_two_groups_of_readers() {
        admit(read("a"));
        admit(write("a/x"));
        withdraw(1);
        admit(write("a/y"));
        admit(read("a"));
        admit(write("a/z"));
        ready(0);
        end(0, 2);
        end(2, 3);
        end(3, 4);
    }

    @Test
    void the_first_group_of_readers_is_not_forgotten_when_the_writer_that_joined_it_is_withdrawn() {
        admit(read("a"));
        admit(write("a/x"));
        withdraw(1);
        admit(read("a"));
        admit(write("a/y"));
        ready(0);
        end(0, 2);
        end(2, 3);
    }

    @Test
    void the_first_group_of_writers_below_is_not_forgotten_when_the_reader_that_joined_it_is_withdrawn() {
        admit(write("a/x"));
        admit(read("a"));
        withdraw(1);
        admit(write("a/y"));
        admit(read("a"));
        ready(0);
        end(0, 2);
        end(2, 3);
    }

    @Test
    void a_second_group_of_writers_below_waits_through_the_reader_between() {
        admit(write("a/x"));
        admit(write("a/y/z"));
        admit(read("a"));
        admit(write("a/x"));
        admit(write("a/y"));
        admit(read("a"));
        ready(0, 1);
        end(1);
        end(0, 2);
        end(2, 3, 4);
        end(4);
        end(3, 5);
    }

    @Test
    void a_group_of_which_some_have_ended_waits_for_the_others() {
        admit(read("a"));
        admit(read("a"));
        admit(read("a"));
        ready(0, 1, 2);
        end(1);
        admit(write("a/x"));
        admit(write("a/y"));
        ready();
        end(0);
        end(2, 3, 4);
    }

    @Test
    void a_group_of_which_all_have_ended_holds_nobody_up() {
        admit(write("b"));
        admit(read("a"));
        admit(read("a"));
        ready(0, 1, 2);
        end(1);
        end(2);
        admit(write("a/x"));
        ready(3);
        admit(read("a"));
        ready();
        end(3, 4);
    }

    @Test
    void a_call_may_read_above_what_it_writes_without_waiting_for_itself() {
        admit(read("a"), write("a/x"), read("a/x/y"));
        admit(write("a/y"), read("a"), write("a/y"));
        admit(write("a/x/y"));
        ready(0);
        end(0, 1);
        end(1, 2);
    }

    @Test
    void a_write_forgets_what_is_at_and_below_it_but_not_beside_it() {
        admit(write("a/x/1"));
        admit(read("a/y"));
        admit(read("a"));
        admit(write("a/x"));
        admit(write("a/y"));
        admit(read("a/x/1"));
        ready(0, 1);
        end(0, 2);
        end(1);
        end(2, 3, 4);
        end(3, 5);
    }

    @Test
    void a_reader_below_a_written_resource_waits_only_for_the_last_writer() {
        admit(write("a"));
        admit(write("a"));
        admit(read("a/x/y"));
        ready(0);
        withdraw(1);
        end(0, 2);
    }

    @Test
    void data_dependencies_do_not_make_a_call_stand_for_another() {
        admit(read("a"));
        assertThat(board.admit(List.of(write("b")), 0)).isEqualTo(1);
        admit(read("b"));
        admit(write("a/x"));
        ready(0);
        end(0, 1, 3);
        end(1, 2);
    }

    @Test
    void what_was_known_before_all_calls_had_ended_is_forgotten() {
        for (int round = 0; round < 3; round++) {
            int first = admit(read("a"));
            int second = admit(write("a/x"));
            ready(first);
            end(first, second);
            end(second);
            assertThat(board.unfinished()).isZero();
        }
        assertThat(board.edges()).isEqualTo(3);
    }

    @Test
    void a_group_is_joined_once_for_all_accesses_of_a_call() {
        admit(read("a"));
        admit(read("a"));
        admit(write("a/x"), write("a/y"), write("a/x"));
        assertThat(board.nodes()).isEqualTo(4);
        assertThat(board.edges()).isEqualTo(3);
    }

    @Test
    void a_write_is_all_that_is_left_of_what_was_at_and_below_it() {
        admit(read("a"));
        admit(read("a"));
        admit(write("a/x"));
        admit(write("a/y"));
        admit(read("a"));
        admit(read("a"));
        admit(write("a"));
        int edges = board.edges();
        admit(read("a"));
        admit(read("a"));
        admit(write("a/x"));
        admit(write("a"));
        // The two reads and the write below wait for the write, the write below for the join of the reads, the last
        // write for the write before all, the reads and the one below.
        assertThat(board.edges()).isLessThanOrEqualTo(edges + 2 + 2 + 2 + 3);
        edges = board.edges();
        admit(write("a"));
        assertThat(board.edges()).isEqualTo(edges + 1);
        admit(read("a"));
        assertThat(board.edges()).isEqualTo(edges + 2);
        admit(write("a/x"));
        assertThat(board.edges()).isEqualTo(edges + 4);
    }

    @Test
    void a_resource_that_a_call_names_twice_counts_once() {
        admit(read("a"), read("a"));
        admit(read("b"), read("a"), read("b"));
        admit(write("a/x"));
        assertThat(board.nodes()).isEqualTo(4);
        assertThat(board.edges()).isEqualTo(3);
        admit(write("b/x"), write("b/y"), write("b/x"));
        admit(read("b"));
        assertThat(board.nodes()).isEqualTo(6);
        assertThat(board.edges()).isEqualTo(5);
    }

    @Test
    void a_group_of_one_needs_no_join() {
        admit(read("a"));
        admit(write("a/x"));
        admit(read("a"));
        admit(write("a/x"));
        assertThat(board.nodes()).isEqualTo(4);
    }

    private static Access read(String path) {
        return Access.read(path);
    }

    private static Access write(String path) {
        return Access.write(path);
    }

    private int admit(Access... accesses) {
        return board.admit(List.of(accesses));
    }

    private void withdraw(int ticket) {
        board.complete(ticket);
    }

    /** After the end of a call exactly the given ones become ready. */
    private void end(int ticket, int... nowReady) {
        board.complete(ticket);
        ready(nowReady);
    }

    private void ready(int... expected) {
        List<Integer> tickets = new ArrayList<>();
        for (int ticket = board.nextReady(); ticket >= 0; ticket = board.nextReady()) {
            tickets.add(ticket);
        }
        assertThat(tickets)
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(expected).boxed().toList());
    }
}
