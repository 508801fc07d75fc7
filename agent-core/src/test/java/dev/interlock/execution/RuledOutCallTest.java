package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.streamedRound;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.Effects;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls that an integration rules out by limits of its own. */
@Timeout(60)
class RuledOutCallTest {

    private final List<String> ran = new CopyOnWriteArrayList<>();
    private final ToolDefinition read = ToolDefinition.of("read", Effects.pure(), this::run);
    private final ToolDefinition write = ToolDefinition.of("write", Effects.exclusive(), this::run);

    private Object run(ToolCall call) {
        ran.add(call.tool() + " " + call.arguments().path("x").asText());
        return "done";
    }

    private static ToolTask task(ToolCallExecutor executor, ToolDefinition tool, String x) {
        return new ToolTask(executor, tool, call(tool.name(), "x", x));
    }

    private static List<String> messages(List<CallResult> results) {
        return results.stream().map(result -> result.outcome().message()).toList();
    }

    @Test
    void a_call_that_is_ruled_out_fails_and_the_others_run_in_a_round_of_every_kind() {
        for (ToolDefinition tool : List.of(read, write)) {
            for (ToolCallExecutor executor : List.of(
                    ToolCallExecutor.builder().build(),
                    ToolCallExecutor.builder().timeout(Duration.ofMinutes(5)).build(),
                    ToolCallExecutor.builder().chaining(true).build())) {
                ran.clear();
                List<ToolTask> tasks =
                        List.of(task(executor, tool, "1"), task(executor, tool, "2"), task(executor, tool, "3"));
                tasks.get(1).ruleOut("enough");
                Round round = executor.rounds().round(tasks);
                round.execute();

                assertThat(messages(round.results())).containsExactly("succeeded", "enough", "succeeded");
                assertThat(round.results().get(1).attempts()).isZero();
                assertThat(ran).containsExactlyInAnyOrder(tool.name() + " 1", tool.name() + " 3");
                assertThat(round.failure()).isNull();
            }
        }
    }

    @Test
    void a_call_that_is_ruled_out_while_the_response_comes_fails_at_once() {
        ToolCallExecutor executor = ToolCallExecutor.builder().build();
        StreamedRound round = streamedRound(executor);
        ToolTask ruledOut = task(executor, write, "1");
        ruledOut.ruleOut("enough");
        round.admit(ruledOut);
        round.admit(task(executor, write, "2"));
        round.await();

        assertThat(messages(round.results())).containsExactly("enough", "succeeded");
        assertThat(ran).containsExactly("write 2");
    }

    @Test
    void no_interceptor_is_asked_and_calls_that_refer_to_it_are_skipped() {
        List<String> asked = new CopyOnWriteArrayList<>();
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .chaining(true)
                .interceptor(around -> {
                    asked.add(around.call().arguments().path("x").asText());
                    return around.proceed();
                })
                .build();
        List<ToolTask> tasks = List.of(
                task(executor, read, "1"),
                task(executor, read, "${1}"),
                task(executor, read, "${2}"),
                task(executor, read, "4"));
        tasks.get(1).ruleOut("enough");
        Round round = executor.rounds().round(tasks);
        round.execute();

        assertThat(asked).containsExactlyInAnyOrder("1", "4");
        assertThat(messages(round.results()).get(1)).isEqualTo("enough");
        assertThat(round.results().get(2).outcome()).isInstanceOf(Outcome.Skipped.class);
    }

    @Test
    void a_call_of_a_round_cannot_be_ruled_out() {
        ToolCallExecutor executor = ToolCallExecutor.builder().build();
        ToolTask task = task(executor, read, "1");
        Round round = executor.rounds().round(List.of(task));

        assertThatIllegalStateException()
                .isThrownBy(() -> task.ruleOut("enough"))
                .withMessage("tool 'read' is already in a round, so its outcome cannot be set from outside");
        round.execute();
        assertThat(task.outcome().isSuccess()).isTrue();
    }
}
