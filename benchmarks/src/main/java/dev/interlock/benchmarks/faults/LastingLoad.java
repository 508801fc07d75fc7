package dev.interlock.benchmarks.faults;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.interlock.execution.Cancellation;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/** Uses one executor for the whole soak, with a new conversation in each round. Whatever it keeps is a leak. */
final class LastingLoad {

    private static final long WORK_NANOS = 100_000;
    private static final long STUBBORN_NANOS = 4_000_000;
    private static final String[] TOOLS = {"read", "write", "read", "write", "fail", "late", "nest", "nosuch"};

    private final ToolCallExecutor executor = ToolCallExecutor.builder()
            .totalConcurrency(16)
            .groupConcurrency(4, "write", "nest")
            .exclusiveAcrossConversations(true)
            .coalescing(true)
            .timeout(Duration.ofMillis(2))
            .gracePeriod(Duration.ofNanos(300_000))
            .heldResourceTimeout(Duration.ofMillis(3))
            .build();

    private final ToolSet tools = ToolSet.of(
            ToolDefinition.of("read", Effects.reads("r/{p}"), call -> work()),
            ToolDefinition.of("write", Effects.writes("r/{p}"), call -> work()),
            ToolDefinition.builder("fail", call -> {
                        throw new IllegalStateException("as asked");
                    })
                    .effects(Effects.pure())
                    .policy(ToolPolicy.builder()
                            .retry(RetryPolicy.builder()
                                    .maxAttempts(2)
                                    .initialDelay(Duration.ofNanos(WORK_NANOS))
                                    .build())
                            .build())
                    .build(),
            ToolDefinition.of("late", Effects.writes("r/{p}"), call -> late()),
            ToolDefinition.of("nest", Effects.writes("r/{p}"), this::nest));

    private static Object work() throws InterruptedException {
        Tools.park(WORK_NANOS);
        return "done";
    }

    private static Object late() {
        long until = System.nanoTime() + STUBBORN_NANOS;
        while (System.nanoTime() - until < 0) {
            LockSupport.parkNanos(WORK_NANOS);
            Thread.interrupted();
        }
        return "late";
    }

    private Object nest(ToolCall call) {
        return executor.execute(List.of(new ToolCall(null, "read", call.arguments())), tools, "nested")
                .size();
    }

    /** Runs a round in a conversation of its own. */
    void round(SplittableRandom random) {
        List<ToolCall> calls = new ArrayList<>();
        for (int i = random.nextInt(1, 8); i > 0; i--) {
            String tool = TOOLS[random.nextInt(TOOLS.length)];
            if (tool.equals("late") && random.nextInt(8) != 0) {
                tool = "read";
            }
            calls.add(new ToolCall(
                    null, tool, JsonNodeFactory.instance.objectNode().put("p", "p" + random.nextInt(40))));
        }
        Cancellation cancellation = new Cancellation();
        if (random.nextInt(50) == 0) {
            cancellation.cancel();
        }
        cancellation.run(() -> {
            if (executor.execute(calls, tools, new Object()).size() != calls.size()) {
                throw new IllegalStateException("results are missing");
            }
        });
    }

    /** The number of calls that the executor considers abandoned. */
    int abandoned() {
        return executor.abandoned().size();
    }
}
