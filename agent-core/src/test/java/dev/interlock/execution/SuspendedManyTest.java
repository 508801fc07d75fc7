package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.ToolCall;
import dev.interlock.durable.Decision;
import dev.interlock.durable.SuspendedRound;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A round with many calls of each state through JSON. */
@Timeout(120)
class SuspendedManyTest extends SuspendFixture {

    private static final int TRIPLES = 700;

    /** One that ends, one that is pending, and one that waits for it. */
    private static ToolCall at(int place) {
        String tool = place % 3 == 0 ? "tell" : place % 3 == 1 ? "pay" : "balance";
        return call(tool, "id", "a" + place / 3);
    }

    @Test
    void a_large_round_says_what_each_call_waits_for_and_takes_less_than_400_bytes_a_call_beside_its_arguments() {
        List<ToolCall> calls =
                IntStream.range(0, 3 * TRIPLES).mapToObj(SuspendedManyTest::at).toList();
        SuspendedRound round = suspended(() -> desk().build().execute(calls, tools));

        assertThat(round.pending()).hasSize(TRIPLES);
        for (int place = 2; place < calls.size(); place += 3) {
            assertThat(state(round, place)).isEqualTo("waits for approval of call " + place);
        }
        assertThat(state(round, 2)).isEqualTo("waits for approval of call 2");
        assertThat(state(round, 0)).isEqualTo("ended");
        String json = round.toJson();
        long arguments = calls.stream()
                .mapToLong(call -> call.arguments().toString().length())
                .sum();
        assertThat((json.getBytes(StandardCharsets.UTF_8).length - arguments) / calls.size())
                .isLessThan(400);

        Map<Integer, Decision> decisions = new HashMap<>();
        round.pending()
                .forEach(place ->
                        decisions.put(place, place % 2 == 0 ? Decision.approved() : Decision.refused("no " + place)));
        ran.clear();
        List<CallResult> results = desk().build().resume(SuspendedRound.fromJson(json), decisions, tools);

        assertThat(results).extracting(CallResult::call).isEqualTo(calls);
        List<Object> values = values(results);
        for (int place = 0; place < calls.size(); place++) {
            String id = "a" + place / 3;
            String expected =
                    switch (place % 3) {
                        case 0 -> "tell done " + id;
                        case 1 -> place % 2 == 0 ? "pay done " + id : "tool 'pay' was not approved: no " + place;
                        default -> "balance done " + id;
                    };
            assertThat(values.get(place)).isEqualTo(expected);
        }
        assertThat(ran).hasSize(TRIPLES + TRIPLES / 2).noneMatch(body -> body.startsWith("tell"));
    }

    @Test
    void a_call_that_waits_names_the_call_whose_approval_it_waits_for() {
        SuspendedRound round = suspended(
                desk().build(),
                call("tell", "id", "1"),
                call("balance", "id", "1"),
                call("pay", "id", "1"),
                call("balance", "id", "1"));
        assertThat(state(round, 3)).isEqualTo("waits for approval of call 3");
        assertThat(round.toString()).contains("approval of call 3 ('pay'): the owner's approval");
    }
}
