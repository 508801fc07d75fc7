package dev.interlock.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.interlock.call.CallResult;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.Access;
import dev.interlock.effect.Effects;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an executor knows of a tool does not outlive the tool. */
@Timeout(60)
class BindingLifetimeTest {

    private static void awaitCollection(BooleanSupplier done) {
        await().atMost(Duration.ofSeconds(40)).pollDelay(Duration.ZERO).until(() -> {
            System.gc();
            return done.getAsBoolean();
        });
    }

    /** A tool that says by a method of its own what it touches, and knows its definition. */
    private static final class Account {
        private final ToolDefinition definition =
                ToolDefinition.of("balance", Effects.of(this::accesses), call -> "100");

        private Collection<Access> accesses(ToolCall call) {
            return List.of(Access.read("account/" + definition.name()));
        }
    }

    private static WeakReference<Account> executed(ToolCallExecutor executor) {
        Account account = new Account();
        List<CallResult> results =
                executor.execute(List.of(ToolCall.parse("1", "balance", "{}")), ToolSet.of(account.definition));
        assertThat(results).allMatch(result -> result.outcome().isSuccess());
        return new WeakReference<>(account);
    }

    @Test
    void tool_is_collected_though_its_effects_lead_back_to_its_definition() {
        ToolCallExecutor executor = ToolCallExecutor.builder().build();
        List<WeakReference<Account>> tools = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            tools.add(executed(executor));
        }

        awaitCollection(() -> tools.stream().allMatch(tool -> tool.refersTo(null)));

        assertThat(executor.abandoned())
                .as("the executor is in use all the time")
                .isEmpty();
    }

    @Test
    void definition_keeps_no_executor() {
        ToolDefinition tool = ToolDefinition.of("balance", call -> "100");
        List<WeakReference<ToolCallExecutor>> executors = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            ToolCallExecutor executor = ToolCallExecutor.builder().build();
            executor.execute(List.of(ToolCall.parse("1", "balance", "{}")), ToolSet.of(tool));
            executors.add(new WeakReference<>(executor));
        }

        awaitCollection(() -> executors.stream().allMatch(executor -> executor.refersTo(null)));

        assertThat(tool.name()).as("the definition is in use all the time").isEqualTo("balance");
    }
}
