package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Effects;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class LoggingContextTest {

    private final Map<String, String> seen = new ConcurrentHashMap<>();

    @BeforeAll
    static void haveAContext() throws Exception {
        TestMdc.install();
    }

    @AfterEach
    void clear() {
        MDC.clear();
    }

    private static String context() {
        return MDC.get("interlock.round") + "/" + MDC.get("interlock.call");
    }

    private ToolDefinition looking(String name, Effects effects) {
        return ToolDefinition.of(name, effects, c -> {
            seen.put(name, context());
            return 1;
        });
    }

    @Test
    void names_the_call_on_its_thread_while_its_body_runs_wherever_that_is() {
        MDC.put("interlock.call", "outer");
        ToolSet tools = ToolSet.of(
                looking("read", Effects.reads("a")),
                looking("write", Effects.writes("b")),
                looking("barrier", Effects.exclusive()));
        ToolCallExecutor.builder()
                .loggingContext(true)
                .build()
                .execute(List.of(call("read"), call("write"), call("barrier")), tools);
        assertThat(seen.get("read")).matches("\\d+/1");
        assertThat(seen.get("write")).matches("\\d+/2");
        assertThat(seen.get("barrier")).matches("\\d+/3");
        assertThat(context()).isEqualTo("null/outer");
    }

    @Test
    void a_round_within_a_body_names_its_own_calls_and_then_the_body_is_named_again() {
        ToolCallExecutor executor =
                ToolCallExecutor.builder().loggingContext(true).build();
        ToolSet inner = ToolSet.of(looking("inner", Effects.exclusive()));
        ToolSet outer = ToolSet.of(ToolDefinition.of("outer", Effects.exclusive(), c -> {
            String before = context();
            executor.execute(List.of(call("inner")), inner);
            seen.put("same", String.valueOf(before.equals(context())));
            seen.put("outer", before);
            return 1;
        }));
        executor.execute(List.of(call("outer")), outer);
        assertThat(seen).containsEntry("same", "true");
        assertThat(seen.get("inner")).isNotEqualTo(seen.get("outer"));
        assertThat(context()).isEqualTo("null/null");
    }

    @Test
    void a_propagator_that_brings_a_context_of_its_own_does_not_take_it_away() {
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .loggingContext(true)
                .contextPropagator(() -> new ContextPropagator.Captured() {
                    @Override
                    public <T extends @Nullable Object> T call(Callable<T> body) throws Exception {
                        MDC.setContextMap(Map.of("user", "42"));
                        return body.call();
                    }
                })
                .build();
        ToolSet tools = ToolSet.of(ToolDefinition.of("read", Effects.reads("a"), c -> {
            seen.put("read", Objects.requireNonNull(MDC.get("user")) + " " + context());
            return 1;
        }));
        executor.execute(List.of(call("read"), call("read")), tools);
        assertThat(seen.get("read")).matches("42 \\d+/[12]");
    }

    @Test
    void nothing_is_named_unless_that_is_asked_for() {
        ToolSet tools = ToolSet.of(looking("read", Effects.reads("a")));
        ToolCallExecutor.builder().build().execute(List.of(call("read")), tools);
        assertThat(seen).containsEntry("read", "null/null");
    }
}
