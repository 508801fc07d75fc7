package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolPolicy;
import dev.interlock.durable.Decision;
import dev.interlock.durable.PendingKind;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import dev.interlock.durable.journal.JournalEntry;
import dev.interlock.effect.Effects;
import dev.interlock.event.RoundEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What was started once may have happened, and what it comes to says so, whatever becomes of it afterwards: also where
 * its tool is not started a second time.
 */
@Timeout(60)
class MayHaveHappenedTest {

    private final JournalInMemory journal = new JournalInMemory();
    private final AtomicInteger runs = new AtomicInteger();

    private ToolSet tools(Effects effects) {
        return ToolSet.of(ToolDefinition.of("pay", effects, call -> runs.incrementAndGet()));
    }

    private static SuspendedRound left() {
        return new SuspendedRound(
                "left",
                List.of(new SuspendedCall.Pending(
                        call("pay"), false, PendingKind.MAY_HAVE_HAPPENED, "it ran", List.of(), 1, Instant.EPOCH)));
    }

    @Test
    void a_write_that_is_interrupted_at_its_second_attempt() {
        ToolDefinition tool = ToolDefinition.builder("pay", call -> {
                    if (runs.incrementAndGet() == 1) {
                        throw new IllegalStateException("the line is bad");
                    }
                    throw new InterruptedException("on the way");
                })
                .effects(Effects.writes("account"))
                .policy(ToolPolicy.builder()
                        .idempotent(true)
                        .retry(RetryPolicy.builder()
                                .maxAttempts(3)
                                .initialDelay(Duration.ofNanos(1))
                                .build())
                        .build())
                .build();

        List<CallResult> results = ToolCallExecutor.builder()
                .journal(journal)
                .roundGuard(calls -> RoundGuard.Where.ON_OWNER)
                .listener(event -> {
                    if (event instanceof RoundEvent.CallStarted started && started.attempt() == 2) {
                        Thread.currentThread().interrupt();
                    }
                })
                .build()
                .execute(List.of(call("pay")), ToolSet.of(tool));

        assertThat(Thread.interrupted()).isTrue();
        Outcome outcome = results.getFirst().outcome();
        assertThat(outcome).isEqualTo(new Outcome.Cancelled(outcome.message(), true));
        assertThat(outcome.message()).contains("it may have taken effect").doesNotContain("was not started");
    }

    @Test
    void a_write_that_is_to_be_run_again_and_is_cancelled_before() {
        SuspendedRound round = SuspendedRound.fromJson(
                left().decide(Map.of(0, Decision.runAgain())).toJson());
        Thread.currentThread().interrupt();

        Outcome outcome = ToolCallExecutor.builder()
                .build()
                .resume(round, Map.of(), tools(Effects.writes("account")))
                .getFirst()
                .outcome();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(runs).hasValue(0);
        assertThat(outcome)
                .isEqualTo(new Outcome.Cancelled(
                        "tool 'pay' was not started again: the calling thread was interrupted; it was started before, and may"
                                + " have taken effect",
                        true));
    }

    @Test
    void a_write_that_is_to_be_run_again_and_whose_start_cannot_be_written() {
        journal.failFrom(JournalEntry.CallStarts.class);

        Outcome outcome = ToolCallExecutor.builder()
                .journal(journal)
                .build()
                .resume(left(), Map.of(0, Decision.runAgain()), tools(Effects.writes("account")))
                .getFirst()
                .outcome();

        assertThat(runs).hasValue(0);
        assertThat(outcome.message())
                .contains("was not started, since its start could not be written")
                .endsWith("it was started before, and may have taken effect");
    }

    @Test
    void of_what_only_reads_there_is_nothing_to_say() {
        Thread.currentThread().interrupt();

        Outcome outcome = ToolCallExecutor.builder()
                .build()
                .resume(left(), Map.of(0, Decision.runAgain()), tools(Effects.reads("account")))
                .getFirst()
                .outcome();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(outcome)
                .isEqualTo(
                        new Outcome.Cancelled("tool 'pay' was not started: the calling thread was interrupted", false));
    }

    @Test
    void a_call_that_is_known_to_have_been_started_is_so_in_the_journal_of_the_next_life() {
        ToolDefinition put = ToolDefinition.builder("pay", call -> {
                    SuspendedRound now = journal.unfinished().getFirst();
                    runs.incrementAndGet();
                    assertThat(now.calls().getFirst())
                            .isInstanceOfSatisfying(
                                    SuspendedCall.Waiting.class,
                                    waiting -> assertThat(waiting.started()).isTrue());
                    return 1;
                })
                .effects(Effects.writes("account"))
                .policy(ToolPolicy.builder().idempotent(true).build())
                .build();

        assertThat(ToolCallExecutor.builder().journal(journal).build().execute(List.of(call("pay")), ToolSet.of(put)))
                .allMatch(CallResult::isSuccess);
        assertThat(runs).hasValue(1);
    }
}
