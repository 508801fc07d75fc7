package dev.interlock.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.management.ThreadMXBean;
import dev.interlock.call.CallResult;
import dev.interlock.call.ToolCall;
import dev.interlock.durable.SuspendedRound;
import dev.interlock.durable.journal.JournalEntry;
import dev.interlock.durable.journal.RoundJournal;
import dev.interlock.effect.Effects;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The end of a journalled call costs the same however many calls its round has. It counts bytes, no time. */
@Timeout(120)
class JournalledEqualCallsTest {

    private static final ThreadMXBean THREADS = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
    private static final int FEW = 1_000;

    private static final RoundJournal KEEPS_NOTHING = new RoundJournal() {
        @Override
        public void write(JournalEntry entry) {}

        @Override
        public List<SuspendedRound> unfinished() {
            return List.of();
        }

        @Override
        public void close() {}
    };

    private final ToolCallExecutor executor =
            ToolCallExecutor.builder().coalescing(true).journal(KEEPS_NOTHING).build();
    private final ToolSet tools = ToolSet.of(ToolDefinition.of(
            "read", Effects.reads("thing/{x}"), call -> call.arguments().get("x")));

    /** Half of the calls equal the one before. */
    private double bytesOfCall(int calls) {
        List<ToolCall> batch = IntStream.range(0, calls)
                .mapToObj(i -> new ToolCall(
                        "id-" + i, "read", JsonNodeFactory.instance.objectNode().put("x", i / 2)))
                .toList();
        long before = THREADS.getTotalThreadAllocatedBytes();
        List<CallResult> results = executor.execute(batch, tools);
        long bytes = THREADS.getTotalThreadAllocatedBytes() - before;
        assertThat(results).hasSize(calls).allMatch(CallResult::isSuccess);
        return (double) bytes / calls;
    }

    @Test
    void a_call_among_many_allocates_no_more_than_one_among_few() {
        bytesOfCall(FEW);
        double few = bytesOfCall(FEW);
        assertThat(bytesOfCall(8 * FEW)).isLessThanOrEqualTo(2 * few);
    }
}
