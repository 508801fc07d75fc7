package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.interlock.call.CallResult;
import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.durable.journal.JournalEntry;
import dev.interlock.effect.Effects;
import dev.interlock.event.RoundEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The engine itself fails where no schedule decides: while the owner runs a round alone, or when the calls of a round
 * have ended. Every call gets its outcome, the error leaves, and neither the owner's interrupt nor the round's end is
 * lost.
 */
@Timeout(60)
class CollapsingAloneTest {

    private final FailingClock clock = new FailingClock();
    private final JournalInMemory journal = new JournalInMemory();
    private final List<String> ran = new ArrayList<>();
    private final AtomicReference<@Nullable List<CallResult>> report = new AtomicReference<>();

    /** A barrier, so that the owner runs a batch of them alone. */
    private final ToolDefinition write = ToolDefinition.of("write", Effects.exclusive(), this::note);

    private final ToolDefinition limited = ToolDefinition.of("limited", Effects.writes("a"), this::note);

    private Object note(ToolCall call) {
        ran.add(call.tool());
        return call.tool();
    }

    private ToolCallExecutor.Builder builder() {
        return ToolCallExecutor.builder().time(clock).listener(event -> {
            if (event instanceof RoundEvent.RoundEnded ended) {
                report.set(ended.report().results());
            }
        });
    }

    private void breakAtEnd() {
        journal.before(entry -> {
            if (entry instanceof JournalEntry.RoundEnded) {
                clock.breakHere();
            }
        });
    }

    private static void assertCollapses(ToolCallExecutor executor, ToolDefinition tool, ToolCall... calls) {
        assertThat(catchThrowable(() -> executor.execute(List.of(calls), ToolSet.of(tool))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageEndingWith("ended by an internal error")
                .hasRootCauseInstanceOf(FailingClock.Broken.class);
    }

    private static void assertIdle(ToolCallExecutor executor) throws Exception {
        assertThat(executor.awaitIdle(Duration.ofSeconds(20))).isTrue();
    }

    private List<Outcome> reported() {
        List<CallResult> results = report.get();
        return results == null
                ? List.of()
                : results.stream().map(CallResult::outcome).toList();
    }

    @AfterEach
    void takeFlag() {
        Thread.interrupted();
    }

    @Test
    void between_two_calls_of_an_owner() throws Exception {
        ToolCallExecutor executor = builder()
                .listener(event -> {
                    if (event instanceof RoundEvent.CallReady ready && ready.index() == 1) {
                        clock.breakHere();
                    }
                })
                .build();
        assertCollapses(executor, write, call("write"), call("write"), call("write"));
        assertThat(ran).containsExactly("write");
        String stopped = "tool 'write' was not started: the failure of another call ended the round";
        assertThat(reported())
                .containsExactly(
                        new Outcome.Succeeded("write"),
                        new Outcome.Cancelled(stopped, false),
                        new Outcome.Cancelled(stopped, false));
        assertIdle(executor);
    }

    @Test
    void at_the_end_of_a_body_on_an_owner_and_again_where_that_is_handled() throws Exception {
        ToolDefinition breaks = ToolDefinition.of("breaks", Effects.exclusive(), call -> {
            ran.add(call.tool());
            clock.breakHere(2);
            return "ok";
        });
        ToolCallExecutor executor = builder().build();
        assertCollapses(executor, breaks, call("breaks"), call("breaks"));
        assertThat(ran).containsExactly("breaks");
        assertThat(reported().get(0))
                .isInstanceOfSatisfying(
                        Outcome.Cancelled.class,
                        ended -> assertThat(ended.mayHaveTakenEffect()).isTrue());
        assertThat(reported().get(1))
                .isEqualTo(new Outcome.Cancelled(
                        "tool 'breaks' was not started: the failure of another call ended the round", false));
        assertIdle(executor);
    }

    @Test
    void on_an_owner_whose_round_a_rescuer_has_taken_over() throws Exception {
        AtomicReference<ToolBody> body = new AtomicReference<>(call -> null);
        ToolDefinition tool =
                ToolDefinition.of("brief", Effects.pure(), call -> body.get().run(call));
        ToolCallExecutor executor =
                builder().concurrency(Concurrency.unlimited()).build();
        ToolCall[] calls = {call("brief"), call("brief"), call("brief"), call("brief")};
        boolean brief = false;
        for (int i = 0; i < 100_000 && !brief; i++) {
            brief = executor.execute(List.of(calls), ToolSet.of(tool)).stream()
                    .allMatch(result -> result.thread() == ThreadKind.OWNER);
        }
        assertThat(brief).isTrue();
        Thread owner = Thread.currentThread();
        CyclicBarrier all = new CyclicBarrier(calls.length);
        body.set(call -> {
            // The others have threads only once a rescuer has taken the round over.
            all.await(20, TimeUnit.SECONDS);
            if (Thread.currentThread().equals(owner)) {
                clock.breakHere(2);
            }
            return "ok";
        });
        assertCollapses(executor, tool, calls);
        assertThat(reported()).hasSize(calls.length);
        assertThat(reported().get(0)).isInstanceOf(Outcome.Cancelled.class);
        assertIdle(executor);
    }

    @Test
    void at_the_end_of_a_round_that_its_owner_has_run() throws Exception {
        breakAtEnd();
        ToolCallExecutor executor = builder().journal(journal).build();
        assertCollapses(executor, write, call("write"), call("write"));
        assertThat(ran).containsExactly("write", "write");
        assertIdle(executor);
    }

    @Test
    void at_the_end_of_a_dispatched_round() throws Exception {
        breakAtEnd();
        ToolCallExecutor executor =
                builder().journal(journal).timeout(Duration.ofMinutes(10)).build();
        assertCollapses(executor, limited, call("limited"), call("limited"));
        assertThat(ran).containsExactly("limited", "limited");
        assertIdle(executor);
    }

    private void assertKeepsInterrupt(ToolCallExecutor executor, ToolDefinition tool, ToolCall... calls) {
        breakAtEnd();
        Thread.currentThread().interrupt();
        assertCollapses(executor, tool, calls);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(ran).isEmpty();
    }

    @Test
    void at_the_end_of_an_interrupted_owners_own_round() {
        assertKeepsInterrupt(builder().journal(journal).build(), write, call("write"), call("write"));
    }

    @Test
    void at_the_end_of_an_interrupted_owners_dispatched_round() {
        assertKeepsInterrupt(
                builder().journal(journal).timeout(Duration.ofMinutes(10)).build(), limited, call("limited"));
    }
}
