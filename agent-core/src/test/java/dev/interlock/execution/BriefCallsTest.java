package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.blockUntilInterrupted;
import static dev.interlock.execution.Fixtures.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.effect.Effects;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tools that were brief of late run on the owner, and nothing is lost if they no longer are. */
@Timeout(60)
class BriefCallsTest {

    /** Longer than a call may run on the owner before a rescuer is sent. */
    private static final Duration NOT_BRIEF = Duration.ofMillis(10);

    private final AtomicReference<ToolBody> body = new AtomicReference<>(c -> null);
    private final ToolSet tools = ToolSet.of(
            ToolDefinition.of("t", Effects.pure(), c -> body.get().run(c)),
            ToolDefinition.of("other", Effects.reads("x"), c -> null));
    private final FakeTime time = new FakeTime();
    private final ToolCallExecutor executor = ToolCallExecutor.builder()
            .concurrency(Concurrency.unlimited())
            .time(time)
            .build();

    /** Runs batches until the engine has learnt that the tool is brief. */
    private void warmUp() {
        for (int i = 0; i < 100_000; i++) {
            List<CallResult> results = executor.execute(Collections.nCopies(4, call("t")), tools);
            if (results.stream().allMatch(r -> r.thread() == ThreadKind.OWNER)) {
                return;
            }
        }
        throw new AssertionError("the tool never counted as brief");
    }

    @Test
    void calls_that_were_brief_run_on_the_owner() {
        warmUp();
    }

    @Test
    void brief_calls_that_come_to_wait_for_each_other_are_rescued() {
        warmUp();
        CyclicBarrier all = new CyclicBarrier(4);
        body.set(c -> {
            time.advance(NOT_BRIEF);
            return all.await(20, TimeUnit.SECONDS);
        });
        List<CallResult> results = executor.execute(Collections.nCopies(4, call("t")), tools);
        assertThat(results).allMatch(CallResult::isSuccess);
        assertThat(results).extracting(CallResult::thread).containsOnlyOnce(ThreadKind.OWNER);
    }

    @Test
    void a_tool_that_is_no_longer_brief_gets_threads_of_its_own_again() {
        warmUp();
        body.set(c -> {
            time.advance(NOT_BRIEF);
            return null;
        });
        for (int i = 0; i < 1_000; i++) {
            List<CallResult> results = executor.execute(List.of(call("t"), call("t")), tools);
            if (results.stream().allMatch(r -> r.thread() == ThreadKind.VIRTUAL)) {
                return;
            }
        }
        throw new AssertionError("the tool still counted as brief");
    }

    @Test
    void an_interrupt_of_a_rescued_round_reaches_the_calls_on_the_owner_and_on_threads() {
        warmUp();
        CyclicBarrier all = new CyclicBarrier(5);
        body.set(c -> {
            time.advance(NOT_BRIEF);
            all.await(20, TimeUnit.SECONDS);
            blockUntilInterrupted();
            return null;
        });
        Thread owner = Thread.currentThread();
        Thread.ofPlatform().start(() -> {
            try {
                all.await(20, TimeUnit.SECONDS);
                owner.interrupt();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        List<CallResult> results = executor.execute(Collections.nCopies(4, call("t")), tools);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(results)
                .allMatch(r -> r.outcome() instanceof dev.interlock.call.Outcome.Cancelled cancelled
                        && cancelled.message().contains("was interrupted after"));
    }
}
