package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.effect.Effects;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class MdcPropagatorTest {

    private final ToolSet tools = ToolSet.of(
            ToolDefinition.of("read", Effects.reads("a"), c -> seen()),
            ToolDefinition.of("write", Effects.writes("b"), c -> seen()),
            ToolDefinition.of("barrier", Effects.exclusive(), c -> seen()));

    @BeforeAll
    static void haveAContext() throws Exception {
        TestMdc.install();
    }

    @AfterEach
    void clear() {
        MDC.clear();
    }

    private static String seen() {
        String seen = MDC.get("user") + " " + MDC.get("left over");
        MDC.put("user", "the tool's own");
        return seen;
    }

    private static List<@Nullable Object> values(List<CallResult> results) {
        List<@Nullable Object> values = new ArrayList<>();
        results.forEach(
                result -> values.add(result.outcome() instanceof Outcome.Succeeded(Object value) ? value : null));
        return values;
    }

    @Test
    void every_tool_has_the_entries_of_the_caller_on_whatever_thread_it_runs() {
        MDC.put("user", "alice");
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .contextPropagator(MdcPropagator.create())
                .build();
        assertThat(values(executor.execute(List.of(call("read"), call("write"), call("barrier")), tools)))
                .containsExactly("alice null", "alice null", "alice null");
        assertThat(MDC.getCopyOfContextMap()).isEqualTo(Map.of("user", "alice"));
    }

    @Test
    void a_pools_thread_has_none_left_over_and_gets_its_own_back() throws Exception {
        try (ExecutorService pool = Executors.newSingleThreadExecutor()) {
            pool.submit(() -> MDC.put("left over", "of another")).get();
            ToolCallExecutor executor = ToolCallExecutor.builder()
                    .contextPropagator(MdcPropagator.create())
                    .build();
            RoundCall read = new ToolTask(executor, Objects.requireNonNull(tools.find("read")));
            executor.rounds()
                    .round(List.of(read), pool, null, executor.rounds().captureContext())
                    .execute();
            assertThat(read.outcome()).isEqualTo(new Outcome.Succeeded("null null"));
            assertThat(pool.submit(() -> MDC.get("left over") + " " + MDC.get("user"))
                            .get())
                    .isEqualTo("of another null");
        }
    }
}
