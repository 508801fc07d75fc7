package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where there are fewer permits than calls that could start. */
@Timeout(60)
class LongestPathFirstTest {

    private final FakeTime time = new FakeTime();
    private final ToolCallExecutor executor =
            ToolCallExecutor.builder().maxConcurrency(2).time(time).build();

    /** Two, once all is learnt: who starts first waits for the other. */
    private volatile CountDownLatch firstTwo = new CountDownLatch(0);

    private volatile boolean learns = true;

    /** The tools of the two calls that started first, while no other could. */
    private final List<String> first = Collections.synchronizedList(new ArrayList<>());

    private ToolDefinition tool(String name, Effects effects, int millis, int priority) {
        return ToolDefinition.builder(name, call -> run(call, millis))
                .effects(effects)
                .policy(ToolPolicy.builder().priority(priority).build())
                .build();
    }

    private String run(ToolCall call, int millis) throws InterruptedException {
        if (learns) {
            time.advance(Duration.ofMillis(millis));
        } else if (firstTwo.getCount() > 0) {
            first.add(call.tool());
            firstTwo.countDown();
            await(firstTwo);
        }
        return "ok";
    }

    private final ToolSet tools = ToolSet.of(
            tool("brief", Effects.reads("catalog"), 10, 0),
            tool("quick", Effects.reads("catalog"), 10, 0),
            tool("slow", Effects.reads("catalog"), 100, 0),
            tool("urgent", Effects.reads("catalog"), 10, 1),
            tool("step", Effects.writes("order/{id}"), 40, 0));

    @BeforeEach
    void learn() {
        for (int round = 0; round < 5; round++) {
            for (String name : List.of("brief", "quick", "slow", "urgent", "step")) {
                executor.execute(List.of(call(name, "id", "0")), tools);
            }
        }
        learns = false;
        firstTwo = new CountDownLatch(2);
    }

    private List<String> firstOf(ToolCall... calls) {
        assertThat(executor.execute(List.of(calls), tools)).allMatch(CallResult::isSuccess);
        return first;
    }

    @Test
    void the_call_that_takes_longest_starts_first() {
        assertThat(firstOf(call("brief"), call("quick"), call("slow"))).containsExactlyInAnyOrder("brief", "slow");
    }

    @Test
    void the_call_that_the_longest_chain_waits_for_starts_first() {
        assertThat(firstOf(
                        call("brief"),
                        call("quick"),
                        call("step", "id", "1"),
                        call("step", "id", "1"),
                        call("step", "id", "1")))
                .contains("step");
    }

    @Test
    void priority_comes_before_the_path() {
        assertThat(firstOf(call("brief"), call("slow"), call("urgent"))).containsExactlyInAnyOrder("slow", "urgent");
    }

    @Test
    void where_it_makes_no_difference_calls_start_in_call_order() {
        assertThat(firstOf(call("quick"), call("brief"), call("urgent"), call("slow"), call("slow")))
                .contains("urgent");
        first.clear();
        firstTwo = new CountDownLatch(2);
        assertThat(firstOf(call("quick"), call("brief"), call("brief"))).containsExactlyInAnyOrder("quick", "brief");
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 40})
    void results_come_in_call_order_all_the_same(int calls) {
        ToolCall[] batch = new ToolCall[calls];
        for (int i = 0; i < calls; i++) {
            batch[i] = call(i == calls - 1 ? "slow" : "brief", "id", i);
        }
        List<CallResult> results = executor.execute(List.of(batch), tools);
        assertThat(results)
                .extracting(result -> result.call().arguments())
                .containsExactlyElementsOf(
                        Arrays.stream(batch).map(ToolCall::arguments).toList());
    }
}
