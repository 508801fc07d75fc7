package dev.interlock.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.interlock.call.CallResult;
import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.durable.SuspendedCall.Asked;
import dev.interlock.durable.SuspendedCall.Ended;
import dev.interlock.durable.SuspendedCall.Pending;
import dev.interlock.durable.SuspendedCall.Waiting;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of a suspended round by decisions. */
class DecisionsTest {

    private static final Instant SINCE = Instant.parse("2026-01-02T03:04:05Z");

    private static SuspendedCall pending(String id, PendingKind kind, int attempts) {
        ToolCall call = ToolCall.parse(id, "pay", "{\"to\":\"a\"}");
        List<Asked> asked =
                kind == PendingKind.APPROVAL ? List.of(new Asked(0, call.arguments(), null, false)) : List.of();
        return new Pending(call, false, kind, "the owner", asked, attempts, SINCE);
    }

    private static SuspendedRound round(SuspendedCall... calls) {
        return new SuspendedRound("r", List.of(calls));
    }

    private static final SuspendedCall ENDED = new Ended(new CallResult(
            ToolCall.parse("e", "look", "{}"), new Outcome.Succeeded("x"), 1, SINCE, SINCE, ThreadKind.OWNER));

    @Test
    void an_approved_call_is_to_run_as_it_is_and_what_is_not_decided_stays() {
        SuspendedRound round =
                round(ENDED, pending("1", PendingKind.APPROVAL, 0), pending("2", PendingKind.APPROVAL, 0));
        SuspendedRound decided = round.decide(Map.of(1, Decision.approved()));
        assertThat(decided.id()).isEqualTo("r");
        assertThat(decided.pending()).containsExactly(2);
        assertThat(decided.calls().get(0)).isEqualTo(ENDED);
        assertThat(decided.calls().get(2)).isEqualTo(round.calls().get(2));
        assertThat(decided.calls().get(1))
                .isInstanceOfSatisfying(
                        Waiting.class,
                        call -> assertThat(call.approved())
                                .containsExactly(new Asked(0, call.call().arguments(), null, false)));
        assertThat(((Waiting) round.decide(Map.of(1, Decision.approvedAlways()))
                                .calls()
                                .get(1))
                        .approved())
                .allMatch(Asked::always);
    }

    @Test
    void edited_arguments_are_those_of_the_call_and_approved() {
        var arguments = JsonNodeFactory.instance.objectNode().put("to", "${1}");
        SuspendedRound decided =
                round(pending("1", PendingKind.APPROVAL, 0)).decide(Map.of("1", Decision.approvedWith(arguments)));
        assertThat(decided.calls().get(0)).isInstanceOfSatisfying(Waiting.class, call -> {
            assertThat(call.edited()).isTrue();
            assertThat(call.call()).isEqualTo(new ToolCall("1", "pay", arguments));
            assertThat(call.approved()).allMatch(asked -> asked.isAbout(call.call()));
        });
    }

    @Test
    void refused_completed_and_given_up_calls_have_their_outcomes() {
        SuspendedRound decided = round(
                        pending("1", PendingKind.APPROVAL, 0),
                        pending("2", PendingKind.EXTERNAL, 1),
                        pending("3", PendingKind.EXTERNAL, 1),
                        pending("4", PendingKind.MAY_HAVE_HAPPENED, 1))
                .decide(Map.of(
                        0, Decision.refused("too much"),
                        1, Decision.refused("the printer burnt"),
                        2, Decision.completed("printed"),
                        3, Decision.givenUp("the machine is gone")));
        assertThat(decided.pending()).isEmpty();
        List<String> messages = decided.calls().stream()
                .map(call -> ((Ended) call).result().outcome().message())
                .toList();
        assertThat(messages)
                .containsExactly(
                        "tool 'pay' was not approved: too much",
                        "the printer burnt",
                        "succeeded",
                        "tool 'pay' was given up: the machine is gone; it may have taken effect");
        assertThat(((Ended) decided.calls().get(2)).result())
                .satisfies(result -> assertThat(result.outcome()).isEqualTo(new Outcome.Succeeded("printed")))
                .satisfies(result -> assertThat(result.attempts()).isEqualTo(1));
        assertThat(((Ended) decided.calls().get(3)).result().outcome())
                .isInstanceOfSatisfying(
                        Outcome.Cancelled.class,
                        cancelled -> assertThat(cancelled.mayHaveTakenEffect()).isTrue());
        assertThat(decided.calls()).allMatch(call -> ((Ended) call).decided());
        assertThat(SuspendedRound.fromJson(decided.toJson()).toJson()).isEqualTo(decided.toJson());
    }

    @Test
    void what_is_equal_to_a_call_that_has_its_outcome_now_has_the_same_and_to_an_edited_one_is_not() {
        SuspendedCall follower =
                new Waiting(ToolCall.parse("f", "pay", "{\"to\":\"a\"}"), false, "is equal", List.of(), 0);
        assertThat(round(pending("1", PendingKind.EXTERNAL, 1), follower)
                        .decide(Map.of(0, Decision.completed(5)))
                        .calls()
                        .get(1))
                .isInstanceOfSatisfying(Ended.class, ended -> {
                    assertThat(ended.result().outcome()).isEqualTo(new Outcome.Succeeded(5));
                    assertThat(ended.result().call()).isEqualTo(follower.call());
                });
        assertThat(round(pending("1", PendingKind.APPROVAL, 0), follower)
                        .decide(Map.of(
                                0,
                                Decision.approvedWith(
                                        JsonNodeFactory.instance.objectNode().put("to", "b"))))
                        .calls()
                        .get(1))
                .isInstanceOfSatisfying(
                        Waiting.class, waiting -> assertThat(waiting.follows()).isEqualTo(-1));
        assertThat(round(pending("1", PendingKind.APPROVAL, 0), follower)
                        .decide(Map.of(0, Decision.approved()))
                        .calls()
                        .get(1))
                .isEqualTo(follower);
    }

    @Test
    void a_decision_of_a_call_that_is_not_pending_says_which_and_what_it_is() {
        SuspendedRound round =
                round(ENDED, new Waiting(ToolCall.parse("w", "pay", "{}"), "waits for approval of call 3"));
        assertThatThrownBy(() -> round.decide(Map.of(0, Decision.approved())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("call 1 ('look') is not pending, it has ended: succeeded");
        assertThatThrownBy(() -> round.decide(Map.of("w", Decision.approved())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("call 2 ('pay') is not pending, it waits for approval of call 3");
        assertThatThrownBy(() -> round.decide(Map.of(2, Decision.approved())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no call at place 2; the round has 2 calls, from place 0");
        assertThatThrownBy(() -> round.decide(Map.of("x", Decision.approved())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no call with the id 'x'");
        assertThatThrownBy(() -> round.decide(Map.of(1L, Decision.approved())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("java.lang.Long");
    }

    @Test
    void ids_that_repeat_are_no_way_to_decide_and_two_decisions_of_a_call_are_one_too_many() {
        SuspendedRound twice = round(pending("1", PendingKind.APPROVAL, 0), pending("1", PendingKind.APPROVAL, 0));
        assertThatThrownBy(() -> twice.decide(Map.of("1", Decision.approved())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[0, 1]");
        assertThatThrownBy(() -> round(pending("1", PendingKind.APPROVAL, 0))
                        .decide(Map.of("1", Decision.approved(), 0, Decision.refused("no"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("two decisions about call 1");
        SuspendedRound again = round(ENDED, pending("e", PendingKind.APPROVAL, 0));
        assertThat(again.decide(Map.of("e", Decision.approved())).pending()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(PendingKind.class)
    void only_decisions_that_fit_are_taken(PendingKind kind) {
        List<Decision> all = List.of(
                Decision.approved(),
                Decision.approvedWith(JsonNodeFactory.instance.objectNode()),
                Decision.refused("no"),
                Decision.completed(null),
                Decision.runAgain(),
                Decision.givenUp("enough"));
        SuspendedRound round = round(pending("1", kind, 1));
        for (Decision decision : all) {
            if (kind.allows(decision)) {
                assertThat(round.decide(Map.of(0, decision)).pending()).isEmpty();
            } else {
                assertThatThrownBy(() -> round.decide(Map.of(0, decision)))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("call 1 ('pay') waits for " + kind)
                        .hasMessageContaining(decision.getClass().getSimpleName());
            }
        }
        assertThat(all.stream().filter(kind::allows).count()).isEqualTo(kind == PendingKind.EXTERNAL ? 4 : 3);
    }
}
