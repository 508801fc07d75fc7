package dev.interlock.learn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.ToolCall;
import dev.interlock.effect.Access;
import dev.interlock.effect.Effects;
import dev.interlock.effect.ParameterType;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What it takes to say that a tool changes nothing. */
class OnlyReadingTest {

    private static Proposal learnt(KnownTool tool, int calls, Set<Access> accesses) {
        EffectLearner learner = EffectLearner.of(List.of(tool));
        for (int i = 0; i < calls; i++) {
            learner.add(new ObservedCall(
                    ToolCall.parse(null, tool.name(), "{\"text\": \"text" + i + "\"}"), accesses, "run" + i));
        }
        return learner.proposal(tool.name()).orElseThrow();
    }

    private static KnownTool tool(String name, String description) {
        return new KnownTool(name, description, Map.of("text", ParameterType.STRING));
    }

    private static final KnownTool UNKNOWN = tool("frobnicate", "Frobnicates.");
    private static final KnownTool READS = tool("get_order", "Returns an order.");
    private static final KnownTool PURE = tool("calculate_length", "Calculates the length of a given text.");
    private static final Set<Access> ORDERS = Set.of(Access.read("orders"));

    @Test
    void one_call_that_only_reads_is_not_enough() {
        assertThat(learnt(UNKNOWN, 1, ORDERS).isClaim()).isFalse();
        assertThat(learnt(UNKNOWN, 1, ORDERS).reason()).contains("no observed call wrote");
    }

    @Test
    void two_calls_are_with_a_word_of_warning() {
        Proposal proposal = learnt(UNKNOWN, 2, ORDERS);
        assertThat(proposal.effects().map(Effects::toString)).contains("reads orders");
        assertThat(proposal.isPure()).isFalse();
        assertThat(proposal.reason()).contains("do not say that it only reads");
    }

    @Test
    void one_is_enough_for_a_tool_that_says_so_too() {
        Proposal proposal = learnt(READS, 1, ORDERS);
        assertThat(proposal.reads()).containsExactly("orders");
        assertThat(proposal.reason()).isEqualTo("1 call in 1 run wrote nothing that observers watch");
    }

    @Test
    void a_tool_that_says_so_and_touches_nothing_is_pure() {
        assertThat(learnt(PURE, 1, Set.of()).isPure()).isTrue();
        assertThat(learnt(PURE, 1, Set.of()).reason())
                .isEqualTo("1 call in 1 run touched nothing that observers watch");
    }

    @Test
    void a_tool_that_only_reads_and_touches_nothing_is_pure_where_all_is_watched() {
        ObservedCall seen = new ObservedCall(ToolCall.parse(null, READS.name(), "{}"), Set.of(), "run");
        EffectLearner learner = EffectLearner.of(List.of(READS)).allIsWatched();
        learner.add(seen);
        assertThat(learner.proposal(READS.name()).orElseThrow().isPure()).isTrue();
        EffectLearner other = EffectLearner.of(List.of(READS));
        other.add(seen);
        assertThat(other.proposal(READS.name()).orElseThrow().isClaim()).isFalse();
    }

    @Test
    void of_another_that_touches_nothing_that_is_watched_nothing_is_said() {
        assertThat(learnt(UNKNOWN, 50, Set.of()).isClaim()).isFalse();
        assertThat(learnt(UNKNOWN, 50, Set.of()).isPure()).isFalse();
        assertThat(learnt(READS, 50, Set.of()).isClaim()).isFalse();
    }

    @Test
    void calls_that_failed_tell_nothing_of_writes() {
        for (KnownTool tool : List.of(UNKNOWN, READS)) {
            EffectLearner learner = EffectLearner.of(List.of(tool));
            for (int i = 0; i < 9; i++) {
                ToolCall call = ToolCall.parse(null, tool.name(), "{\"text\": \"text" + i + "\"}");
                learner.add(new ObservedCall(call, ORDERS, "run" + i, true));
            }
            assertThat(learner.proposal(tool.name()).orElseThrow().isClaim()).isFalse();
        }
    }

    @Test
    void of_a_tool_without_specification_the_name_is_not_asked() {
        EffectLearner learner = EffectLearner.of(List.of());
        learner.add(new ObservedCall(ToolCall.parse(null, "get_order", "{}"), ORDERS, "run"));
        assertThat(learner.proposal("get_order").orElseThrow().isClaim()).isFalse();
    }

    @Test
    void what_was_seen_counts_more_than_what_is_said() {
        assertThat(learnt(READS, 2, Set.of(Access.write("orders"))).writes()).containsExactly("orders");
    }

    @Test
    void a_claim_is_an_entry_of_an_effects_file() {
        assertThat(learnt(UNKNOWN, 2, ORDERS).entry()).hasValueSatisfying(entry -> {
            assertThat(entry).hasToString("frobnicate: reads orders (learnt)");
            assertThat(entry.calls()).hasValue(2);
            assertThat(entry.against()).hasValue(0);
            assertThat(entry.note()).startsWith("2 calls in 2 runs");
        });
        assertThat(learnt(PURE, 1, Set.of()).entry())
                .hasValueSatisfying(entry -> assertThat(entry.isPure()).isTrue());
        assertThat(learnt(UNKNOWN, 1, ORDERS).entry()).isEmpty();
    }

    @Test
    void a_tool_whose_name_is_a_glob_has_no_entry() {
        KnownTool odd = tool("get_*", "Returns an order.");
        assertThat(learnt(odd, 2, ORDERS).isClaim()).isTrue();
        assertThat(learnt(odd, 2, ORDERS).entry()).isEmpty();
        assertThat(learnt(tool(" ", ""), 2, ORDERS).entry()).isEmpty();
    }
}
