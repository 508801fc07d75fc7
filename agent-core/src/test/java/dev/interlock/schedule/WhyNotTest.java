package dev.interlock.schedule;

import static dev.interlock.schedule.CallSpec.reads;
import static dev.interlock.schedule.CallSpec.writes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.Outcome;
import dev.interlock.call.Outcome.Cancelled;
import dev.interlock.call.Outcome.Skipped;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Why a call that is next must not start. */
class WhyNotTest {

    private static final Outcome OK = new Outcome.Succeeded("ok");

    private final Call first = reads("a").make(1, 0);
    private final Call second = reads("b").make(1, 1);

    private @Nullable Outcome whyNot(Call call) {
        return WhyNot.of(call, null, List.of(first, second, call));
    }

    private static Call third(CallSpec spec) {
        return spec.make(1, 2);
    }

    @Test
    void a_call_that_nothing_keeps_from_its_tool_may_start() {
        assertThat(whyNot(third(writes("c")))).isNull();
    }

    @Test
    void a_call_may_start_once_it_has_all_results_that_it_uses() {
        first.restoreOutcome(OK);
        second.restoreOutcome(OK);
        assertThat(whyNot(third(writes("c").using(0, 1)))).isNull();
    }

    @Test
    void a_call_is_skipped_for_the_first_result_that_is_missing() {
        first.restoreOutcome(OK);
        second.restoreOutcome(RoundByHand.failure());
        assertThat(whyNot(third(writes("c").using(0, 1))))
                .isEqualTo(new Skipped("tool 't2' was not started: it uses the result of call 2 (tool 't1'), which did"
                        + " not succeed: no luck"));
    }

    @Test
    void a_call_is_skipped_if_a_call_that_it_uses_has_no_outcome_yet() {
        assertThat(whyNot(third(writes("c").using(0))))
                .isEqualTo(new Skipped("tool 't2' was not started: it uses the result of call 1 (tool 't0'), which has"
                        + " no result"));
    }

    @Test
    void a_skipped_call_counts_the_other_as_the_model_does() {
        first.restoreOutcome(RoundByHand.failure());
        second.restoreOutcome(RoundByHand.failure());
        assertThat(whyNot(third(writes("c").using(1, 0).numbered(7, 8))))
                .isEqualTo(new Skipped("tool 't2' was not started: it uses the result of call 7 (tool 't1'), which did"
                        + " not succeed: no luck"));
    }

    @Test
    void a_call_comes_to_its_preset_outcome_even_if_a_result_is_missing() {
        Call call = third(writes("c").using(0));
        call.preset(RoundByHand.refusal(call));
        assertThat(whyNot(call)).isEqualTo(new Cancelled("tool 't2' is refused", false));
    }

    @Test
    void a_stopped_round_starts_no_call_even_if_that_has_a_preset_outcome() {
        Call call = third(writes("c"));
        call.preset(RoundByHand.refusal(call));
        assertThat(WhyNot.of(call, "enough", List.of(first, second, call)))
                .isEqualTo(new Cancelled("tool 't2' was not started: enough", false));
    }
}
