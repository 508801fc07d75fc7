package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which call the current thread runs, and the key of that. */
@Timeout(60)
class CallScopeTest {

    private final ToolCallExecutor executor = ToolCallExecutor.builder().build();
    private final List<String> keys = new CopyOnWriteArrayList<>();

    static List<Effects> ways() {
        return List.of(Effects.exclusive(), Effects.writes("a/{x}"), Effects.pure(), Effects.reads("/"));
    }

    private static CallScope current() {
        return CallScope.current().orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void each_call_has_a_key_of_its_own(Effects effects) {
        ToolDefinition tool = ToolDefinition.of("t", effects, call -> {
            assertThat(current().call()).isSameAs(call);
            keys.add(current().index() + " " + current().idempotencyKey());
            return 1;
        });

        executor.execute(List.of(call("t", "x", 1), call("t", "x", 2)), ToolSet.of(tool));
        executor.execute(List.of(call("t", "x", 1)), ToolSet.of(tool));

        assertThat(keys).hasSize(3).doesNotHaveDuplicates().allMatch(key -> key.matches("[01] [0-9a-f-]{38,}"));
        assertThat(CallScope.current()).isEmpty();
    }

    @Test
    void a_key_is_the_same_in_each_attempt() {
        ToolDefinition tool = ToolDefinition.builder("t", call -> {
                    keys.add(current().idempotencyKey());
                    if (keys.size() < 3) {
                        throw new IllegalStateException("not yet");
                    }
                    return 1;
                })
                .effects(Effects.writes("a"))
                .policy(ToolPolicy.builder()
                        .idempotent(true)
                        .retry(RetryPolicy.builder().initialDelay(Duration.ZERO).build())
                        .build())
                .build();

        executor.execute(List.of(call("t")), ToolSet.of(tool));

        assertThat(keys).hasSize(3);
        assertThat(keys.stream().distinct()).hasSize(1);
    }

    /** Each way within each other one, and then within the first again. */
    @ParameterizedTest
    @MethodSource("ways")
    void it_is_the_innermost_call(Effects outermost) {
        for (Effects middle : ways()) {
            for (Effects innermost : ways()) {
                ToolSet three = tools("three", innermost, ToolSet.of(), null);
                ToolSet two = tools("two", middle, three, "three");
                ToolSet one = tools("one", outermost, two, "two");

                executor.execute(List.of(call("one", "x", 1), call("one", "x", 2)), one);
            }
        }
        assertThat(CallScope.current()).isEmpty();
        assertThat(keys).hasSize(ways().size() * ways().size() * (2 + 4 + 8)).doesNotHaveDuplicates();
    }

    private ToolSet tools(String name, Effects effects, ToolSet within, String inner) {
        return ToolSet.of(ToolDefinition.of(name, effects, call -> {
            String key = current().idempotencyKey();
            keys.add(key);
            assertThat(current().call()).isSameAs(call);
            if (inner != null) {
                assertThat(executor.execute(List.of(call(inner, "x", 1), call(inner, "x", 2)), within))
                        .allMatch(result -> result.isSuccess());
            }
            assertThat(current().call()).isSameAs(call);
            assertThat(current().idempotencyKey()).isEqualTo(key);
            return 1;
        }));
    }

    @Test
    void an_interceptor_knows_the_call_too() {
        ToolCallExecutor intercepted = ToolCallExecutor.builder()
                .interceptor(call -> {
                    keys.add(current().idempotencyKey());
                    return call.proceed();
                })
                .build();

        intercepted.execute(
                List.of(call("t")),
                ToolSet.of(ToolDefinition.of(
                        "t", Effects.writes("a"), call -> keys.add(current().idempotencyKey()))));

        assertThat(keys).hasSize(2);
        assertThat(keys.get(0)).isEqualTo(keys.get(1));
    }

    /** An integration runs each attempt of a call as a round of one call. */
    @Test
    void an_integration_may_say_which_round_and_place_it_is() {
        ToolCallExecutor intercepted = ToolCallExecutor.builder()
                .interceptor(call -> {
                    keys.add(call.roundId() + "-" + (call.index() + 1));
                    return call.proceed();
                })
                .build();
        ToolBinding binding =
                intercepted.rounds().bind(ToolDefinition.of("t", Effects.writes("a"), call -> "not asked for"));

        for (int attempt = 0; attempt < 2; attempt++) {
            intercepted.rounds().round(List.of(new Elsewhere(binding))).execute();
        }

        assertThat(keys).hasSize(4).containsOnly("order-4711-3");
    }

    private final class Elsewhere extends RoundCall {
        private Elsewhere(ToolBinding binding) {
            super(binding);
        }

        @Override
        protected ToolCall call() {
            return Fixtures.call("t");
        }

        @Override
        protected String roundForTool() {
            return "order-4711";
        }

        @Override
        protected int indexForTool(int index) {
            return index + 2;
        }

        @Override
        protected Object run() {
            return keys.add(current().idempotencyKey());
        }
    }
}
