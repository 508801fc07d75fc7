package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.start;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where a guard has all calls run on the owner, a person is asked for one call after the other. */
@Timeout(60)
class OwnerApprovalTest extends ApprovalFixture {

    private ToolCallExecutor onOwner() {
        return executor().roundGuard(calls -> RoundGuard.Where.ON_OWNER).build();
    }

    @Test
    void the_owner_waits_for_each_approval_before_it_comes_to_the_next_call() throws Exception {
        var round = start(onOwner(), tools, call("pay", "id", 1), call("tell", "id", 2), call("balance", "id", 3));
        desk.awaitQuestion("pay");
        assertThat(ran).isEmpty();
        assertThat(desk.asked("tell").getCount()).isEqualTo(1);
        desk.answer("pay").complete(Approval.approved());
        desk.awaitQuestion("tell");
        assertThat(ran).containsExactly("pay 1");
        desk.answer("tell").complete(Approval.refused("not today"));
        assertThat(round.get()).extracting(CallResult::isSuccess).containsExactly(true, false, true);
        assertThat(round.get().get(0).thread()).isEqualTo(ThreadKind.OWNER);
        assertThat(ran).containsExactly("pay 1", "balance 3");
    }

    @Test
    void an_interrupt_of_the_owner_ends_the_wait_and_nobody_else_is_asked() throws Exception {
        var round = start(onOwner(), tools, call("pay", "id", 1), call("tell", "id", 2));
        desk.awaitQuestion("pay");
        round.owner().interrupt();
        assertThat(round.get()).allMatch(result -> result.outcome() instanceof Outcome.Cancelled);
        assertThat(desk.asked("tell").getCount()).isEqualTo(1);
        assertThat(ran).isEmpty();
        assertThat(round.flag().get()).isTrue();
    }
}
