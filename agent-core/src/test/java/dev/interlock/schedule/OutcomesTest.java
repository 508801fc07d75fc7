package dev.interlock.schedule;

import static dev.interlock.schedule.CallSpec.pure;
import static dev.interlock.schedule.CallSpec.reads;
import static dev.interlock.schedule.CallSpec.writes;
import static dev.interlock.schedule.RoundByHand.MILLI;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.Outcome;
import dev.interlock.call.Outcome.Cancelled;
import dev.interlock.call.Outcome.Failed;
import dev.interlock.call.Outcome.Skipped;
import dev.interlock.call.Outcome.TimedOut;
import dev.interlock.call.RetryPolicy;
import dev.interlock.durable.PendingKind;
import dev.interlock.share.SharedLimits;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What the engine says of the calls that it ends, word by word. */
class OutcomesTest {

    private static final long START = Long.MAX_VALUE - 2 * MILLI;
    private static final RetryPolicy THREE =
            RetryPolicy.builder().maxAttempts(3).build();

    /** Readings of the clock overflow 2 ms after the start. */
    private static long at(long millis) {
        return START + millis * MILLI;
    }

    private static Call made(CallSpec spec) {
        return spec.make(1, 0);
    }

    private static Call begun(CallSpec spec) {
        Call call = made(spec);
        call.beginAlone(START);
        return call;
    }

    private static Call inAttempt(CallSpec spec, int attempt) {
        Call call = begun(spec);
        call.attempts = attempt;
        call.inAttempt = true;
        return call;
    }

    private static CallSpec retried(CallSpec spec) {
        return spec.policy(policy -> policy.idempotent(true).retry(THREE));
    }

    private static Call producer(Outcome outcome, int attempts) {
        Call call = reads("a").make(1, 2);
        call.attempts = attempts;
        call.outcome = outcome;
        return call;
    }

    private static Outcome failed(String message) {
        return new Failed(new IllegalStateException(message));
    }

    // Not started.

    @Test
    void a_call_that_did_not_start_says_why_and_took_no_effect() {
        assertThat(Outcomes.notStarted(made(writes("a")), "time is up"))
                .isEqualTo(new Cancelled("tool 't0' was not started: time is up", false));
    }

    @Test
    void a_write_of_before_a_resume_that_did_not_start_again_may_have_taken_effect() {
        assertThat(Outcomes.notStarted(made(writes("a").with(Call::markStartedBefore)), "time is up"))
                .isEqualTo(new Cancelled(
                        "tool 't0' was not started again: time is up; it was started before, and may have taken effect",
                        true));
    }

    @Test
    void a_read_of_before_a_resume_that_did_not_start_again_is_like_one_that_never_started() {
        assertThat(Outcomes.notStarted(made(reads("a").with(Call::markStartedBefore)), "time is up"))
                .isEqualTo(new Cancelled("tool 't0' was not started: time is up", false));
    }

    @Test
    void the_effect_of_before_is_told_only_of_a_call_that_may_change_something() {
        String words = "; it was started before, and may have taken effect";
        assertThat(Outcomes.effectOfBefore(made(writes("a").with(Call::markStartedBefore))))
                .isEqualTo(words);
        assertThat(Outcomes.effectOfBefore(made(reads("a").unknown().with(Call::markStartedBefore))))
                .isEqualTo(words);
        assertThat(Outcomes.effectOfBefore(made(reads("a").with(Call::markStartedBefore))))
                .isEmpty();
        assertThat(Outcomes.effectOfBefore(made(pure().with(Call::markStartedBefore))))
                .isEmpty();
        assertThat(Outcomes.effectOfBefore(made(writes("a")))).isEmpty();
    }

    // Interrupted.

    @Test
    void an_interrupt_before_the_start_says_that_the_tool_was_not_started() {
        assertThat(Outcomes.interrupted(made(writes("a")), START, "enough"))
                .isEqualTo(new Cancelled("tool 't0' was not started: enough", false));
    }

    @Test
    void an_interrupted_read_tells_the_whole_milliseconds_since_its_start() {
        assertThat(Outcomes.interrupted(begun(reads("a")), at(6) - 1, "enough"))
                .isEqualTo(new Cancelled("tool 't0' was interrupted after 5 ms: enough", false));
        assertThat(Outcomes.interrupted(begun(reads("a")), at(6), "enough"))
                .isEqualTo(new Cancelled("tool 't0' was interrupted after 6 ms: enough", false));
    }

    @Test
    void an_interrupted_write_may_have_taken_effect() {
        assertThat(Outcomes.interrupted(begun(writes("a")), at(5), "enough"))
                .isEqualTo(
                        new Cancelled("tool 't0' was interrupted after 5 ms: enough; it may have taken effect", true));
    }

    @Test
    void an_interrupted_call_about_which_nothing_is_known_may_have_taken_effect() {
        assertThat(Outcomes.interrupted(begun(reads("a").unknown()), START, "enough"))
                .isEqualTo(
                        new Cancelled("tool 't0' was interrupted after 0 ms: enough; it may have taken effect", true));
    }

    @Test
    void an_interrupt_before_the_announcement_says_that_the_tool_was_not_started() {
        Call call = begun(writes("a").with(c -> c.giveAnnouncement(true)));
        assertThat(Outcomes.interrupted(call, START, "enough"))
                .isEqualTo(new Cancelled("tool 't0' was not started: enough", false));
        call.announceAlone();
        assertThat(Outcomes.interrupted(call, START, "enough"))
                .isEqualTo(
                        new Cancelled("tool 't0' was interrupted after 0 ms: enough; it may have taken effect", true));
    }

    @Test
    void a_call_that_was_pending_for_its_approval_was_not_started() {
        Call call = made(writes("a").with(c -> c.restorePending(new PendingCause(PendingKind.APPROVAL, "?"))));
        assertThat(Outcomes.interrupted(call, START, "enough"))
                .isEqualTo(new Cancelled("tool 't0' was not started: enough", false));
    }

    @Test
    void a_call_that_was_pending_for_something_outside_was_started() {
        Call call = made(writes("a").with(c -> c.restorePending(new PendingCause(PendingKind.EXTERNAL, "?"))));
        assertThat(Outcomes.interrupted(call, 7 * MILLI, "enough"))
                .isEqualTo(
                        new Cancelled("tool 't0' was interrupted after 7 ms: enough; it may have taken effect", true));
    }

    // Other calls.

    @Test
    void a_round_that_fails_fast_names_the_place_and_tool_of_the_call_that_failed() {
        assertThat(Outcomes.failedFast(reads("a").make(1, 2)))
                .isEqualTo("call 3 (tool 't2') did not succeed, and the round fails fast");
    }

    @Test
    void a_skipped_call_tells_how_the_call_failed_whose_result_it_uses() {
        assertThat(Outcomes.skipped(made(reads("a")), producer(failed("no luck"), 1), 5))
                .isEqualTo(new Skipped("tool 't0' was not started: it uses the result of call 5 (tool 't2'), which did"
                        + " not succeed: no luck"));
    }

    @Test
    void a_skipped_call_tells_the_attempts_of_that_call_from_two_on() {
        assertThat(Outcomes.skipped(made(reads("a")), producer(failed("no luck"), 2), 3))
                .isEqualTo(new Skipped("tool 't0' was not started: it uses the result of call 3 (tool 't2'), which did"
                        + " not succeed after 2 attempts: no luck"));
    }

    @Test
    void a_skipped_call_cuts_the_message_of_that_call_after_500_characters() {
        String start = "tool 't0' was not started: it uses the result of call 3 (tool 't2'), which did not succeed: ";
        assertThat(Outcomes.skipped(made(reads("a")), producer(failed("x".repeat(500)), 1), 3))
                .isEqualTo(new Skipped(start + "x".repeat(500)));
        assertThat(Outcomes.skipped(made(reads("a")), producer(failed("x".repeat(501)), 1), 3))
                .isEqualTo(new Skipped(start + "x".repeat(500) + "..."));
    }

    @Test
    void a_call_that_uses_the_result_of_a_skipped_call_does_not_repeat_the_reason() {
        assertThat(Outcomes.skipped(made(reads("a")), producer(new Skipped("a long story"), 0), 3))
                .isEqualTo(new Skipped("tool 't0' was not started: it uses the result of call 3 (tool 't2'), which was"
                        + " skipped itself"));
    }

    @Test
    void a_call_that_uses_a_result_which_is_not_there_says_so() {
        Call producer = reads("a").make(1, 2);
        assertThat(Outcomes.skipped(made(reads("a")), producer, 3))
                .isEqualTo(new Skipped("tool 't0' was not started: it uses the result of call 3 (tool 't2'), which has"
                        + " no result"));
    }

    @Test
    void a_skipped_write_that_was_started_before_a_resume_may_have_taken_effect() {
        assertThat(Outcomes.skipped(made(writes("a").with(Call::markStartedBefore)), producer(failed("no luck"), 1), 3))
                .isEqualTo(new Skipped("tool 't0' was not started again: it uses the result of call 3 (tool 't2'),"
                        + " which did not succeed: no luck; it was started before, and may have taken effect"));
    }

    // Suspension.

    @Test
    void a_suspended_call_tells_what_it_waited_for() {
        Call call = made(writes("a"));
        call.suspendedAs = "waits for approval of call 3";
        assertThat(Outcomes.suspended(call))
                .isEqualTo(new Skipped(
                        "tool 't0' had not ended when its round was suspended: it waits for approval of" + " call 3"));
    }

    @Test
    void a_call_that_cannot_be_pending_fails_and_tells_what_it_would_wait_for() {
        Outcome outcome =
                Outcomes.cannotBePending(made(writes("a")), new PendingCause(PendingKind.EXTERNAL, "a signature"));
        assertThat(outcome).isInstanceOf(Failed.class);
        assertThat(outcome.message())
                .isEqualTo("tool 't0' cannot be pending: its round is confined to the calling thread, perhaps because"
                        + " of its transaction, and cannot outlive it. It would wait for: a signature");
    }

    // Limits of time.

    @Test
    void the_limit_of_an_attempt_has_no_number_if_there_is_only_one_attempt() {
        assertThat(Outcomes.attemptTimedOut(inAttempt(reads("a"), 1), 30 * MILLI))
                .isEqualTo(
                        new TimedOut("tool 't0' timed out: the attempt exceeded 30 ms", Duration.ofMillis(30), false));
    }

    @Test
    void the_limit_of_an_attempt_names_the_attempt_once_if_others_may_follow() {
        assertThat(Outcomes.attemptTimedOut(inAttempt(retried(reads("a")), 2), 30 * MILLI))
                .isEqualTo(new TimedOut(
                        "tool 't0' timed out: attempt 2 of 3 exceeded 30 ms", Duration.ofMillis(30), false));
    }

    @Test
    void a_write_that_exceeds_a_limit_may_still_take_effect() {
        assertThat(Outcomes.attemptTimedOut(inAttempt(writes("a"), 1), 30 * MILLI))
                .isEqualTo(new TimedOut(
                        "tool 't0' timed out: the attempt exceeded 30 ms; it may still take effect",
                        Duration.ofMillis(30),
                        true));
    }

    @Test
    void a_limit_keeps_its_nanoseconds_and_tells_whole_milliseconds() {
        assertThat(Outcomes.timedOut(inAttempt(reads("a"), 1), "the call", 31 * MILLI - 1))
                .isEqualTo(new TimedOut(
                        "tool 't0' timed out: the call exceeded 30 ms", Duration.ofNanos(31 * MILLI - 1), false));
    }

    @Test
    void the_limit_of_a_call_names_the_later_attempt_that_it_met() {
        assertThat(Outcomes.timedOut(inAttempt(retried(reads("a")), 2), "the call", 30 * MILLI)
                        .message())
                .isEqualTo("tool 't0' timed out: the call exceeded 30 ms during attempt 2 of 3");
    }

    @Test
    void the_limit_of_a_call_names_the_attempt_after_which_it_passed() {
        Call call = inAttempt(retried(writes("a")), 2);
        call.inAttempt = false;
        assertThat(Outcomes.timedOut(call, "the round", 30 * MILLI).message())
                .isEqualTo("tool 't0' timed out: the round exceeded 30 ms after attempt 2 of 3; it may still take"
                        + " effect");
    }

    @Test
    void the_limit_of_a_call_does_not_name_the_first_attempt() {
        assertThat(Outcomes.timedOut(inAttempt(retried(reads("a")), 1), "the call", 30 * MILLI)
                        .message())
                .isEqualTo("tool 't0' timed out: the call exceeded 30 ms");
    }

    @Test
    void the_limit_of_a_call_names_no_attempt_if_the_engine_does_not_retry() {
        assertThat(Outcomes.timedOut(inAttempt(reads("a"), 2), "the call", 30 * MILLI)
                        .message())
                .isEqualTo("tool 't0' timed out: the call exceeded 30 ms");
    }

    @Test
    void a_limit_that_passes_before_the_start_says_so_and_took_no_effect() {
        assertThat(Outcomes.timedOut(made(writes("a")), "the round", 30 * MILLI))
                .isEqualTo(new TimedOut(
                        "tool 't0' timed out: the round exceeded 30 ms before the tool could start",
                        Duration.ofMillis(30),
                        false));
    }

    @Test
    void a_limit_that_passes_before_the_start_tells_what_else_kept_the_call_waiting() {
        assertThat(Outcomes.timedOut(made(writes("a").keptWaiting(" (it asked)")), "the call", 30 * MILLI)
                        .message())
                .isEqualTo("tool 't0' timed out: the call exceeded 30 ms before the tool could start (it asked)");
    }

    @Test
    void a_limit_that_passes_before_a_write_starts_again_says_that_it_may_have_taken_effect() {
        CallSpec spec = writes("a").keptWaiting(" (it asked)").with(Call::markStartedBefore);
        assertThat(Outcomes.timedOut(made(spec), "the call", 30 * MILLI))
                .isEqualTo(new TimedOut(
                        "tool 't0' timed out: the call exceeded 30 ms before the tool could start again (it asked);"
                                + " it was started before, and may have taken effect",
                        Duration.ofMillis(30),
                        true));
    }

    // Held resources.

    private static Call abandonedAt(long instant) {
        Call holder = writes("a").make(4, 1);
        holder.phase = Phase.ABANDONED;
        holder.endNanos = instant;
        return holder;
    }

    @Test
    void a_call_that_came_before_the_abandonment_has_waited_since_then() {
        Call call = made(writes("a"));
        call.admittedNanos = START;
        Outcome outcome = Outcomes.held(call, abandonedAt(at(5)), at(55));
        assertThat(outcome).isInstanceOf(Failed.class);
        assertThat(outcome.message())
                .isEqualTo("tool 't0' gave up after waiting 50 ms for a resource held by call 2 (tool 't1'), which was"
                        + " abandoned 50 ms ago and is still running");
    }

    @Test
    void a_call_that_came_after_the_abandonment_has_waited_since_it_came() {
        Call call = made(writes("a"));
        call.admittedNanos = at(35);
        assertThat(Outcomes.held(call, abandonedAt(at(5)), at(55)).message())
                .isEqualTo("tool 't0' gave up after waiting 20 ms for a resource held by call 2 (tool 't1'), which was"
                        + " abandoned 50 ms ago and is still running");
    }

    @Test
    void a_call_that_gives_up_on_a_resource_tells_that_it_was_started_before() {
        assertThat(Outcomes.held(made(writes("a").with(Call::markStartedBefore)), abandonedAt(0), 0)
                        .message())
                .isEqualTo("tool 't0' gave up after waiting 0 ms for a resource held by call 2 (tool 't1'), which was"
                        + " abandoned 0 ms ago and is still running; it was started before, and may have taken effect");
    }

    @Test
    void a_call_that_gives_up_on_a_resource_of_another_round_names_that_round() {
        Call call = made(writes("a").with(Call::markStartedBefore));
        RoundByHand other = RoundByHand.of(pure(), writes("a"))
                .sharing(new SharedLimits(true), "other", 4)
                .begin();
        Outcome outcome = Outcomes.heldElsewhere(
                call, Objects.requireNonNull(other.call(1).claim()), 50 * MILLI, START);
        assertThat(outcome).isInstanceOf(Failed.class);
        assertThat(outcome.message())
                .isEqualTo("tool 't0' gave up after waiting 50 ms for a resource held by call 2 of round 4 (tool 't1'),"
                        + " which is still running; it was started before, and may have taken effect");
    }

    @Test
    void a_call_that_gives_up_on_a_resource_of_another_round_tells_when_its_holder_was_abandoned() {
        RoundByHand other = RoundByHand.of(pure(), writes("a").callLimit(5))
                .sharing(new SharedLimits(true), "other", 4)
                .begin();
        other.begins(1);
        other.at(5).timePassed();
        other.at(15).timePassed();
        assertThat(other.abandoned()).containsExactly(1);
        assertThat(Outcomes.heldElsewhere(
                                made(writes("a")),
                                Objects.requireNonNull(other.call(1).claim()),
                                50 * MILLI,
                                other.at(40).now())
                        .message())
                .isEqualTo("tool 't0' gave up after waiting 50 ms for a resource held by call 2 of round 4 (tool 't1'),"
                        + " which was abandoned 25 ms ago and is still running");
    }
}
