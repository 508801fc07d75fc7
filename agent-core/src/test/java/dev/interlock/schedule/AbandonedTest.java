package dev.interlock.schedule;

import static dev.interlock.schedule.CallSpec.pure;
import static dev.interlock.schedule.CallSpec.reads;
import static dev.interlock.schedule.CallSpec.writes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.Outcome;
import dev.interlock.call.Outcome.Cancelled;
import dev.interlock.call.Outcome.TimedOut;
import dev.interlock.call.ToolPolicy;
import dev.interlock.durable.PendingKind;
import dev.interlock.event.Wait;
import dev.interlock.schedule.Note.What;
import dev.interlock.share.Cap;
import dev.interlock.share.Caps;
import dev.interlock.share.SharedLimits;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of a call that ignores its interrupt, and of the calls that want what it keeps. */
class AbandonedTest {

    private static final Outcome OK = new Outcome.Succeeded("ok");

    private final Cap one = new Caps(List.of(), 1).of("t", ToolPolicy.DEFAULT).get(0);

    /** Call 0 has exceeded its limit of 20 ms, and is abandoned at 30 ms. */
    private static RoundByHand abandoned(RoundByHand.Setting setting) {
        RoundByHand round = setting.begin();
        round.begins(0);
        return abandoned(round);
    }

    private static RoundByHand abandoned(RoundByHand begun) {
        begun.at(20).timePassed();
        begun.at(30).timePassed();
        assertThat(begun.abandoned()).containsExactly(0);
        return begun;
    }

    private static CallSpec slow(CallSpec spec) {
        return spec.callLimit(20);
    }

    @Test
    void a_call_is_abandoned_when_its_grace_period_has_passed_and_not_before() {
        RoundByHand round = RoundByHand.of(slow(writes("a"))).begin();
        round.begins(0);
        round.at(20).timePassed();
        round.at(29).timePassed();
        assertThat(round.phase(0)).isEqualTo(Phase.RUNNING);
        assertThat(round.schedule.isDone()).isFalse();
        round.at(30).timePassed();
        assertThat(round.abandoned()).containsExactly(0);
        assertThat(round.schedule.isDone()).isTrue();
        assertThat(round.call(0).endNanos()).isEqualTo(round.now());
    }

    @Test
    void it_comes_to_its_verdict_whatever_its_body_comes_to_later() {
        RoundByHand round = abandoned(RoundByHand.of(slow(writes("a"))));
        Outcome verdict = new TimedOut(
                "tool 't0' timed out: the call exceeded 20 ms; it may still take effect", Duration.ofMillis(20), true);
        assertThat(round.call(0).settled()).isEqualTo(verdict);
        long end = round.now();
        assertThat(round.at(40).ends(0, OK, false)).isFalse();
        assertThat(round.call(0).settled()).isEqualTo(verdict);
        assertThat(round.call(0).endNanos()).isEqualTo(end);
    }

    @Test
    void listeners_hear_that_it_was_abandoned_and_then_that_it_has_ended() {
        RoundByHand round = abandoned(RoundByHand.of(slow(writes("a"))));
        assertThat(round.last.tell()).map(Note::what).containsExactly(What.ABANDONED, What.ENDED);
    }

    @Test
    void a_call_on_the_owner_is_never_abandoned() {
        RoundByHand round = RoundByHand.of(slow(writes("a").on(RunsOn.OWNER))).begin();
        assertThat(round.forOwner()).isZero();
        round.beginsOnOwner(0);
        round.at(20).timePassed();
        assertThat(round.interrupted()).containsExactly(0);
        round.at(30).timePassed();
        assertThat(round.abandoned()).isEmpty();
        assertThat(round.phase(0)).isEqualTo(Phase.RUNNING);
        round.at(31).succeeds(0);
        assertThat(round.said(0)).isEqualTo("tool 't0' timed out: the call exceeded 20 ms; it may still take effect");
    }

    // What it gives up, and what it keeps.

    @Test
    void it_gives_its_permit_up() {
        RoundByHand round =
                abandoned(RoundByHand.of(slow(writes("a")), writes("b")).permits(1));
        assertThat(round.started()).containsExactly(1);
    }

    @Test
    void it_gives_its_caps_up() {
        SharedLimits shared = new SharedLimits(false);
        RoundByHand round = RoundByHand.of(slow(writes("a").capped(one)))
                .sharing(shared, "one", 1)
                .begin();
        RoundByHand other = RoundByHand.of(writes("b").capped(one))
                .sharing(shared, "two", 2)
                .begin();
        round.begins(0);
        abandoned(round);
        assertThat(round.last.granted()).containsExactly(other.call(0).claim());
    }

    @Test
    void it_keeps_its_resources_from_later_calls_of_its_round_until_it_ends() {
        RoundByHand round = abandoned(RoundByHand.of(slow(writes("a")), writes("a")));
        round.at(79).next();
        assertThat(round.phase(1)).isEqualTo(Phase.WAITING);
        round.tells(0);
        assertThat(round.started()).containsExactly(1);
        assertThat(round.phase(0)).isEqualTo(Phase.BYPASSED);
    }

    @Test
    void listeners_hear_which_abandoned_call_a_waiting_call_now_waits_for() {
        RoundByHand round = abandoned(RoundByHand.of(slow(writes("a")), writes("a"), reads("b")));
        assertThat(round.last.tell())
                .filteredOn(note -> note.what() == What.WAITING)
                .singleElement()
                .satisfies(note -> assertThat(note.call().index()).isEqualTo(1))
                .satisfies(note -> assertThat(note.requireWait()).isEqualTo(new Wait.ForResource(1, 0, "t0", true)));
    }

    @Test
    void a_call_gives_up_on_its_resources_after_the_limit_for_that_and_not_before() {
        RoundByHand round = abandoned(RoundByHand.of(slow(writes("a")), writes("a")));
        round.at(79).timePassed();
        assertThat(round.phase(1)).isEqualTo(Phase.WAITING);
        round.at(80).timePassed();
        assertThat(round.said(1))
                .isEqualTo("tool 't1' gave up after waiting 50 ms for a resource held by call 1 (tool 't0'), which was"
                        + " abandoned 50 ms ago and is still running");
        assertThat(round.phase(0)).isEqualTo(Phase.BYPASSED);
    }

    @Test
    void it_keeps_its_resources_from_later_rounds_of_its_conversation_until_it_ends() {
        SharedLimits shared = new SharedLimits(false);
        RoundByHand round = abandoned(RoundByHand.of(slow(writes("a"))).sharing(shared, "chat", 1));
        RoundByHand later =
                RoundByHand.of(reads("a")).sharing(shared, "chat", 2).begin();
        assertThat(later.started()).isEmpty();
        round.tells(0);
        assertThat(round.last.granted()).containsExactly(later.call(0).claim());
        assertThat(shared.concernsAll()).isFalse();
    }

    @Test
    void calls_of_other_rounds_that_wait_for_its_resources_are_told_of() {
        SharedLimits shared = new SharedLimits(true);
        RoundByHand round =
                RoundByHand.of(slow(writes("a"))).sharing(shared, "one", 1).begin();
        RoundByHand other =
                RoundByHand.of(writes("a")).sharing(shared, "two", 2).begin();
        round.begins(0);
        abandoned(round);
        assertThat(round.last.suspicious()).containsExactly(other.call(0).claim());
    }

    // Those that wait for its end, but not for its resources.

    @Test
    void equal_calls_share_the_outcome_with_which_it_was_abandoned() {
        RoundByHand round =
                abandoned(RoundByHand.of(slow(reads("a")), reads("a")).equalReads());
        assertThat(round.call(1).settled()).isEqualTo(round.call(0).settled());
        assertThat(round.schedule.isDone()).isTrue();
    }

    @Test
    void the_calls_that_share_its_outcome_are_known_until_its_end_is_told() {
        RoundByHand round = abandoned(
                RoundByHand.of(slow(reads("a")), reads("a"), reads("b")).equalReads());
        assertThat(round.event().followersOf(round.call(0))).containsExactly(round.call(1));
        assertThat(round.event().followersOf(round.call(2))).isEmpty();
    }

    @Test
    void a_round_that_fails_fast_ends_when_a_call_is_abandoned() {
        RoundByHand round =
                abandoned(RoundByHand.of(slow(writes("a")), writes("b")).failFast());
        assertThat(round.said(1))
                .isEqualTo("tool 't1' was not started: call 1 (tool 't0') did not succeed, and the round fails fast");
    }

    @Test
    void a_round_with_a_pending_call_is_not_at_rest_while_a_call_waits_for_an_abandoned_one() {
        RoundByHand round =
                RoundByHand.of(slow(writes("a")), writes("b"), writes("a", "b")).begin();
        round.begins(0);
        round.begins(1);
        round.pends(1, PendingKind.APPROVAL);
        abandoned(round);
        assertThat(round.phase(1)).isEqualTo(Phase.PENDING);
        round.at(31).tells(0);
        assertThat(round.call(1).suspendedAs()).isEqualTo("is pending: a reason");
        assertThat(round.call(2).suspendedAs()).isEqualTo("waits for approval of call 2");
    }

    // Its end, and its release.

    @Test
    void the_user_frees_what_it_keeps_once() {
        RoundByHand round = abandoned(RoundByHand.of(slow(writes("a")), writes("a")));
        assertThat(round.did(round.event().released(round.call(0)))).isTrue();
        assertThat(round.told(What.RELEASED)).containsExactly(0);
        assertThat(round.started()).containsExactly(1);
        assertThat(round.did(round.event().released(round.call(0)))).isFalse();
        assertThat(round.told(What.RELEASED)).isEmpty();
    }

    @Test
    void listeners_hear_of_its_end_as_its_release_unless_the_user_has_freed_it_before() {
        RoundByHand round = abandoned(RoundByHand.of(slow(writes("a"))));
        round.at(33).tells(0);
        assertThat(round.told(What.RELEASED)).containsExactly(0);
        RoundByHand freed = abandoned(RoundByHand.of(slow(writes("a"))));
        freed.did(freed.event().released(freed.call(0)));
        freed.tells(0);
        assertThat(freed.last.tell()).isEmpty();
    }

    @Test
    void a_call_that_runs_cannot_be_freed() {
        RoundByHand round = RoundByHand.of(slow(writes("a"))).begin();
        round.begins(0);
        assertThat(round.did(round.event().released(round.call(0)))).isFalse();
        assertThat(round.phase(0)).isEqualTo(Phase.RUNNING);
        assertThat(round.last.tell()).isEmpty();
    }

    // Calls that only ask.

    @Test
    void a_call_that_asks_keeps_nothing_when_it_is_abandoned() {
        SharedLimits shared = new SharedLimits(false);
        RoundByHand round = abandoned(RoundByHand.of(slow(writes("a").managed()), writes("a"))
                .runsBeforeTurn()
                .sharing(shared, "chat", 1));
        assertThat(round.phase(0)).isEqualTo(Phase.BYPASSED);
        assertThat(shared.concernsAll()).isFalse();
        assertThat(round.schedule.park()).isEqualTo(Limits.NO_LIMIT);
        round.begins(1);
        assertThat(round.did(round.event().wantsTurn(round.call(1)))).isTrue();
        assertThat(round.phase(1)).isEqualTo(Phase.RUNNING);
        assertThat(round.said(0)).isEqualTo("tool 't0' timed out: the call exceeded 20 ms before the tool could start");
        round.at(35).tells(0);
        assertThat(round.told(What.RELEASED)).containsExactly(0);
    }

    @Test
    void a_call_that_uses_the_result_of_an_abandoned_call_is_skipped() {
        RoundByHand round = abandoned(
                RoundByHand.of(slow(reads("a").managed()), pure().using(0)).runsBeforeTurn());
        assertThat(round.said(1))
                .isEqualTo("tool 't1' was not started: it uses the result of call 1 (tool 't0'), which did not succeed:"
                        + " tool 't0' timed out: the call exceeded 20 ms before the tool could start");
        assertThat(round.schedule.isDone()).isTrue();
    }

    // The user's executor.

    @Test
    void an_abandoned_call_does_not_count_as_one_that_runs() {
        RoundByHand round =
                abandoned(RoundByHand.of(slow(writes("a")), writes("b")).usesExecutor());
        round.at(100).next();
        assertThat(round.started()).containsExactly(1);
    }

    @Test
    void a_call_that_was_paused_when_it_was_abandoned_does_not_count_twice_as_one_that_ended() {
        RoundByHand round = RoundByHand.of(slow(writes("a").managed()), writes("b"))
                .usesExecutor()
                .begin();
        round.begins(0);
        round.did(round.event().paused(round.call(0)));
        abandoned(round);
        round.at(100).next();
        assertThat(round.started()).containsExactly(1);
    }

    // A round that the engine's failure has ended.

    @Test
    void after_a_failure_of_the_engine_an_abandoned_call_keeps_its_resources_without_a_limit_for_its_round() {
        RoundByHand round = RoundByHand.of(writes("a"), writes("a")).begin();
        round.begins(0);
        round.did(round.event().collapsed(EngineFailure.elsewhere(new AssertionError("torn"))));
        round.at(10).timePassed();
        assertThat(round.abandoned()).containsExactly(0);
        assertThat(round.call(0).settled())
                .isEqualTo(new Cancelled(
                        "tool 't0' was interrupted after 0 ms: the failure of another call ended the round; it may"
                                + " have taken effect",
                        true));
        assertThat(round.schedule.park()).isEqualTo(Limits.NO_LIMIT);
        round.at(11).tells(0);
        assertThat(round.phase(0)).isEqualTo(Phase.BYPASSED);
    }

    @Test
    void after_a_failure_of_the_engine_an_asking_call_is_abandoned_as_well() {
        RoundByHand round =
                RoundByHand.of(writes("a").managed()).runsBeforeTurn().begin();
        round.begins(0);
        round.did(round.event().collapsed(EngineFailure.elsewhere(new AssertionError("torn"))));
        round.at(10).timePassed();
        assertThat(round.abandoned()).containsExactly(0);
        assertThat(round.phase(0)).isEqualTo(Phase.BYPASSED);
        assertThat(round.schedule.isDone()).isTrue();
    }

    @Test
    void a_limit_of_zero_for_held_resources_fails_waiting_calls_at_once() {
        RoundByHand round =
                abandoned(RoundByHand.of(slow(writes("a")), writes("a")).heldLimit(0));
        assertThat(round.said(1))
                .isEqualTo("tool 't1' gave up after waiting 0 ms for a resource held by call 1 (tool 't0'), which was"
                        + " abandoned 0 ms ago and is still running");
    }
}
