package dev.interlock.execution;

import static dev.interlock.execution.EchoTools.chaining;
import static dev.interlock.execution.EchoTools.echo;
import static dev.interlock.execution.EchoTools.json;
import static dev.interlock.execution.EchoTools.outcomesOf;
import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.blockUntilInterrupted;
import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.streamedRound;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.effect.Effects;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** References where a response is more than one round, or comes one call at a time. */
@Timeout(60)
class ReferencesAcrossRoundsTest {

    private final EchoTools given = new EchoTools();
    private final ToolDefinition echo = given.echo;
    private final ToolDefinition fails = given.fails;
    private final ToolSet tools = given.tools;
    private final AtomicInteger ran = given.ran;
    private final CountDownLatch started = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);

    @Test
    void chunks_count_the_calls_of_the_whole_batch() {
        List<CallResult> results = chaining()
                .build()
                .executeInChunks(
                        List.of(
                                echo("{'x': 1}"),
                                call("fails"),
                                echo("{'x': 3}"),
                                echo("{'x': '${1} ${3}'}"),
                                echo("{'x': '${2}'}"),
                                echo("{'x': '${6}'}")),
                        tools,
                        2);
        assertThat(outcomesOf(results).subList(3, 6))
                .containsExactly(
                        "1 3",
                        "tool 'echo' was not started: it uses the result of call 2 (tool 'fails'), which did not succeed:"
                                + " no luck",
                        "tool 'echo' was not run: ${6} refers to this call itself");
    }

    @Test
    void what_is_tried_again_gets_the_results_that_were_there_and_they_are_not_run_again() {
        AtomicInteger tries = new AtomicInteger();
        AtomicInteger produced = new AtomicInteger();
        ToolSet healing = ToolSet.of(
                echo,
                fails,
                ToolDefinition.of("produce", Effects.reads("a"), call -> produced.incrementAndGet()),
                ToolDefinition.of("heals", Effects.reads("a"), call -> {
                    if (tries.incrementAndGet() == 1) {
                        throw new IllegalStateException("not yet");
                    }
                    return call.arguments().get("x").intValue() * 10;
                }));
        ToolCallExecutor executor = chaining().build();
        List<CallResult> first = executor.execute(
                List.of(
                        call("produce"),
                        call("fails"),
                        call("heals", "x", "${1}"),
                        echo("{'x': '${3}/${1}'}"),
                        echo("{'x': '${2}'}")),
                healing);
        assertThat(first).extracting(CallResult::isSuccess).containsExactly(true, false, false, false, false);
        List<CallResult> second = executor.retryFailed(
                first, healing, result -> !result.call().tool().equals("fails"));
        assertThat(outcomesOf(second))
                .containsExactly(
                        1,
                        "no luck",
                        10,
                        "10/1",
                        "tool 'echo' was not started: it uses the result of call 2 (tool 'fails'), which did not succeed:"
                                + " no luck");
        assertThat(produced).hasValue(1);
    }

    @Test
    void a_task_of_a_round_has_its_outcome_from_there() {
        ToolCallExecutor executor = chaining().build();
        RoundCall task = new ToolTask(executor, echo, echo("{'x': 1}"));
        Round round = executor.rounds().round(List.of(task));
        assertThatIllegalStateException()
                .isThrownBy(() -> task.setEarlierOutcome(new Outcome.Succeeded(1)))
                .withMessage("tool 'echo' is already in a round, so its outcome cannot be set from outside");
        round.execute();
        assertThat(task.outcome().isSuccess()).isTrue();
    }

    // Rounds whose calls come one at a time.

    @Test
    void in_a_stream_a_call_starts_when_what_it_refers_to_is_done() throws Exception {
        ToolCallExecutor executor = chaining().build();
        StreamedRound round = streamedRound(executor);
        ToolDefinition waits = ToolDefinition.of("waits", Effects.pure(), call -> {
            await(release);
            return 5;
        });
        ToolDefinition tells = ToolDefinition.of("tells", Effects.pure(), call -> {
            started.countDown();
            return call.arguments().get("x");
        });
        round.admit(new ToolTask(executor, waits, call("waits")));
        round.admit(new ToolTask(executor, tells, call("tells", "x", "${1}")));
        round.admit(new ToolTask(executor, echo, echo("{'x': '${3}'}")));
        round.admit(new ToolTask(executor, echo, echo("{'x': '${5}'}")));
        round.admit(new ToolTask(executor, echo, echo("{'x': 6}")));
        assertThat(started.getCount()).isEqualTo(1);
        release.countDown();
        await(started);
        round.admit(new ToolTask(executor, echo, echo("{'x': '${2}${1}'}")));
        round.await();
        assertThat(outcomesOf(round.results()))
                .containsExactly(
                        5,
                        json("5"),
                        "tool 'echo' was not run: ${3} refers to this call itself",
                        "tool 'echo' was not run: ${5} refers to a call that is not earlier: this is call 4",
                        json("6"),
                        "55");
    }

    @Test
    void a_cancelled_stream_does_not_start_what_waits_for_a_result() throws Exception {
        ToolCallExecutor executor = chaining().build();
        StreamedRound round = streamedRound(executor);
        ToolDefinition blocks = ToolDefinition.of("blocks", Effects.pure(), call -> {
            started.countDown();
            blockUntilInterrupted();
            return null;
        });
        round.admit(new ToolTask(executor, blocks, call("blocks")));
        round.admit(new ToolTask(executor, echo, echo("{'x': '${1}'}")));
        await(started);
        round.cancel("enough");
        round.await();
        assertThat(round.results()).extracting(CallResult::outcome).allMatch(Outcome.Cancelled.class::isInstance);
        assertThat(ran).hasValue(0);
    }
}
