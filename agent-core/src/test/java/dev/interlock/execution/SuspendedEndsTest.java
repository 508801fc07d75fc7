package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.streamedRound;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.durable.CallPendingException;
import dev.interlock.durable.Decision;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import dev.interlock.effect.Effects;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Pending calls that the end of their round ends, and what must not be taken for one at rest. */
@Timeout(60)
class SuspendedEndsTest extends SuspendFixture {

    private final CountDownLatch runs = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final CountDownLatch pending = new CountDownLatch(1);

    private ToolDefinition tool(String name) {
        return Objects.requireNonNull(tools.find(name));
    }

    @Test
    void a_job_of_another_process_that_is_not_waited_for_any_more_may_have_taken_effect() throws Exception {
        ToolSet slow = ToolSet.of(tool("print"), ToolDefinition.of("slow", Effects.reads("slow"), call -> {
            runs.countDown();
            Fixtures.blockUntilInterrupted();
            return "slept";
        }));
        SuspendedRound round = new SuspendedRound(
                "round", List.of(printing(), new SuspendedCall.Waiting(call("slow"), "will run again")));
        ToolCallExecutor executor = executor().build();
        CompletableFuture<List<CallResult>> results = new CompletableFuture<>();
        Thread thread = Thread.ofPlatform().start(() -> results.complete(executor.resume(round, Map.of(), slow)));
        await(runs);
        executor.close();
        assertThat(results.get(20, TimeUnit.SECONDS).get(0).attempts()).isEqualTo(1);
        assertThat(results.get(20, TimeUnit.SECONDS).get(0).outcome())
                .isInstanceOfSatisfying(Outcome.Cancelled.class, cancelled -> {
                    assertThat(cancelled.mayHaveTakenEffect()).isTrue();
                    assertThat(cancelled.message())
                            .contains("the executor was closed")
                            .contains("may have taken effect");
                });
        thread.join();
    }

    @Test
    void a_call_that_follows_a_pending_one_does_so_in_the_resumed_round_too() {
        ToolSet reads = ToolSet.of(ToolDefinition.of("report", Effects.reads("a"), call -> {
            body(call);
            throw new CallPendingException("the report");
        }));
        ToolCallExecutor executor = executor().coalescing(true).build();
        SuspendedRound round = suspended(() -> executor.execute(List.of(call("report"), call("report")), reads));
        assertThat(suspended(() -> executor.resume(round, Map.of(), reads))).isEqualTo(round);
        assertThat(ran).hasSize(1);
    }

    /** A follower that is settled twice would keep the round from ever being over. */
    @Test
    void a_call_that_waits_on_its_thread_and_one_that_follows_it_are_both_suspended_once() {
        ToolCallExecutor executor = executor()
                .coalescing(true)
                .interceptor(ApprovalInterceptor.builder(call -> CompletableFuture.completedFuture(
                                call.index() == 0 ? Approval.pending("later") : Approval.approved()))
                        .when(call -> true)
                        .build())
                .build();
        SuspendedRound round =
                suspended(executor, call("pay", "id", "1"), call("balance", "id", "1"), call("balance", "id", "1"));
        assertThat(threads).hasValue(0);
        assertThat(state(round, 1)).isEqualTo("waits for approval of call 1");
        assertThat(state(round, 2)).contains("call 2");
        assertThat(values(executor.resume(round, Map.of(0, Decision.approved()), tools)))
                .containsExactly("pay done 1", "balance done 1", "balance done 1");
        assertThat(ran).containsExactly("pay 1", "balance 1");
    }

    @Test
    void a_limit_that_the_resuming_executor_has_does_not_end_a_call_that_is_pending() {
        SuspendedRound round = suspended(desk().build(), call("pay", "id", "a long name"), call("tell", "id", "1"));
        ToolCallExecutor strict = desk().maxArgumentBytes(12).build();
        assertThat(suspended(() -> strict.resume(round, Map.of(), tools)).pending())
                .containsExactly(0);
    }

    @Test
    void a_round_that_is_refused_does_not_wait_for_a_job_that_it_began_early() throws Exception {
        ToolCallExecutor executor = executor()
                .listener(tells(pending))
                .roundGuard(calls -> {
                    if (calls.size() == 2) {
                        throw new IllegalStateException("not here");
                    }
                    return RoundGuard.Where.ANYWHERE;
                })
                .build();
        StreamedRound round = streamedRound(executor);
        List<ToolTask> tasks = List.of(
                new ToolTask(executor, tool("print"), call("print", "id", "1")),
                new ToolTask(executor, tool("tell"), call("tell", "id", "1")));
        round.admit(tasks.get(0));
        await(pending);
        round.await(tasks.subList(1, 2), tasks);
        assertThat(round.suspended()).isNull();
        assertThat(round.failure()).hasMessage("not here");
        List<CallResult> results = round.results();
        assertThat(results.get(0).outcome().message())
                .contains("its round was refused")
                .contains("may have taken effect");
        assertThat(results.get(1).outcome().message()).contains("was not run");
        assertThat(ran).containsExactly("print 1");
    }

    @Test
    void a_call_that_turns_out_to_be_none_is_not_waited_for() throws Exception {
        ToolDefinition job = ToolDefinition.of("job", Effects.writes("a"), call -> {
            runs.countDown();
            await(goOn);
            throw new CallPendingException("a job");
        });
        ToolCallExecutor executor = executor().build();
        StreamedRound round = streamedRound(executor);
        ToolTask none = new ToolTask(executor, job, call("job"));
        round.admit(none);
        await(runs);
        round.withdraw(none, "the response does not hold it");
        goOn.countDown();
        round.await();
        assertThat(round.suspended()).isNull();
        assertThat(none.outcome()).isInstanceOf(Outcome.Cancelled.class);
    }

    @Test
    void an_interrupt_of_the_caller_while_the_last_call_runs_suspends_nothing() throws Exception {
        ToolSet slow = ToolSet.of(tool("pay"), ToolDefinition.of("slow", Effects.reads("slow"), call -> {
            runs.countDown();
            Fixtures.blockUntilInterrupted();
            return "slept";
        }));
        var running =
                Fixtures.start(desk().listener(tells(pending)).build(), slow, call("pay", "id", "1"), call("slow"));
        await(runs);
        await(pending);
        running.owner().interrupt();
        assertThat(running.get()).extracting(CallResult::outcome).allMatch(Outcome.Cancelled.class::isInstance);
        assertThat(running.flag().get()).isTrue();
    }
}
