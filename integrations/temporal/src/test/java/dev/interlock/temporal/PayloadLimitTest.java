package dev.interlock.temporal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.Effects;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Results that are too long for the server say so, and no other is the worse for it. */
@Timeout(60)
class PayloadLimitTest {

    private static final int MEBI = 1024 * 1024;

    private static CallReport report(Outcome outcome) {
        return CallReport.of(RoundRequest.Call.of(ToolCall.parse(null, "read", "{}")), outcome, 1, 0, 0);
    }

    private static Outcome text(int length) {
        return new Outcome.Succeeded("x".repeat(length));
    }

    private static List<Outcome> fit(Outcome... outcomes) {
        return PayloadLimit.fit(
                        Arrays.stream(outcomes).map(PayloadLimitTest::report).toList())
                .stream()
                .map(CallReport::came)
                .toList();
    }

    @Test
    void what_fits_stays_as_it_is() {
        Outcome[] outcomes = {text(MEBI), text(0), text(MEBI / 2), new Outcome.Skipped("skipped")};
        assertThat(fit(outcomes)).containsExactly(outcomes);
        assertThat(fit()).isEmpty();
    }

    @Test
    void only_the_longest_are_left_out() {
        Outcome failure = new Outcome.TimedOut("late ".repeat(MEBI), Duration.ofMillis(5), true);
        List<Outcome> fitting = fit(text(MEBI), text(3 * MEBI), text(100), failure);

        assertThat(fitting.get(0)).isEqualTo(text(MEBI));
        assertThat(fitting.get(1))
                .isInstanceOfSatisfying(
                        Outcome.Succeeded.class,
                        succeeded -> assertThat(String.valueOf(succeeded.value()))
                                .contains("succeeded", "was left out", "of 2031616 bytes"));
        assertThat(fitting.get(2)).isEqualTo(text(100));
        assertThat(fitting.get(3))
                .isEqualTo(new Outcome.TimedOut("late ".repeat(40) + "...", Duration.ofMillis(5), true));
    }

    @Test
    void all_of_a_round_fits_into_one_payload() throws Exception {
        List<CallReport> reports =
                IntStream.range(0, 3000).mapToObj(call -> report(text(call))).toList();

        List<CallReport> fitting = PayloadLimit.fit(reports);

        assertThat(fitting).hasSize(3000);
        assertThat(new ObjectMapper().writeValueAsBytes(fitting)).hasSizeBetween(MEBI, 2 * MEBI);
        assertThat(fitting.subList(0, 100)).isEqualTo(reports.subList(0, 100));
    }

    @Test
    void a_round_with_a_result_that_is_too_long_ends() {
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("long", Effects.writes("a"), call -> "é".repeat(MEBI)),
                ToolDefinition.of("short", Effects.writes("b"), call -> "done"));
        try (Rig rig = Rig.of(TemporalRounds.builder(tools).build())) {
            List<CallResult> results = rig.client.execute("long", Rig.calls("long {}", "short {}"));

            assertThat(results.get(0).outcome())
                    .isInstanceOfSatisfying(
                            Outcome.Succeeded.class,
                            succeeded -> assertThat(String.valueOf(succeeded.value()))
                                    .startsWith("The call succeeded. Its result of 2097"));
            assertThat(results.get(1).outcome()).isEqualTo(new Outcome.Succeeded("done"));
        }
    }
}
