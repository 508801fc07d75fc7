package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.service.tool.AiServiceTool;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Limits of time on the real clock: a limit passes while a tool waits, never the other way round. */
@Timeout(60)
class LimitsOfTimeTest {

    private static final Duration LIMIT = Duration.ofMillis(600);
    private static final Duration NEVER = Duration.ofMinutes(5);

    private final CountDownLatch interrupted = new CountDownLatch(1);
    private final CountDownLatch stubbornMayEnd = new CountDownLatch(1);

    private final List<AiServiceTool> tools = List.of(
            tool("hang", request -> {
                try {
                    Waiting.forInterrupt();
                    return "never";
                } finally {
                    interrupted.countDown();
                }
            }),
            tool("quick", request -> "quick"),
            tool("undeclared", request -> {
                Waiting.forInterrupt();
                return "never";
            }),
            tool("stubborn", request -> {
                Waiting.awaitIgnoringInterrupts(stubbornMayEnd);
                return "at last";
            }));

    /** Only what hangs is to meet its limit, not a quick tool on a busy machine. */
    private static ParallelTools.Builder declaring() {
        return Waiting.patientTools()
                .policy(
                        "quick",
                        ToolPolicy.builder().timeout(NEVER).callTimeout(NEVER).build())
                .effects("hang", Effects.reads("slow"))
                .effects("quick", Effects.reads("fast"))
                .effects("stubborn", Effects.writes("slow"));
    }

    @Test
    void attempt_that_takes_too_long_is_an_error_and_its_siblings_succeed() {
        List<ToolExecutionResultMessage> results = OneRound.served(
                declaring().timeout(LIMIT).build(),
                tools,
                call("1", "quick", "{}"),
                call("2", "hang", "{}"),
                call("3", "quick", "{}"));

        assertThat(texts(results))
                .containsExactly("quick", "tool 'hang' timed out: the attempt exceeded 600 ms", "quick");
        assertThat(results).extracting(ToolExecutionResultMessage::isError).containsExactly(false, true, false);
        assertThat(interrupted.getCount()).as("the tool was interrupted").isZero();
    }

    @Test
    void attempt_of_a_single_call_is_limited_too() {
        assertThat(texts(OneRound.served(declaring().timeout(LIMIT).build(), tools, call("1", "hang", "{}"))))
                .containsExactly("tool 'hang' timed out: the attempt exceeded 600 ms");
    }

    @Test
    void attempts_of_undeclared_tools_are_limited_too() {
        assertThat(texts(OneRound.served(
                        declaring().timeout(LIMIT).build(),
                        tools,
                        call("1", "undeclared", "{}"),
                        call("2", "quick", "{}"))))
                .containsExactly(
                        "tool 'undeclared' timed out: the attempt exceeded 600 ms; it may still take effect", "quick");
    }

    @Test
    void limit_can_be_of_one_tool() {
        ParallelTools parallel = declaring()
                .policy("hang", ToolPolicy.builder().timeout(LIMIT).build())
                .build();

        assertThat(texts(OneRound.executed(parallel, tools, call("1", "hang", "{}"), call("2", "quick", "{}"))))
                .containsExactly("tool 'hang' timed out: the attempt exceeded 600 ms", "quick");
    }

    @Test
    void limit_of_one_tool_wins_over_the_limit_of_all() {
        ParallelTools parallel = declaring()
                .timeout(NEVER)
                .policy("hang", ToolPolicy.builder().timeout(LIMIT).build())
                .build();

        assertThat(texts(OneRound.executed(parallel, tools, call("1", "hang", "{}"))))
                .containsExactly("tool 'hang' timed out: the attempt exceeded 600 ms");
    }

    @Test
    void limit_of_a_call_counts_its_waits() {
        ParallelTools parallel = declaring().callTimeout(LIMIT).build();

        List<ToolExecutionResultMessage> results = OneRound.served(
                parallel, tools, call("1", "hang", "{}"), call("2", "stubborn", "{}"), call("3", "quick", "{}"));

        assertThat(results.get(0).text()).startsWith("tool 'hang' timed out: the call exceeded 600 ms");
        assertThat(results.get(1).text())
                .isEqualTo("tool 'stubborn' timed out: the call exceeded 600 ms before the tool could start");
        assertThat(results.get(2).text()).isEqualTo("quick");
    }

    @Test
    void limit_of_the_round_turns_what_is_unfinished_into_errors_and_the_loop_goes_on() {
        ParallelTools parallel = declaring().roundTimeout(LIMIT).build();

        List<ToolExecutionResultMessage> results = OneRound.served(
                parallel, tools, call("1", "hang", "{}"), call("2", "undeclared", "{}"), call("3", "quick", "{}"));

        assertThat(results).allMatch(ToolExecutionResultMessage::isError);
        assertThat(results.get(0).text()).startsWith("tool 'hang' timed out: the round exceeded 600 ms");
        assertThat(results.get(1).text())
                .isEqualTo("tool 'undeclared' timed out: the round exceeded 600 ms before the tool could start");
        assertThat(results.get(2).text())
                .isEqualTo("tool 'quick' timed out: the round exceeded 600 ms before the tool could start");
    }

    @Test
    void tool_that_ignores_its_interrupt_is_abandoned_and_the_loop_goes_on() {
        ParallelTools parallel =
                declaring().timeout(LIMIT).gracePeriod(Duration.ofMillis(50)).build();
        try {
            List<ToolExecutionResultMessage> results =
                    OneRound.served(parallel, tools, call("1", "stubborn", "{}"), call("2", "quick", "{}"));

            assertThat(texts(results))
                    .containsExactly(
                            "tool 'stubborn' timed out: the attempt exceeded 600 ms; it may still take effect",
                            "quick");
        } finally {
            stubbornMayEnd.countDown();
        }
    }

    @Test
    void call_that_needs_what_an_abandoned_one_holds_fails_and_names_it() {
        ParallelTools parallel = declaring()
                .timeout(LIMIT)
                .gracePeriod(Duration.ofMillis(50))
                .heldResourceTimeout(LIMIT)
                .build();
        try {
            List<ToolExecutionResultMessage> results = OneRound.served(
                    parallel, tools, call("1", "stubborn", "{}"), call("2", "hang", "{}"), call("3", "quick", "{}"));

            assertThat(results.get(1).isError()).isTrue();
            assertThat(results.get(1).text())
                    .matches("tool 'hang' gave up after waiting \\d+ ms for a resource held by call 1"
                            + " \\(tool 'stubborn'\\), which .*");
            assertThat(results.get(2).text()).isEqualTo("quick");
        } finally {
            stubbornMayEnd.countDown();
        }
    }

    @Test
    void call_that_needs_what_an_abandoned_one_holds_runs_once_that_ends() {
        // At one call at a time the last can only start when the first has lost its place, but not its resource.
        ParallelTools parallel = declaring()
                .maxConcurrency(1)
                .policy("stubborn", ToolPolicy.builder().timeout(LIMIT).build())
                .gracePeriod(Duration.ofMillis(50))
                .heldResourceTimeout(NEVER)
                .effects("after", Effects.reads("slow"))
                .effects("release", Effects.reads("fast"))
                .build();
        List<AiServiceTool> stubbornAndMore = List.of(
                tools.get(3),
                tool("after", request -> "after " + stubbornMayEnd.getCount()),
                tool("release", request -> {
                    stubbornMayEnd.countDown();
                    return "released";
                }));

        assertThat(texts(OneRound.served(
                        parallel,
                        stubbornAndMore,
                        call("1", "stubborn", "{}"),
                        call("2", "after", "{}"),
                        call("3", "release", "{}"))))
                .containsExactly(
                        "tool 'stubborn' timed out: the attempt exceeded 600 ms; it may still take effect",
                        "after 0",
                        "released");
    }

    @Test
    void without_limits_nothing_is_limited() {
        assertThat(texts(OneRound.served(
                        declaring().build(), tools, call("1", "quick", "{}"), call("2", "quick", "{}"))))
                .containsExactly("quick", "quick");
    }

    @Test
    void limits_are_more_than_zero() {
        assertThatThrownBy(() -> ParallelTools.builder().timeout(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("timeout must be > 0 ms, was 0 ms");
        assertThatThrownBy(() -> ParallelTools.builder().callTimeout(Duration.ofMillis(-5)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("callTimeout must be > 0 ms, was -5 ms");
        assertThatThrownBy(() -> ParallelTools.builder().roundTimeout(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("roundTimeout must be > 0 ms, was 0 ms");
    }

    @Test
    void limits_of_centuries_are_no_limits() {
        ParallelTools parallel = declaring()
                .timeout(Duration.ofSeconds(Long.MAX_VALUE))
                .callTimeout(Duration.ofDays(365 * 1_000))
                .roundTimeout(Duration.ofNanos(Long.MAX_VALUE))
                .build();

        assertThat(texts(OneRound.served(parallel, tools, call("1", "quick", "{}"), call("2", "quick", "{}"))))
                .containsExactly("quick", "quick");
    }

    private static List<String> texts(List<ToolExecutionResultMessage> results) {
        return results.stream().map(ToolExecutionResultMessage::text).toList();
    }
}
