package dev.interlock.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.ToolCall;
import dev.interlock.effect.EffectSource;
import dev.interlock.effect.Effects;
import dev.interlock.event.KnownTool;
import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundListener;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Listeners are told what each tool was settled to read and write, and who said so. */
class KnownToolsTest {

    private static final class Tools implements RoundListener {
        final List<KnownTool> known = new ArrayList<>();

        @Override
        public void onEvent(RoundEvent event) {}

        @Override
        public void onTool(KnownTool tool) {
            known.add(tool);
        }
    }

    private static final class Failing implements RoundListener {
        @Override
        public void onEvent(RoundEvent event) {}

        @Override
        public void onTool(KnownTool tool) {
            throw new IllegalStateException("as the test wants it");
        }
    }

    @Test
    void a_listener_is_told_once_a_definition_whatever_another_throws() {
        Tools tools = new Tools();
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .listener(new Failing())
                .listener(tools)
                .effects("charge", Effects.writes("account/{id}"))
                .build();
        ToolSet set = ToolSet.of(
                ToolDefinition.of("charge", call -> "charged"),
                ToolDefinition.of("balance", Effects.reads("account/{id}"), call -> "10"),
                ToolDefinition.of("frobnicate", call -> "done"));

        List<ToolCall> calls = List.of(
                ToolCall.parse("1", "charge", "{\"id\":1}"),
                ToolCall.parse("2", "balance", "{\"id\":1}"),
                ToolCall.parse("3", "frobnicate", "{}"));
        assertThat(executor.execute(calls, set)).allMatch(result -> result.isSuccess());
        executor.execute(calls, set);

        assertThat(tools.known)
                .extracting(tool -> tool.name() + ": " + tool.effects() + " (" + tool.source() + ")")
                .containsExactlyInAnyOrder(
                        "charge: " + Effects.writes("account/{id}") + " (" + EffectSource.PROGRAMMATIC + ")",
                        "balance: " + Effects.reads("account/{id}") + " ("
                                + tools.known.get(1).source() + ")",
                        "frobnicate: " + Effects.exclusive() + " (" + EffectSource.UNDECLARED + ")");
        assertThat(tools.known.get(2).barrierReason()).contains("nothing is known");
        assertThat(tools.known.get(0).barrierReason()).isNull();
    }
}
