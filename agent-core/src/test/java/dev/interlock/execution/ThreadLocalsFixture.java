package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.call;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.Access;
import dev.interlock.effect.Effects;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Tools that note on which thread they run. */
abstract class ThreadLocalsFixture {

    static final String THERE = "the caller's";
    static final String NOT_THERE = "null";
    /** Also what the library's threads may inherit is not there. */
    static final ThreadLocal<@Nullable String> LOCAL = new InheritableThreadLocal<>();

    final AtomicReference<ToolBody> pure = new AtomicReference<>(c -> null);
    final AtomicReference<ToolBody> barrier = new AtomicReference<>(c -> null);
    final ToolSet tools = ToolSet.of(
            ToolDefinition.of("undeclared", c -> seen(barrier, c)),
            ToolDefinition.of("exclusive", Effects.exclusive(), c -> seen(barrier, c)),
            ToolDefinition.of("all", Effects.writes("/"), c -> seen(barrier, c)),
            ToolDefinition.of("read", Effects.reads("a/{i}"), c -> String.valueOf(LOCAL.get())),
            ToolDefinition.of("write", Effects.writes("a"), c -> String.valueOf(LOCAL.get())),
            ToolDefinition.of(
                    "computed", Effects.of(c -> List.of(Access.write("/"))), c -> String.valueOf(LOCAL.get())),
            ToolDefinition.of("pure", Effects.pure(), c -> pure.get().run(c)),
            ToolDefinition.of("limited", Effects.pure(), c -> pure.get().run(c)));

    ToolTask task(ToolCallExecutor executor, String name) {
        return new ToolTask(executor, Objects.requireNonNull(tools.find(name)), call(name, "i", 1));
    }

    static String seen(AtomicReference<ToolBody> around, ToolCall call) throws Exception {
        around.get().run(call);
        return String.valueOf(LOCAL.get());
    }

    @BeforeEach
    void set() {
        LOCAL.set(THERE);
    }

    @AfterEach
    void clear() {
        LOCAL.remove();
    }

    static ToolCallExecutor.Builder executor() {
        return ToolCallExecutor.builder();
    }

    List<@Nullable Object> values(ToolCallExecutor executor, String... names) {
        return values(executor.execute(calls(names), tools));
    }

    static List<@Nullable Object> values(List<CallResult> results) {
        List<@Nullable Object> values = new ArrayList<>();
        for (CallResult result : results) {
            values.add(result.outcome() instanceof Outcome.Succeeded(Object value) ? value : result.outcome());
        }
        return values;
    }

    static List<ToolCall> calls(String... names) {
        return Arrays.stream(names).map(name -> call(name, "i", 1)).toList();
    }
}
