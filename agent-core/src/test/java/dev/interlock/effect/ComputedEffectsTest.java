package dev.interlock.effect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.call.ToolCall;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ComputedEffectsTest {

    private static final ToolCall CALL = ToolCall.parse("1", "move", "{\"to\":2}");

    @Test
    void the_function_sees_the_call() {
        Effects effects = Effects.of(
                call -> Set.of(Access.write("room/" + call.arguments().get("to"))));
        assertThat(effects.accesses(CALL))
                .containsExactly(Access.write("room/2"))
                .isUnmodifiable();
        assertThat(effects.isStatic()).isFalse();
        assertThat(effects.isComputed()).isTrue();
        assertThat(effects.and(Effects.reads("a")).isComputed()).isTrue();
        assertThat(effects.isPure()).isFalse();
        assertThat(effects.isBarrier()).isFalse();
        assertThat(effects).hasToString("computed for each call");
    }

    @Test
    void a_call_for_which_the_function_finds_nothing_touches_nothing() {
        assertThat(Effects.of(call -> List.of()).accesses(CALL)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("brokenFunctions")
    void a_call_is_a_barrier_if_the_function_fails(Function<ToolCall, Collection<Access>> broken) {
        Effects effects = Effects.of(broken);
        assertThat(effects.accesses(CALL)).containsExactly(Access.write("/"));
        assertThat(Effects.reads("a/{to}").and(effects).accesses(CALL)).containsExactly(Access.write("/"));
        assertThat(effects.and(Effects.of(call -> List.of())).accesses(CALL)).containsExactly(Access.write("/"));
    }

    static List<Function<ToolCall, Collection<Access>>> brokenFunctions() {
        return List.of(
                call -> {
                    throw new IllegalStateException("broken");
                },
                call -> {
                    throw new StackOverflowError();
                },
                call -> null,
                call -> Arrays.asList(Access.read("a"), null));
    }

    @Test
    void a_failure_is_logged_once() {
        PrintStream original = System.err;
        ByteArrayOutputStream captured = new ByteArrayOutputStream();
        System.setErr(new PrintStream(captured, true, StandardCharsets.UTF_8));
        try {
            Effects effects = Effects.of(call -> null);
            effects.accesses(CALL);
            assertThat(captured.size()).isPositive();
            effects.accesses(CALL);
        } finally {
            System.setErr(original);
        }
        assertThat(captured.toString(StandardCharsets.UTF_8))
                .containsOnlyOnce("computing the effects of a call of tool 'move' failed");
    }

    @Test
    void there_must_be_a_function() {
        assertThatThrownBy(() -> Effects.of(null)).hasMessage("computed");
    }
}
