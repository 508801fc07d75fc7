package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.interlock.call.CallResult;
import dev.interlock.call.ToolCall;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import dev.interlock.durable.journal.JournalEntry;
import dev.interlock.effect.Effects;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A batch in chunks whose execution breaks off is handed over as far as it has come, and leaves the journal. No call of
 * it runs twice when it is resumed.
 */
@Timeout(60)
class BrokenBatchTest {

    private final JournalInMemory journal = new JournalInMemory();
    private final List<SuspendedRound> handedOver = new CopyOnWriteArrayList<>();
    private final List<Integer> ran = new CopyOnWriteArrayList<>();
    private final FailingClock clock = new FailingClock();

    private final List<ToolCall> calls =
            IntStream.range(0, 5).mapToObj(x -> call("write", "x", x)).toList();

    private ToolSet tools(Effects effects) {
        return ToolSet.of(ToolDefinition.of("write", effects, call -> {
            int x = call.arguments().path("x").intValue();
            ran.add(x);
            return x;
        }));
    }

    private ToolSet tools() {
        return tools(Effects.writes("thing/{x}"));
    }

    private ToolCallExecutor.Builder builder() {
        return ToolCallExecutor.builder().time(clock).journal(journal).handover(handedOver::add);
    }

    private static CallInterceptor behindCall(int x, Runnable action) {
        return call -> {
            Object result = call.proceed();
            if (call.call().arguments().path("x").intValue() == x) {
                action.run();
            }
            return result;
        };
    }

    private static ContextPropagator atCapture(int number, Runnable action) {
        AtomicInteger captures = new AtomicInteger();
        return () -> {
            if (captures.incrementAndGet() == number) {
                action.run();
            }
            return null;
        };
    }

    /** How far the calls of the one handed over batch have come. */
    private List<String> states() {
        assertThat(handedOver).hasSize(1);
        List<String> states = new ArrayList<>();
        for (SuspendedCall call : handedOver.getFirst().calls()) {
            states.add(
                    switch (call) {
                        case SuspendedCall.Ended ended -> ended.result().isSuccess() ? "succeeded" : "ended";
                        case SuspendedCall.Pending pending -> pending.kind().toString();
                        case SuspendedCall.Waiting waiting -> waiting.started() ? "started" : "waits";
                    });
        }
        return states;
    }

    private void resumeAll() {
        assertThat(journal.unfinished()).isEmpty();
        assertThat(journal.inShort()).startsWith("began 5").endsWith("over").containsOnlyOnce("began 5", "over");
        SuspendedRound round = SuspendedRound.fromJson(handedOver.getFirst().toJson());

        List<CallResult> results = builder().build().resume(round, Map.of(), tools());

        assertThat(results).hasSize(5);
        assertThat(ran).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
        assertThat(journal.unfinished()).isEmpty();
    }

    @Test
    void a_chunk_that_ends_by_an_internal_error() {
        ToolCallExecutor executor =
                builder().interceptor(behindCall(2, clock::breakHere)).build();

        assertThatIllegalStateException()
                .isThrownBy(() -> executor.executeInChunks(calls, tools(), 1))
                .withMessageEndingWith("ended by an internal error");

        assertThat(states()).startsWith("succeeded", "succeeded").endsWith("waits", "waits");
        resumeAll();
    }

    @Test
    void what_is_thrown_between_two_chunks() {
        ToolCallExecutor executor = builder()
                .contextPropagator(atCapture(2, () -> {
                    throw new IllegalStateException("no context");
                }))
                .build();

        assertThatIllegalStateException()
                .isThrownBy(() -> executor.executeInChunks(calls, tools(), 2))
                .withMessage("no context");

        assertThat(states()).containsExactly("succeeded", "succeeded", "waits", "waits", "waits");
        resumeAll();
    }

    @Test
    void a_chunk_that_is_left_before_it_begins() {
        ToolCallExecutor executor =
                builder().contextPropagator(atCapture(2, clock::breakHere)).build();

        assertThatExceptionOfType(FailingClock.Broken.class)
                .isThrownBy(() -> executor.executeInChunks(calls, tools(), 2));

        assertThat(states()).containsExactly("succeeded", "succeeded", "waits", "waits", "waits");
        resumeAll();
    }

    @Test
    void a_chunk_that_is_left_in_its_midst() {
        breakBehindEndOf(2);

        assertThatIllegalStateException()
                .isThrownBy(() -> builder().build().executeInChunks(calls, tools(Effects.exclusive()), 2))
                .withMessageEndingWith("ended by an internal error");

        assertThat(states()).containsExactly("succeeded", "succeeded", "succeeded", "waits", "waits");
        resumeAll();
    }

    @Test
    void the_last_chunk_that_is_left_in_its_midst() {
        breakBehindEndOf(3);

        assertThatIllegalStateException()
                .isThrownBy(() -> builder().build().executeInChunks(calls, tools(Effects.exclusive()), 3))
                .withMessageEndingWith("ended by an internal error");

        assertThat(states()).containsExactly("succeeded", "succeeded", "succeeded", "succeeded", "waits");
        resumeAll();
    }

    /** On the owner that runs the calls itself. */
    private void breakBehindEndOf(int place) {
        journal.before(entry -> {
            if (entry instanceof JournalEntry.CallEnded ended && ended.index() == place) {
                clock.breakHere();
                journal.before(next -> {});
            }
        });
    }

    @Test
    void a_batch_that_broke_off_and_cannot_be_handed_over_stays_in_the_journal() {
        ToolCallExecutor executor = builder()
                .handover(round -> {
                    throw new IllegalStateException("the desk is closed");
                })
                .contextPropagator(atCapture(2, () -> {
                    throw new IllegalStateException("no context");
                }))
                .build();

        assertThatIllegalStateException()
                .isThrownBy(() -> executor.executeInChunks(calls, tools(), 2))
                .withMessage("no context");

        assertThat(journal.unfinished()).hasSize(1);
        assertThat(journal.inShort()).doesNotContain("over");
    }

    @Test
    void a_batch_whose_first_chunk_never_began_leaves_nothing() {
        ToolCallExecutor executor = builder()
                .contextPropagator(atCapture(1, () -> {
                    throw new IllegalStateException("no context");
                }))
                .build();

        assertThatIllegalStateException().isThrownBy(() -> executor.executeInChunks(calls, tools(), 2));

        assertThat(journal.inShort()).isEmpty();
        assertThat(handedOver).isEmpty();
    }
}
