package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.durable.Decision;
import dev.interlock.durable.ResumeRegister;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import dev.interlock.effect.Effects;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Of all resumes of one suspension the first runs its calls. */
@Timeout(60)
class ResumedOnceTest extends SuspendFixture {

    private static final Map<Integer, Decision> APPROVED = Map.of(0, Decision.approved());

    private final ResumeRegister register = ResumeRegister.inMemory();

    private SuspendedRound payment(String... ids) {
        ToolCall[] calls = new ToolCall[ids.length];
        for (int i = 0; i < ids.length; i++) {
            calls[i] = call("pay", "id", ids[i]);
        }
        return suspended(desk().resumeRegister(register).build(), calls);
    }

    private List<CallResult> resume(SuspendedRound round, Map<Integer, Decision> decisions) {
        // As in another process that shares the register.
        return desk().resumeRegister(register).build().resume(round, decisions, tools);
    }

    @Test
    void a_second_resume_of_the_same_suspension_is_refused_and_runs_nothing() {
        SuspendedRound round = payment("1");
        assertThat(round.suspension()).isEqualTo(1);
        assertThat(values(resume(round, APPROVED))).containsExactly("pay done 1");

        assertThatThrownBy(() -> resume(round, Map.of(0, Decision.approvedAlways())))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("round " + round.id() + " was resumed before from its suspension 1: resume each suspended"
                        + " round once, and then the one that it was suspended as again");
        assertThatThrownBy(() -> resume(round.decide(APPROVED), Map.of())).isInstanceOf(IllegalStateException.class);
        assertThat(ran).containsExactly("pay 1");
    }

    @Test
    void a_round_that_is_suspended_again_is_resumed_from_there_and_not_from_where_it_was() {
        SuspendedRound first = payment("1", "2");
        SuspendedRound second = suspended(() -> resume(first, APPROVED));
        assertThat(second.suspension()).isEqualTo(2);
        assertThat(second.id()).isEqualTo(first.id());

        assertThatThrownBy(() -> resume(first, Map.of(0, Decision.approved(), 1, Decision.approved())))
                .isInstanceOf(IllegalStateException.class);
        assertThat(values(resume(second, Map.of(1, Decision.approved())))).containsExactly("pay done 1", "pay done 2");
        assertThat(ran).containsExactly("pay 1", "pay 2");
    }

    @Test
    void a_resume_that_starts_nothing_leaves_the_round_to_be_resumed() {
        SuspendedRound round = payment("1", "2");
        SuspendedRound again = suspended(() -> resume(round, Map.of(1, Decision.refused("no"))));
        assertThat(again.suspension()).isEqualTo(1);
        ToolCallExecutor closed = desk().resumeRegister(register).build();
        closed.close();
        assertThat(closed.resume(round, APPROVED, tools)).noneMatch(CallResult::isSuccess);
        assertThat(ran).isEmpty();

        assertThat(values(resume(again, APPROVED))).containsExactly("pay done 1", "tool 'pay' was not approved: no");
        assertThatThrownBy(() -> resume(round, APPROVED)).isInstanceOf(IllegalStateException.class);
        assertThat(ran).containsExactly("pay 1");
    }

    @Test
    void a_job_that_ended_elsewhere_meanwhile_is_nothing_that_the_resume_has_started() {
        SuspendedRound round = new SuspendedRound(
                "job", List.of(printing(), new SuspendedCall.Waiting(call("tell", "id", "1"), "waits")));
        ToolCallExecutor closed = executor().resumeRegister(register).build();
        closed.close();
        assertThat(closed.resume(round, Map.of(0, Decision.completed("printed")), tools))
                .extracting(CallResult::isSuccess)
                .containsExactly(true, false);
        assertThat(values(resume(round, Map.of(0, Decision.completed("printed")))))
                .containsExactly("printed", "tell done 1");
    }

    @Test
    void what_an_interceptor_has_begun_or_done_in_place_of_the_tool_has_been_started() {
        SuspendedRound round = new SuspendedRound(
                "elsewhere", List.of(new SuspendedCall.Waiting(call("pay", "id", "1"), "is approved")));
        ToolCallExecutor remote = executor()
                .resumeRegister(register)
                .interceptor(call -> "done by another machine")
                .build();
        assertThat(values(remote.resume(round, Map.of(), tools))).containsExactly("done by another machine");
        assertThatThrownBy(() -> remote.resume(round, Map.of(), tools)).isInstanceOf(IllegalStateException.class);
        assertThat(ran).isEmpty();
    }

    @Test
    void two_threads_that_resume_at_a_time_do_not_both_even_without_a_register() throws Exception {
        CountDownLatch runs = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        ToolSet slow = ToolSet.of(ToolDefinition.of("pay", Effects.writes("account/{id}"), call -> {
            runs.countDown();
            await(goOn);
            return body(call);
        }));
        SuspendedRound round = suspended(desk().build(), call("pay", "id", "1"));
        CompletableFuture<List<CallResult>> first =
                CompletableFuture.supplyAsync(() -> desk().build().resume(round, APPROVED, slow));
        await(runs);
        ToolCallExecutor other = desk().build();
        assertThatThrownBy(() -> other.resume(round, APPROVED, slow))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("round " + round.id() + " is just being resumed, by another thread");
        goOn.countDown();
        assertThat(values(first.get(20, TimeUnit.SECONDS))).containsExactly("pay done 1");
        assertThat(ran).containsExactly("pay 1");
        // Without a register it is a value, to be resumed once by who keeps it.
        assertThat(values(other.resume(round, APPROVED, slow))).containsExactly("pay done 1");
    }

    @Test
    void a_register_that_fails_lets_nothing_run() {
        SuspendedRound round = payment("1");
        IllegalArgumentException broken = new IllegalArgumentException("the table is gone");
        ToolCallExecutor executor = desk().resumeRegister(new ResumeRegister() {
                    @Override
                    public boolean enter(String id, int suspension) {
                        throw broken;
                    }

                    @Override
                    public void remove(String id, int suspension) {
                        throw new AssertionError("it has none");
                    }
                })
                .build();
        assertThatThrownBy(() -> executor.resume(round, APPROVED, tools)).isSameAs(broken);
        assertThat(ran).isEmpty();
        assertThat(values(resume(round, APPROVED))).containsExactly("pay done 1");
    }

    @Test
    void a_resume_that_is_refused_is_not_told_to_the_journal() {
        JournalInMemory journal = new JournalInMemory();
        SuspendedRound round = payment("1");
        ToolCallExecutor journalled =
                desk().resumeRegister(register).journal(journal).build();
        resume(round, APPROVED);
        assertThatThrownBy(() -> journalled.resume(round, APPROVED, tools)).isInstanceOf(IllegalStateException.class);
        assertThat(journal.inShort()).isEmpty();

        ToolCallExecutor guarded = desk().journal(journal)
                .roundGuard(calls -> {
                    throw new IllegalStateException("not within a transaction");
                })
                .build();
        assertThatThrownBy(() -> guarded.resume(round, APPROVED, tools)).hasMessage("not within a transaction");
        assertThat(journal.inShort()).isEmpty();
    }

    @Test
    void a_round_whose_process_ended_while_it_was_resumed_is_recovered_and_that_once() {
        JournalInMemory journal = new JournalInMemory();
        SuspendedRound round = payment("1");
        int[] entries = new int[1];
        journal.before(entry -> {
            if (++entries[0] > 2) {
                throw new IllegalStateException("the process has ended");
            }
        });
        desk().resumeRegister(register).journal(journal).build().resume(round, APPROVED, tools);
        journal.before(entry -> {});

        SuspendedRound recovered = journal.unfinished().getFirst();
        assertThat(recovered.suspension()).isEqualTo(2);
        assertThat(recovered.pending()).containsExactly(0);
        ToolCallExecutor next =
                executor().resumeRegister(register).journal(journal).build();
        Map<Integer, Decision> happened = Map.of(0, Decision.runAgain());
        assertThatThrownBy(() -> next.resume(round, APPROVED, tools)).isInstanceOf(IllegalStateException.class);
        assertThat(next.resume(recovered, happened, tools))
                .extracting(CallResult::outcome)
                .allMatch(Outcome::isSuccess);
        assertThat(journal.unfinished()).isEmpty();
        assertThatThrownBy(() -> next.resume(recovered, happened, tools)).isInstanceOf(IllegalStateException.class);
        assertThat(ran).containsExactly("pay 1", "pay 1");
    }
}
