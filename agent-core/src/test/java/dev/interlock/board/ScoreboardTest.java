package dev.interlock.board;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.interlock.effect.Access;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScoreboardTest {

    private static final Access READ = Access.read("a");
    private static final Access WRITE = Access.write("a");

    private final Scoreboard board = new Scoreboard();

    @Test
    void a_new_scoreboard_is_empty() {
        assertThat(board.nextReady()).isEqualTo(-1);
        assertThat(board.size()).isZero();
        assertThat(board.unfinished()).isZero();
    }

    @Test
    void tickets_count_from_0_in_the_order_of_admission() {
        assertThat(admit(WRITE)).isZero();
        assertThat(admit()).isEqualTo(1);
        assertThat(admit(WRITE)).isEqualTo(2);
        assertThat(board.size()).isEqualTo(3);
    }

    @Test
    void independent_calls_are_ready_at_once_in_the_order_of_admission() {
        admit(Access.write("a"));
        admit(Access.write("b"));
        admit();
        assertThat(drain()).containsExactly(0, 1, 2);
    }

    @Test
    void reads_of_one_resource_do_not_wait_for_each_other() {
        admit(READ);
        admit(READ);
        assertThat(drain()).containsExactly(0, 1);
    }

    @Test
    void a_write_waits_for_reads_and_a_read_for_a_write() {
        admit(READ);
        admit(WRITE);
        admit(READ);
        assertThat(drain()).containsExactly(0);
        board.complete(0);
        assertThat(drain()).containsExactly(1);
        board.complete(1);
        assertThat(drain()).containsExactly(2);
    }

    @Test
    void a_pure_call_does_not_wait_for_a_barrier() {
        admit(Access.write("/"));
        admit();
        assertThat(drain()).containsExactly(0, 1);
    }

    @Test
    void a_call_that_uses_a_result_waits_for_it() {
        admit();
        board.admit(List.of(), 0, 0);
        assertThat(drain()).containsExactly(0);
        board.complete(0);
        assertThat(drain()).containsExactly(1);
    }

    @Test
    void a_result_that_is_there_is_not_waited_for() {
        admit();
        board.complete(0);
        board.admit(List.of(), 0);
        assertThat(drain()).containsExactly(1);
    }

    @Test
    void calls_come_in_the_order_in_which_they_became_ready() {
        admit(WRITE);
        admit(WRITE);
        admit();
        board.complete(0);
        assertThat(drain()).containsExactly(2, 1);
    }

    @Test
    void a_call_that_ends_before_it_was_taken_is_not_handed_out() {
        admit(WRITE);
        admit(READ);
        admit();
        board.complete(0);
        board.complete(1);
        assertThat(drain()).containsExactly(2);
        assertThat(board.unfinished()).isEqualTo(1);
    }

    @Test
    void many_calls_may_be_ready_and_not_taken() {
        for (int call = 0; call < 1_000; call++) {
            admit();
            if (call % 3 == 0) {
                assertThat(board.nextReady()).isEqualTo(call / 3);
            }
        }
        assertThat(drain()).hasSize(1_000 - 334).isSorted();
    }

    @Test
    void a_withdrawn_call_does_not_become_ready_and_its_successors_wait_for_what_it_waited_for() {
        admit(WRITE);
        admit(WRITE);
        admit(WRITE);
        board.complete(1);
        assertThat(drain()).containsExactly(0);
        assertThat(board.unfinished()).isEqualTo(3);
        assertThat(new WaiterSearch(board).nextWaitersOf(0)).containsExactly(2);
        board.complete(0);
        assertThat(drain()).containsExactly(2);
        assertThat(board.unfinished()).isEqualTo(1);
    }

    @Test
    void a_call_admitted_after_a_withdrawal_waits_for_what_the_withdrawn_one_waited_for() {
        admit(Access.write("a/x"));
        admit(Access.read("a"));
        board.complete(1);
        admit(Access.write("a/y"));
        assertThat(drain()).containsExactly(0);
        board.complete(0);
        assertThat(drain()).containsExactly(2);
    }

    @Test
    void a_detached_call_keeps_its_accesses_until_it_is_released() {
        admit(WRITE);
        admit(READ);
        assertThat(drain()).containsExactly(0);
        board.detach(0);
        assertThat(drain()).isEmpty();
        admit(READ);
        assertThat(drain()).isEmpty();
        assertThat(board.unfinished()).isEqualTo(3);
        board.release(0);
        assertThat(drain()).containsExactlyInAnyOrder(1, 2);
        assertThat(board.unfinished()).isEqualTo(2);
    }

    @Test
    void a_detached_call_may_end_by_itself() {
        admit(WRITE);
        admit(READ);
        drain();
        board.detach(0);
        board.complete(0);
        assertThat(drain()).containsExactly(1);
    }

    @Test
    void nothing_becomes_ready_after_a_cancel() {
        admit(WRITE);
        admit(WRITE);
        admit();
        assertThat(board.nextReady()).isZero();
        board.cancel();
        assertThat(board.nextReady()).isEqualTo(-1);
        board.complete(0);
        admit();
        assertThat(board.nextReady()).isEqualTo(-1);
        board.complete(1);
        board.complete(2);
        board.complete(3);
        assertThat(board.unfinished()).isZero();
    }

    @Test
    void the_waiters_for_a_call_are_those_behind_it_through_whatever_others() {
        admit(Access.write("a/x"));
        admit(Access.read("a"), Access.write("b"));
        admit(Access.read("b"));
        admit(Access.read("a/y"));
        admit(Access.write("a/y"));
        board.admit(List.of(), 4);
        assertThat(new WaiterSearch(board).nextWaitersOf(0)).containsExactlyInAnyOrder(1, 2, 4, 5);
        assertThat(new WaiterSearch(board).nextWaitersOf(1)).containsExactlyInAnyOrder(2, 4, 5);
        assertThat(new WaiterSearch(board).nextWaitersOf(3)).containsExactlyInAnyOrder(4, 5);
        assertThat(new WaiterSearch(board).nextWaitersOf(5)).isEmpty();
    }

    @Test
    void a_result_of_the_call_itself_a_later_or_a_negative_one_cannot_be_used() {
        admit();
        for (int ticket : new int[] {1, 2, -1}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> board.admit(List.of(READ), 0, ticket))
                    .withMessage(
                            "call 1 cannot use the result of call " + ticket + ": call " + ticket + " is not earlier");
        }
        assertThat(board.size()).isEqualTo(1);
    }

    @Test
    void a_rejected_call_leaves_no_trace() {
        admit(Access.read("a"));
        assertThatNullPointerException().isThrownBy(() -> board.admit(Arrays.asList(Access.write("a/x"), null)));
        admit(Access.read("a"));
        admit(Access.write("a/x"));
        assertThat(drain()).containsExactly(0, 1);
        board.complete(1);
        assertThat(drain()).isEmpty();
        board.complete(0);
        assertThat(drain()).containsExactly(2);
    }

    @Test
    void a_call_ends_once() {
        admit(WRITE);
        admit(WRITE);
        admit(WRITE);
        board.complete(0);
        board.complete(2);
        for (int ticket : new int[] {0, 2}) {
            String message = "call " + ticket + " has ended already";
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> board.complete(ticket))
                    .withMessage(message);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> board.detach(ticket))
                    .withMessage(message);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> board.release(ticket))
                    .withMessage(message);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new WaiterSearch(board).nextWaitersOf(ticket))
                    .withMessage(message);
        }
        assertThat(board.unfinished()).isEqualTo(2);
    }

    @Test
    void a_call_that_was_not_admitted_is_named() {
        admit();
        for (int ticket : new int[] {-1, 1, 2}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> board.complete(ticket))
                    .withMessage("there is no call " + ticket + " among 1");
        }
    }

    @Test
    void only_a_running_call_can_be_detached_and_only_a_detached_one_released() {
        admit(WRITE);
        admit(WRITE);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> board.detach(1))
                .withMessage("call 1 is not running, so it cannot be detached");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> board.release(0))
                .withMessage("call 0 is not detached, so it cannot be released");
        board.detach(0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> board.detach(0))
                .withMessage("call 0 is not running, so it cannot be detached");
    }

    private int admit(Access... accesses) {
        return board.admit(List.of(accesses));
    }

    private List<Integer> drain() {
        List<Integer> tickets = new ArrayList<>();
        for (int ticket = board.nextReady(); ticket >= 0; ticket = board.nextReady()) {
            tickets.add(ticket);
        }
        return tickets;
    }
}
