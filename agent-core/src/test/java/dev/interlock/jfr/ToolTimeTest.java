package dev.interlock.jfr;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.durable.PendingKind;
import dev.interlock.effect.EffectSource;
import dev.interlock.event.CallEnd;
import dev.interlock.event.CallTrace;
import dev.interlock.event.CallTraces;
import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundEvent.CallEvent;
import dev.interlock.event.Wait;
import dev.interlock.plan.PlannedCall;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A recording counts the same time of tools as a report does. */
class ToolTimeTest {

    private static final ToolCall CALL = new ToolCall("1", "read", null);
    private static final Outcome FAILED = new Outcome.Failed(new IllegalStateException("not yet"));

    private final List<CallEvent> events = new ArrayList<>();

    private static Instant at(long millis) {
        return Instant.EPOCH.plusMillis(millis);
    }

    ToolTimeTest() {
        events.add(new RoundEvent.CallPlanned(
                7, 0, new PlannedCall(CALL, List.of(), EffectSource.ANNOTATION, null), at(0)));
    }

    private void waits(Wait wait, long from, long to) {
        events.add(new RoundEvent.CallWaiting(7, 0, wait, at(from)));
        events.add(new RoundEvent.CallReady(7, 0, at(to)));
    }

    /** A listener hears of it at {@code told}, before its body starts. */
    private void starts(int attempt, long told) {
        events.add(new RoundEvent.CallStarted(7, 0, CALL, attempt, at(told)));
    }

    private void attemptEnds(int attempt, long body, long end) {
        events.add(new RoundEvent.CallAttemptEnded(7, 0, attempt, FAILED, at(body), at(end)));
    }

    private Duration time(CallEnd how, long end) {
        CallResult result = new CallResult(CALL, FAILED, 1, at(0), at(end), ThreadKind.VIRTUAL);
        events.add(new RoundEvent.CallEnded(7, 0, result, how, at(end)));
        ToolTime time = new ToolTime();
        events.forEach(time::add);
        assertThat(Duration.ofNanos(time.nanos()))
                .isEqualTo(CallTraces.of(events, CallTrace.Settings.NONE).toolTime());
        return Duration.ofNanos(time.nanos());
    }

    @Test
    void runs_and_the_waits_for_another_attempt_count_and_no_other_wait() {
        waits(new Wait.ForPermit(1), 0, 3);
        starts(1, 4);
        attemptEnds(1, 6, 10);
        events.add(new RoundEvent.CallRetrying(7, 0, 1, FAILED, Duration.ofMillis(10), at(11)));
        waits(new Wait.ForPermit(1), 21, 60);
        starts(2, 60);
        attemptEnds(2, 60, 65);

        assertThat(time(CallEnd.FAILED, 70)).isEqualTo(Duration.ofMillis(4 + 10 + 5));
    }

    @Test
    void a_wait_within_an_attempt_does_not_count() {
        starts(1, 0);
        waits(new Wait.ForApproval(), 5, 50);
        attemptEnds(1, 2, 60);

        assertThat(time(CallEnd.FAILED, 60)).isEqualTo(Duration.ofMillis(3 + 10));
    }

    @Test
    void the_time_in_which_it_is_pending_does_not_count() {
        starts(1, 0);
        attemptEnds(1, 0, 7);
        events.add(new RoundEvent.CallWaiting(7, 0, new Wait.ForDecision(PendingKind.EXTERNAL, "a payment"), at(7)));

        assertThat(time(CallEnd.SUSPENDED, 5_000)).isEqualTo(Duration.ofMillis(7));
    }

    @Test
    void an_abandoned_attempt_counts_until_it_is_abandoned() {
        starts(1, 1);
        events.add(new RoundEvent.CallAbandoned(7, 0, at(30)));

        assertThat(time(CallEnd.ABANDONED, 31)).isEqualTo(Duration.ofMillis(30));
    }
}
