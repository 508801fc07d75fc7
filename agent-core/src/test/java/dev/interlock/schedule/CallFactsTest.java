package dev.interlock.schedule;

import static dev.interlock.schedule.CallSpec.pure;
import static dev.interlock.schedule.CallSpec.reads;
import static dev.interlock.schedule.CallSpec.writes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.interlock.call.Outcome;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Access;
import dev.interlock.share.Cap;
import dev.interlock.share.Caps;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is known of a call before its round admits it. */
class CallFactsTest {

    private static final ToolPolicy POLICY = ToolPolicy.builder().build();

    private static Call unplaced(boolean known, boolean readOnly) {
        return new Call(new ToolTraits("search", POLICY, List.of(), known, readOnly)) {};
    }

    @Test
    void a_call_keeps_its_place_and_its_round() {
        Call call = unplaced(true, true);
        assertThat(call.round()).isZero();
        call.takePlace(7, 2);
        assertThat(call.round()).isEqualTo(7);
        assertThat(call.index()).isEqualTo(2);
    }

    @Test
    void a_call_cannot_be_given_to_a_second_round() {
        Call call = unplaced(true, true);
        call.takePlace(7, 2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> call.takePlace(8, 4))
                .withMessage("call 5 was given to a round before");
        assertThat(call.round()).isEqualTo(7);
        assertThat(call.index()).isEqualTo(2);
    }

    @Test
    void an_outcome_from_an_earlier_round_can_be_set_before_the_call_is_in_a_round() {
        Call call = unplaced(true, true);
        call.requireNoRound();
        Outcome known = new Outcome.Succeeded("found");
        call.setEarlierOutcome(known);
        assertThat(call.settled()).isSameAs(known);
    }

    @Test
    void an_outcome_cannot_be_set_from_outside_once_the_call_is_in_a_round() {
        Call call = unplaced(true, true);
        call.takePlace(1, 0);
        assertThatIllegalStateException()
                .isThrownBy(() -> call.setEarlierOutcome(new Outcome.Succeeded("found")))
                .withMessage("tool 'search' is already in a round, so its outcome cannot be set from outside");
        assertThat(call.settled()).isNull();
    }

    @Test
    void a_call_without_a_plan_is_taken_to_change_everything() {
        Call call = unplaced(true, false);
        assertThat(call.accesses()).containsExactly(Access.write("/"));
        assertThat(call.runsOn).isEqualTo(RunsOn.OWN_THREAD);
        assertThat(call.isManaged()).isFalse();
        assertThat(call.uses()).isEmpty();
        assertThat(call.expectedNanos).isZero();
        assertThat(call.onlyReads()).isFalse();
    }

    @Test
    void the_plan_says_what_it_accesses_and_where_it_runs() {
        Call call = unplaced(true, false);
        call.plan(List.of(Access.read("a")), RunsOn.ANY_THREAD, true);
        call.expect(12);
        assertThat(call.accesses()).containsExactly(Access.read("a"));
        assertThat(call.runsOn).isEqualTo(RunsOn.ANY_THREAD);
        assertThat(call.isManaged()).isTrue();
        assertThat(call.expectedNanos).isEqualTo(12);
    }

    @Test
    void its_caps_are_those_of_its_tool() {
        List<Cap> caps = new Caps(List.of(), 3).of("search", POLICY);
        Call call = new Call(new ToolTraits("search", POLICY, caps, true, true)) {};
        assertThat(call.caps()).hasSize(1).isEqualTo(caps);
        assertThat(call.tool().caps()).isEqualTo(caps);
    }

    @Test
    void a_call_whose_accesses_are_reads_only_reads() {
        assertThat(reads("a", "b").make(1, 0).onlyReads()).isTrue();
        assertThat(pure().make(1, 0).onlyReads()).isTrue();
        assertThat(writes("a").make(1, 0).onlyReads()).isFalse();
        Call mixed = unplaced(true, false);
        mixed.plan(List.of(Access.read("a"), Access.write("b")), RunsOn.OWN_THREAD, false);
        assertThat(mixed.onlyReads()).isFalse();
    }

    @Test
    void a_call_of_a_tool_that_changes_nothing_only_reads_whatever_its_accesses() {
        assertThat(unplaced(true, true).onlyReads()).isTrue();
    }

    @Test
    void nothing_is_taken_to_only_read_unless_a_source_says_so() {
        assertThat(unplaced(false, true).onlyReads()).isFalse();
        assertThat(reads("a").unknown().make(1, 0).onlyReads()).isFalse();
    }

    @Test
    void a_call_keeps_its_preset_outcome() {
        Call call = unplaced(true, true);
        assertThat(call.presetOutcome()).isNull();
        Outcome instead = new Outcome.Cancelled("no such tool", false);
        call.preset(instead);
        assertThat(call.presetOutcome()).isSameAs(instead);
    }

    @Test
    void a_call_in_words_is_its_tool_in_quotes() {
        assertThat(unplaced(true, true).inWords()).isEqualTo("tool 'search'");
        assertThat(unplaced(true, true).tool().name()).isEqualTo("search");
    }

    @Test
    void calls_whose_results_it_uses_are_counted_from_one() {
        Call call = pure().using(0, 3).make(1, 4);
        assertThat(call.uses()).containsExactly(0, 3);
        assertThat(call.numberOf(pure().make(1, 0))).isEqualTo(1);
        assertThat(call.numberOf(pure().make(1, 3))).isEqualTo(4);
    }

    @Test
    void calls_whose_results_it_uses_have_the_numbers_that_the_call_gave_them() {
        Call call = pure().using(0, 3).numbered(11, 14).make(1, 4);
        assertThat(call.numberOf(pure().make(1, 0))).isEqualTo(11);
        assertThat(call.numberOf(pure().make(1, 3))).isEqualTo(14);
        assertThat(call.numberOf(pure().make(1, 2)))
                .as("the call does not refer to this one")
                .isEqualTo(3);
    }

    @Test
    void calls_conflict_if_one_writes_what_the_other_accesses() {
        Call reader = reads("x", "a/b").make(1, 0);
        Call writer = writes("y", "a").make(1, 1);
        assertThat(reader.conflictsWith(writer)).isTrue();
        assertThat(writer.conflictsWith(reader)).isTrue();
        assertThat(reader.conflictsWith(reads("a/b").make(1, 2))).isFalse();
        assertThat(writer.conflictsWith(writes("z").make(1, 2))).isFalse();
        assertThat(writer.conflictsWith(pure().make(1, 2))).isFalse();
    }

    @Test
    void a_call_remembers_that_its_tool_was_started_before() {
        Call call = unplaced(true, false);
        assertThat(call.isStartedBefore()).isFalse();
        call.markStartedBefore();
        assertThat(call.isStartedBefore()).isTrue();
        assertThat(call.attempts()).isZero();
    }
}
