package dev.interlock.langchain4j.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.execution.RoundGuard;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import dev.interlock.langchain4j.TaskEnd;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TaskStopTest {

    /** Counts its interrupts. */
    private static final class Caller extends Thread {
        private final AtomicInteger interrupts = new AtomicInteger();

        Caller(Runnable body) {
            super(body);
        }

        @Override
        public void interrupt() {
            super.interrupt();
            interrupts.incrementAndGet();
        }
    }

    @Test
    void a_stop_of_a_task_within_a_call_counts_for_its_round_as_no_interrupt_of_the_caller() throws Exception {
        TaskStop stop = new TaskStop();
        CountDownLatch asked = new CountDownLatch(1);
        ToolSet tools = ToolSet.of(ToolDefinition.of(
                "task",
                c -> stop.interruptibly(() -> {
                    asked.countDown();
                    // The stop, and after it the limit of the call.
                    Caller caller = (Caller) Thread.currentThread();
                    while (caller.interrupts.get() < 2) {
                        Thread.onSpinWait();
                    }
                    return "answer";
                })));
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .callTimeout(Duration.ofMillis(500))
                .roundGuard(calls -> RoundGuard.Where.ON_OWNER)
                .build();
        CompletableFuture<List<CallResult>> results = new CompletableFuture<>();
        AtomicBoolean flag = new AtomicBoolean();
        Caller caller = new Caller(() -> {
            List<CallResult> all = executor.execute(List.of(ToolCall.parse("id", "task", "{}")), tools);
            flag.set(Thread.currentThread().isInterrupted());
            results.complete(all);
        });
        caller.setDaemon(true);
        caller.start();
        assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
        stop.stop(TaskEnd.CANCELLED, "enough");
        assertThat(results.get(20, TimeUnit.SECONDS).get(0).outcome()).isInstanceOf(Outcome.TimedOut.class);
        assertThat(flag).isFalse();
    }
}
