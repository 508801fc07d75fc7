package dev.interlock.schedule;

import static dev.interlock.schedule.CallSpec.reads;
import static dev.interlock.schedule.CallSpec.writes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.Outcome;
import dev.interlock.durable.PendingKind;
import org.junit.jupiter.api.Test;

/** A call becomes pending in two steps. What may happen between them, while its thread writes to the journal. */
class BecomesPendingTest {

    /** Its call has ended by saying that it is pending, and the journal does not know yet. */
    private static RoundByHand ending(RoundByHand.Setting of) {
        RoundByHand round = of.begin();
        round.begins(0);
        assertThat(round.endsPending(0, PendingKind.EXTERNAL)).isTrue();
        return round;
    }

    private static RoundByHand ending(CallSpec... calls) {
        return ending(RoundByHand.of(calls));
    }

    @Test
    void the_round_does_not_rest_before_the_journal_knows() {
        RoundByHand round = ending(writes("a"), reads("a"));
        assertThat(round.schedule.isDone()).isFalse();
        assertThat(round.call(0).suspendedAs()).isNull();
        round.becomesPending(0);
        assertThat(round.schedule.isDone()).isTrue();
        assertThat(round.call(0).suspendedAs()).isEqualTo("is pending: a reason");
        assertThat(round.call(1).suspendedAs()).isNotNull();
    }

    @Test
    void it_keeps_its_permit_until_then() {
        RoundByHand round = ending(RoundByHand.of(writes("a"), reads("b")).permits(1));
        assertThat(round.started()).isEmpty();
        round.becomesPending(0);
        assertThat(round.started()).containsExactly(1);
    }

    @Test
    void a_cancel_meanwhile_ends_it_then() {
        RoundByHand round = ending(writes("a"));
        round.cancels("the caller cancels");
        assertThat(round.schedule.isDone()).isFalse();
        round.becomesPending(0);
        assertThat(round.said(0))
                .isEqualTo("tool 't0' was interrupted after 0 ms: the caller cancels; it may have taken effect");
        assertThat(round.schedule.isDone()).isTrue();
    }

    @Test
    void the_limit_of_the_round_meanwhile_ends_it_then() {
        RoundByHand round = ending(RoundByHand.of(writes("a")).roundLimit(20));
        round.at(20).next();
        assertThat(round.call(0).settled()).isNull();
        round.becomesPending(0);
        assertThat(round.call(0).settled()).isInstanceOf(Outcome.TimedOut.class);
        assertThat(round.schedule.isDone()).isTrue();
    }

    @Test
    void a_failure_that_leaves_the_round_meanwhile_ends_it_then() {
        RoundByHand round = ending(writes("a"), writes("b"));
        round.begins(1);
        round.leaves(1);
        assertThat(round.call(0).settled()).isNull();
        round.becomesPending(0);
        assertThat(round.call(0).settled()).isInstanceOf(Outcome.Cancelled.class);
        assertThat(round.schedule.isDone()).isTrue();
    }

    @Test
    void a_call_that_is_none_meanwhile_ends_then() {
        RoundByHand round = ending(writes("a"), reads("b"));
        round.withdraws(0);
        round.becomesPending(0);
        assertThat(round.said(0)).contains(Outcomes.WITHDRAWN);
        assertThat(round.phase(0)).isEqualTo(Phase.DONE);
    }

    @Test
    void a_round_that_is_confined_meanwhile_fails_it_then() {
        RoundByHand round = ending(writes("a"), reads("b"));
        round.event().confine();
        assertThat(round.call(0).settled()).isNull();
        round.becomesPending(0);
        assertThat(round.said(0)).startsWith("tool 't0' cannot be pending: its round is confined");
    }

    @Test
    void a_refusal_meanwhile_ends_a_call_whose_tool_has_not_started() {
        RoundByHand round = RoundByHand.of(writes("a").managed(), reads("b"))
                .runsBeforeTurn()
                .begin();
        round.begins(0);
        assertThat(round.endsPending(0, PendingKind.APPROVAL)).isTrue();
        round.refuses();
        assertThat(round.call(0).settled()).isNull();
        round.becomesPending(0);
        assertThat(round.said(0)).isEqualTo("tool 't0' is refused");
    }

    @Test
    void a_failure_of_the_engine_meanwhile_ends_it_then() {
        RoundByHand round = ending(writes("a"));
        Throwable error = new OutOfMemoryError("on another thread");
        round.did(round.event().collapsed(new EngineFailure(error, null, null, false)));
        assertThat(round.call(0).settled()).isNull();
        round.becomesPending(0);
        assertThat(round.call(0).settled()).isInstanceOf(Outcome.Cancelled.class);
        assertThat(round.schedule.isDone()).isTrue();
    }

    @Test
    void a_failure_of_the_engine_on_its_thread_ends_it_at_once() {
        RoundByHand round = ending(writes("a"));
        Throwable error = new OutOfMemoryError("on its thread");
        round.did(round.event().collapsed(new EngineFailure(error, round.call(0), null, false)));
        assertThat(round.call(0).settled()).isInstanceOf(Outcome.Cancelled.class);
        assertThat(round.schedule.isDone()).isTrue();
        round.becomesPending(0);
        assertThat(round.phase(0)).isEqualTo(Phase.DONE);
    }

    @Test
    void nothing_that_it_does_not_say_makes_a_call_pending() {
        RoundByHand round = RoundByHand.of(writes("a")).begin();
        round.begins(0);
        round.becomesPending(0);
        assertThat(round.phase(0)).isEqualTo(Phase.RUNNING);
        round.ended(0, new Outcome.Succeeded("ok"), false);
        round.becomesPending(0);
        assertThat(round.phase(0)).isEqualTo(Phase.ENDING);
    }
}
