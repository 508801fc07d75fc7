package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.callTimeout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolPolicy;
import dev.interlock.durable.CallPendingException;
import dev.interlock.durable.Decision;
import dev.interlock.durable.RoundSuspendedException;
import dev.interlock.durable.SuspendedRound;
import dev.interlock.effect.Effects;
import java.lang.reflect.UndeclaredThrowableException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls become pending, and rounds are suspended. */
@Timeout(60)
class SuspendTest extends SuspendFixture {

    @Test
    void independents_go_on_what_conflicts_waits_and_nothing_is_held() {
        SuspendedRound round = suspended(
                desk().build(),
                call("balance", "id", "1"),
                call("pay", "id", "1"),
                call("balance", "id", "1"),
                call("tell", "id", "1"),
                call("pay", "id", "1"));
        assertThat(ran).containsExactlyInAnyOrder("balance 1", "tell 1");
        assertThat(threads).hasValue(0);
        assertThat(round.pending()).containsExactly(1, 4);
        assertThat(List.of(state(round, 0), state(round, 1), state(round, 2), state(round, 3), state(round, 4)))
                .containsExactly(
                        "ended",
                        "APPROVAL: the owner's approval",
                        "waits for approval of call 2",
                        "ended",
                        "APPROVAL: the owner's approval");
    }

    @Test
    void a_resume_runs_what_was_approved_and_what_waited_and_nothing_twice() {
        SuspendedRound round = suspended(
                desk().build(),
                call("balance", "id", "1"),
                call("pay", "id", "1"),
                call("balance", "id", "1"),
                call("pay", "id", "2"));
        asked.clear();
        List<CallResult> results =
                desk().build().resume(round, Map.of(1, Decision.approved(), 3, Decision.refused("too much")), tools);
        assertThat(values(results))
                .containsExactly(
                        "balance done 1", "pay done 1", "balance done 1", "tool 'pay' was not approved: too much");
        assertThat(ran).containsExactly("balance 1", "pay 1", "balance 1");
        assertThat(asked).isEmpty();
        assertThat(results).extracting(CallResult::attempts).containsExactly(1, 1, 1, 0);
        assertThat(results.get(0).end()).isBeforeOrEqualTo(results.get(1).start());
    }

    @Test
    void a_round_is_suspended_again_as_often_as_something_is_not_decided() {
        SuspendedRound first =
                suspended(desk().build(), call("pay", "id", "1"), call("balance", "id", "1"), call("pay", "id", "2"));
        SuspendedRound second = suspended(() -> desk().build().resume(first, Map.of(2, Decision.approved()), tools));
        assertThat(second.id()).isEqualTo(first.id());
        assertThat(ran).containsExactly("pay 2");
        assertThat(second.pending()).containsExactly(0);
        assertThat(second.calls().get(0)).isEqualTo(first.calls().get(0));
        SuspendedRound third = suspended(() -> desk().build().resume(second, Map.of(), tools));
        assertThat(third).isEqualTo(second);
        assertThat(values(desk().build().resume(third, Map.of("id-pay", Decision.approved()), tools)))
                .containsExactly("pay done 1", "balance done 1", "pay done 2");
        assertThat(ran).containsExactly("pay 2", "pay 1", "balance 1");
        assertThat(asked).containsExactlyInAnyOrder("1", "2");
    }

    @Test
    void edited_arguments_are_planned_anew_and_are_no_references() {
        SuspendedRound round = suspended(
                desk().chaining(true).build(),
                call("pay", "id", "1"),
                call("balance", "id", "1"),
                call("balance", "id", "2"),
                call("pay", "id", "3"));
        ran.clear();
        var edited = call("pay", "id", "2").arguments();
        var reference = call("pay", "id", "${1}").arguments();
        ToolCallExecutor executor = desk().chaining(true).maxConcurrency(1).build();
        List<CallResult> results = executor.resume(
                round, Map.of(0, Decision.approvedWith(edited), 3, Decision.approvedWith(reference)), tools);
        assertThat(values(results)).containsExactly("pay done 2", "balance done 1", "balance done 2", "pay done ${1}");
        assertThat(results.get(0).call().arguments()).isEqualTo(edited);
        // The balance of 2 was read before.
        assertThat(ran).containsExactlyInAnyOrder("pay 2", "balance 1", "pay ${1}");
    }

    @Test
    void what_waited_for_the_edited_call_by_its_new_accesses_waits_for_it() {
        SuspendedRound round = suspended(desk().build(), call("pay", "id", "1"), call("pay", "id", "2"));
        SuspendedRound again = suspended(() -> desk().build()
                .resume(
                        round,
                        Map.of(1, Decision.approvedWith(call("pay", "id", "1").arguments())),
                        tools));
        assertThat(state(again, 1)).isEqualTo("waits for approval of call 1");
        assertThat(ran).isEmpty();
        assertThat(values(desk().build().resume(again, Map.of(0, Decision.approved()), tools)))
                .containsExactly("pay done 1", "pay done 1");
        assertThat(asked).hasSize(2);
    }

    @Test
    void an_external_job_is_completed_fails_or_is_looked_at_again() {
        ToolCallExecutor executor = executor().build();
        SuspendedRound round = suspended(
                executor,
                call("print", "id", "7"),
                call("print", "id", "8"),
                call("tell", "id", "1"),
                call("anything"));
        assertThat(state(round, 0)).isEqualTo("EXTERNAL: job 7");
        assertThat(state(round, 1)).isEqualTo("waits for what call 1 waits for");
        assertThat(state(round, 3)).isEqualTo("waits for what call 1 waits for");
        SuspendedRound second = suspended(() -> executor.resume(round, Map.of(0, Decision.completed("paper")), tools));
        assertThat(state(second, 1)).isEqualTo("EXTERNAL: job 8");
        SuspendedRound third = suspended(() -> executor.resume(second, Map.of(1, Decision.runAgain()), tools));
        List<CallResult> results = executor.resume(third, Map.of(1, Decision.refused("no paper")), tools);
        assertThat(values(results)).containsExactly("paper", "no paper", "tell done 1", "anything done ");
        assertThat(ran).containsExactlyInAnyOrder("print 7", "tell 1", "print 8", "print 8", "anything ");
        assertThat(results.get(0).attempts()).isEqualTo(1);
    }

    @Test
    void what_is_wrapped_by_proxies_and_futures_is_pending_too_and_is_not_tried_again() {
        ToolPolicy often = ToolPolicy.builder()
                .retry(RetryPolicy.builder().maxAttempts(5).build())
                .idempotent(true)
                .build();
        ToolSet wrapping = ToolSet.of(ToolDefinition.of("proxy", Effects.writes("a"), call -> {
            body(call);
            throw new UndeclaredThrowableException(new ExecutionException(new CallPendingException("a job")));
        }));
        ToolCallExecutor executor = executor().policy("proxy", often).build();
        SuspendedRound round = suspended(() -> executor.execute(List.of(call("proxy")), wrapping));
        assertThat(state(round, 0)).isEqualTo("EXTERNAL: a job");
        assertThat(ran).hasSize(1);
    }

    @Test
    void a_round_that_its_owner_runs_alone_is_suspended_as_well() {
        for (int permits = 1; permits <= 5; permits += 4) {
            ran.clear();
            ToolCallExecutor executor =
                    ToolCallExecutor.builder().maxConcurrency(permits).build();
            ToolSet undeclared = ToolSet.of(
                    ToolDefinition.of("before", this::body),
                    ToolDefinition.of("print", call -> {
                        body(call);
                        throw new CallPendingException("a job");
                    }),
                    ToolDefinition.of("after", this::body));
            SuspendedRound round = suspended(
                    () -> executor.execute(List.of(call("before"), call("print"), call("after")), undeclared));
            assertThat(ran).containsExactly("before ", "print ");
            assertThat(state(round, 2)).isEqualTo("waits for what call 2 waits for");
            assertThat(values(executor.resume(round, Map.of(1, Decision.completed(1)), undeclared)))
                    .containsExactly("before done ", "1", "after done ");
        }
    }

    @Test
    void a_pure_call_that_the_owner_runs_briefly_keeps_none_of_the_others() {
        ToolSet pure = ToolSet.of(
                ToolDefinition.of("sum", Effects.pure(), this::body), ToolDefinition.of("far", Effects.pure(), call -> {
                    throw new CallPendingException("a far machine");
                }));
        ToolCallExecutor executor = executor().build();
        for (int i = 0; i < 20; i++) {
            executor.execute(List.of(call("sum"), call("sum")), pure);
        }
        ran.clear();
        SuspendedRound round =
                suspended(() -> executor.execute(List.of(call("far"), call("sum"), call("far"), call("sum")), pure));
        assertThat(ran).containsExactly("sum ", "sum ");
        assertThat(round.pending()).containsExactly(0, 2);
    }

    @Test
    void limits_of_calls_stand_still_while_they_are_pending_and_that_of_the_round_does_not() throws Exception {
        FakeTime time = new FakeTime();
        CountDownLatch runs = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        ToolSet slow = ToolSet.of(tools.find("print"), ToolDefinition.of("slow", Effects.writes("slow"), call -> {
            runs.countDown();
            await(goOn);
            return "slept";
        }));
        CountDownLatch pending = new CountDownLatch(1);
        ToolCallExecutor calls = ToolCallExecutor.builder()
                .time(time)
                .listener(tells(pending))
                .policy("print", callTimeout(Duration.ofSeconds(1)))
                .build();
        var running = Fixtures.start(calls, slow, call("print", "id", "1"), call("slow"), call("print", "id", "2"));
        await(runs);
        await(pending);
        time.advance(Duration.ofSeconds(5));
        goOn.countDown();
        SuspendedRound round = suspended(running::get);
        assertThat(state(round, 0)).isEqualTo("EXTERNAL: job 1");
        assertThat(state(round, 2)).isEqualTo("waits for what call 1 waits for");
    }

    @Test
    void the_limit_of_the_round_ends_a_pending_call_while_others_run() throws Exception {
        FakeTime time = new FakeTime();
        CountDownLatch runs = new CountDownLatch(1);
        ToolSet slow = ToolSet.of(
                tools.find("print"), tools.find("tell"), ToolDefinition.of("slow", Effects.reads("slow"), call -> {
                    runs.countDown();
                    Fixtures.blockUntilInterrupted();
                    return "slept";
                }));
        CountDownLatch pending = new CountDownLatch(1);
        ToolCallExecutor rounds = ToolCallExecutor.builder()
                .time(time)
                .listener(tells(pending))
                .roundTimeout(Duration.ofSeconds(1))
                .build();
        var running = Fixtures.start(rounds, slow, call("print", "id", "1"), call("slow"), call("print", "id", "2"));
        await(runs);
        await(pending);
        time.awaitParkedUntil(Duration.ofSeconds(1));
        time.advance(Duration.ofSeconds(1));
        List<CallResult> results = running.get();
        assertThat(results).extracting(CallResult::outcome).allMatch(Outcome.TimedOut.class::isInstance);
        assertThat(((Outcome.TimedOut) results.get(0).outcome()).mayHaveTakenEffect())
                .isTrue();
        assertThat(((Outcome.TimedOut) results.get(2).outcome()).mayHaveTakenEffect())
                .isFalse();
    }

    @Test
    void a_cancel_gives_pending_calls_their_usual_outcomes() throws Exception {
        CountDownLatch runs = new CountDownLatch(1);
        ToolSet slow = ToolSet.of(
                tools.find("pay"), tools.find("print"), ToolDefinition.of("slow", Effects.reads("slow"), call -> {
                    runs.countDown();
                    Fixtures.blockUntilInterrupted();
                    return "slept";
                }));
        ToolCallExecutor executor = desk().build();
        var running = Fixtures.start(executor, slow, call("pay", "id", "1"), call("print", "id", "2"), call("slow"));
        await(runs);
        executor.close();
        List<CallResult> results = running.get();
        assertThat(results).extracting(CallResult::outcome).allMatch(Outcome.Cancelled.class::isInstance);
        assertThat(results.get(0).outcome().message()).contains("was not started: the executor was closed");
        assertThat(results.get(1).outcome().message()).doesNotContain("suspended");
    }

    @Test
    void a_round_that_fails_fast_leaves_no_call_pending() {
        ToolSet failing = ToolSet.of(tools.find("pay"), ToolDefinition.of("bad", Effects.writes("b"), call -> {
            throw new IllegalStateException("bad");
        }));
        ToolCallExecutor executor = desk().failFast(true).build();
        List<CallResult> results = executor.execute(List.of(call("pay", "id", "1"), call("bad")), failing);
        assertThat(results.get(0).outcome().message()).contains("the round fails fast");
    }

    @Test
    void a_call_cannot_be_pending_in_a_round_that_is_confined_to_its_caller() {
        for (ToolCallExecutor.Builder builder : List.of(desk(), executor())) {
            ran.clear();
            ToolCallExecutor confined =
                    builder.roundGuard(calls -> RoundGuard.Where.ON_OWNER).build();
            List<CallResult> results =
                    confined.execute(List.of(call("print", "id", "1"), call("tell", "id", "2")), tools);
            assertThat(results.get(0).outcome().message())
                    .contains("tool 'print' cannot be pending")
                    .contains("transaction")
                    .contains("job 1");
            assertThat(results.get(1).isSuccess()).isTrue();
        }
        List<CallResult> payments = desk().roundGuard(calls -> RoundGuard.Where.ON_OWNER)
                .build()
                .execute(List.of(call("pay", "id", "1")), tools);
        assertThat(payments.get(0).outcome().message())
                .contains("cannot be pending")
                .contains("the owner's approval");
    }

    @Test
    void a_round_that_still_waits_is_not_resumed_in_a_callers_transaction_and_nothing_is_lost() {
        SuspendedRound round = suspended(desk().build(), call("pay", "id", "1"), call("pay", "id", "2"));
        ToolCallExecutor confined =
                desk().roundGuard(calls -> RoundGuard.Where.ON_OWNER).build();
        assertThatThrownBy(() -> confined.resume(round, Map.of(1, Decision.approved()), tools))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("approval of call 1");
        assertThat(ran).isEmpty();
        assertThat(values(confined.resume(round, Map.of(0, Decision.approved(), 1, Decision.approved()), tools)))
                .containsExactly("pay done 1", "pay done 2");
        ToolCallExecutor refusing = desk().roundGuard(calls -> {
                    throw new IllegalArgumentException("not here");
                })
                .build();
        assertThatThrownBy(() -> refusing.resume(round, Map.of(0, Decision.approved()), tools))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not here");
        assertThat(ran).hasSize(2);
    }

    @Test
    void a_round_within_a_call_that_is_suspended_is_that_calls_failure() {
        ToolCallExecutor inner = desk().build();
        ToolSet outer = ToolSet.of(ToolDefinition.of(
                "agent", Effects.writes("x"), call -> inner.execute(List.of(call("pay", "id", "1")), tools)));
        Outcome outcome =
                executor().build().execute(List.of(call("agent")), outer).get(0).outcome();
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.error()).isInstanceOf(RoundSuspendedException.class));
        assertThat(outcome.message()).contains("approval of call 1 ('pay')");
    }
}
