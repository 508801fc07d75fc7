package dev.interlock.execution;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.interlock.call.CallResult;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What tests of the engine have in common. */
public final class Fixtures {

    private Fixtures() {}

    /** A call with arguments given as names and values in turn. */
    public static ToolCall call(String tool, Object... arguments) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        for (int i = 0; i < arguments.length; i += 2) {
            node.putPOJO((String) arguments[i], null);
            if (arguments[i + 1] instanceof Integer number) {
                node.put((String) arguments[i], number);
            } else {
                node.put((String) arguments[i], (String) arguments[i + 1]);
            }
        }
        return new ToolCall("id-" + tool, tool, node);
    }

    /** Waits for a latch; a test whose latch stays closed fails. */
    public static void await(CountDownLatch latch) throws InterruptedException {
        if (!latch.await(20, TimeUnit.SECONDS)) {
            throw new AssertionError("waited 20 s for a latch");
        }
    }

    /** Waits, whatever interrupts come, as a tool does that ignores them. */
    static void awaitStubbornly(CountDownLatch latch) {
        while (true) {
            try {
                latch.await();
                return;
            } catch (InterruptedException e) {
                // ignores it
            }
        }
    }

    static void blockUntilInterrupted() throws InterruptedException {
        new CountDownLatch(1).await();
    }

    /** The policy of a tool whose attempts have a limit. */
    static ToolPolicy timeout(Duration limit) {
        return ToolPolicy.builder().timeout(limit).build();
    }

    /** The policy of a tool whose calls have a limit, waits and retries included. */
    static ToolPolicy callTimeout(Duration limit) {
        return ToolPolicy.builder().callTimeout(limit).build();
    }

    /** A round on threads of the executor's own, with the caller's context. */
    static StreamedRound streamedRound(ToolCallExecutor executor) {
        return executor.rounds().streamedRound(null, null, executor.rounds().captureContext());
    }

    /** Runs a batch on a thread of its own. */
    static Running start(ToolCallExecutor executor, ToolSet tools, ToolCall... calls) {
        CompletableFuture<List<CallResult>> results = new CompletableFuture<>();
        CompletableFuture<Boolean> flag = new CompletableFuture<>();
        Thread thread = Thread.ofPlatform().start(() -> {
            try {
                List<CallResult> all = executor.execute(List.of(calls), tools);
                flag.complete(Thread.currentThread().isInterrupted());
                results.complete(all);
            } catch (Throwable e) {
                results.completeExceptionally(e);
            }
        });
        return new Running(thread, results, flag);
    }

    record Running(Thread owner, CompletableFuture<List<CallResult>> results, CompletableFuture<Boolean> flag) {
        List<CallResult> get() throws Exception {
            return results.get(20, TimeUnit.SECONDS);
        }
    }
}
