package dev.interlock.effect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.call.ToolCall;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EffectsTest {

    private static final ToolCall TRANSFER = ToolCall.parse("1", "transfer", "{\"from\":1,\"to\":2}");

    @Test
    void a_pure_tool_accesses_nothing() {
        Effects pure = Effects.pure();
        assertThat(pure.accesses(TRANSFER)).isEmpty();
        assertThat(pure.isPure()).isTrue();
        assertThat(pure.isReadOnly()).isTrue();
        assertThat(pure.isStatic()).isTrue();
        assertThat(pure.isBarrier()).isFalse();
        assertThat(pure).hasToString("pure");
    }

    @Test
    void templates_are_resolved_for_each_call() {
        Effects effects = Effects.writes("account/{from}", "account/{to}");
        assertThat(effects.accesses(TRANSFER))
                .containsExactly(Access.write("account/1"), Access.write("account/2"))
                .isUnmodifiable();
        assertThat(effects.isPure()).isFalse();
        assertThat(effects.isReadOnly()).isFalse();
        assertThat(effects.isStatic()).isFalse();
        assertThat(effects.isComputed()).isFalse();
        assertThat(effects.isBarrier()).isFalse();
    }

    @Test
    void a_single_template_gives_an_unmodifiable_list_too() {
        assertThat(Effects.reads("account/{from}").accesses(TRANSFER))
                .containsExactly(Access.read("account/1"))
                .isUnmodifiable();
        assertThat(Effects.reads("account/{ids}").accesses(ToolCall.parse(null, "t", "{\"ids\":[1,2]}")))
                .containsExactlyInAnyOrder(Access.read("account/1"), Access.read("account/2"))
                .isUnmodifiable();
    }

    @Test
    void constant_templates_are_resolved_once() {
        Effects effects = Effects.reads("log", "/log/").and(Effects.writes("log"));
        assertThat(effects.accesses(TRANSFER))
                .containsExactly(Access.read("log"), Access.write("log"))
                .isSameAs(effects.accesses(TRANSFER));
        assertThat(effects.isStatic()).isTrue();
    }

    @Test
    void effects_add_up() {
        Effects effects = Effects.reads("account/{from}")
                .and(Effects.writes("log"))
                .and(Effects.of(call -> List.of(Access.write("audit/" + call.tool()))));
        assertThat(effects.accesses(TRANSFER))
                .containsExactlyInAnyOrder(
                        Access.read("account/1"), Access.write("log"), Access.write("audit/transfer"));
        assertThat(effects).hasToString("reads account/{from}, writes log, computed for each call");
    }

    @Test
    void effects_without_a_known_resource_touch_everything() {
        assertThat(Effects.reads().accesses(TRANSFER)).containsExactly(Access.read("/"));
        assertThat(Effects.writes().isBarrier()).isTrue();
        assertThat(Effects.reads("/")).hasToString("reads /");
    }

    @Test
    void a_barrier_writes_the_root_whatever_else_it_does() {
        Effects effects = Effects.reads("account/{from}").and(Effects.exclusive());
        assertThat(effects.isBarrier()).isTrue();
        assertThat(effects.accesses(TRANSFER)).contains(Access.write("/"));
        assertThat(Effects.exclusive("").isBarrier()).isTrue();
        assertThat(Effects.exclusive()).hasToString("exclusive");
        assertThat(Effects.exclusive().isReadOnly()).isFalse();
        assertThat(Effects.reads("/").isBarrier()).isFalse();
        assertThat(Effects.writes("{from}").isBarrier()).isFalse();
    }

    @Test
    void exclusive_on_a_resource_writes_it() {
        Effects effects = Effects.exclusive("session");
        assertThat(effects.accesses(TRANSFER)).containsExactly(Access.write("session"));
        assertThat(effects.isBarrier()).isFalse();
        assertThat(effects).hasToString("writes session");
    }

    @Test
    void only_reads_are_read_only() {
        assertThat(Effects.reads("a/{from}", "b").isReadOnly()).isTrue();
        assertThat(Effects.reads("a").and(Effects.writes("b")).isReadOnly()).isFalse();
        assertThat(Effects.of(call -> List.of()).isReadOnly()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1]", "1", "\"x\"", "no json"})
    void a_call_without_an_object_as_arguments_is_a_barrier(String arguments) {
        ToolCall call = ToolCall.parse("1", "t", arguments);
        for (Effects effects : List.of(
                Effects.pure(),
                Effects.reads("a"),
                Effects.reads("a/{x}"),
                Effects.of(c -> List.of(Access.read("a"))))) {
            assertThat(effects.accesses(call)).containsExactly(Access.write("/"));
        }
    }

    @Test
    void parameter_types_reach_the_templates() {
        ToolCall call = ToolCall.parse("1", "t", "{\"id\":\"42.0\"}");
        Effects effects = Effects.reads("account/{id}");
        assertThat(effects.accesses(call, Map.of("id", ParameterType.INTEGER)))
                .containsExactly(Access.read("account/42"));
        assertThat(effects.accesses(call, Map.of("id", ParameterType.STRING)))
                .containsExactly(Access.read("account/42.0"));
        assertThat(effects.accesses(call)).containsExactly(Access.read("account/42.0"), Access.read("account/42"));
    }

    @Test
    void equal_declarations_are_told_once() {
        assertThat(Effects.reads("a").and(Effects.reads("/a"))).hasToString("reads a");
    }

    @Test
    void every_template_is_validated() {
        Effects effects = Effects.reads("log", "a/{from}").and(Effects.writes("a/{to}"));
        effects.validate("transfer", Set.of("from", "to"));
        assertThatThrownBy(() -> effects.validate("transfer", Set.of("from")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tool 'transfer'")
                .hasMessageContaining("{to}");
    }

    @Test
    void malformed_templates_are_refused_at_once() {
        assertThatThrownBy(() -> Effects.reads("a", "b/{x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Effects.writes("}")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Effects.exclusive("{}")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Effects.reads((String) null)).isInstanceOf(NullPointerException.class);
    }
}
