package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolErrorHandlerResult;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The handlers of errors of a service, running at the same time as each other or as its hooks. */
@Timeout(120)
class OverlappingHandlersTest extends OverlappingHooksFixture {

    @Test
    void handlers_never_overlap_with_each_other_or_with_hooks() {
        int count = 300;
        int[] told = new int[1];
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger overlaps = new AtomicInteger();
        CyclicBarrier all = new CyclicBarrier(count);
        Runnable telling = () -> {
            overlaps.addAndGet(inside.incrementAndGet() - 1);
            for (int i = 0; i < 1_000; i++) {
                Thread.onSpinWait();
            }
            told[0]++;
            inside.decrementAndGet();
        };
        List<AiServiceTool> failing = List.of(tool("meet", request -> {
            meetAll(all);
            throw new IllegalStateException("dark");
        }));
        ScriptedChatModel model = ScriptedChatModel.asking(requests("meet", count));

        parallel()
                .build()
                .aiServices(Assistant.class)
                .chatModel(model)
                .tools(failing)
                .toolExecutionErrorHandler((error, context) -> {
                    telling.run();
                    return ToolErrorHandlerResult.text("it is " + error.getMessage());
                })
                .afterToolExecution(execution -> telling.run())
                .build()
                .chat("go");

        assertThat(overlaps).hasValue(0);
        assertThat(told[0]).isEqualTo(2 * count);
        assertThat(model.resultTexts()).hasSize(count).containsOnly("it is dark");
    }

    @Test
    void handlers_may_overlap_with_themselves_where_that_is_allowed() {
        CyclicBarrier handlers = new CyclicBarrier(3);
        List<AiServiceTool> failing = List.of(tool("look", request -> {
            throw new IllegalStateException("dark");
        }));
        ScriptedChatModel model = ScriptedChatModel.asking(requests("look", 3));

        parallel()
                .overlappingHooks(true)
                .build()
                .aiServices(Assistant.class)
                .chatModel(model)
                .tools(failing)
                .toolExecutionErrorHandler((error, context) -> {
                    meetAll(handlers);
                    return ToolErrorHandlerResult.text("it is " + error.getMessage());
                })
                .build()
                .chat("go");

        assertThat(model.resultTexts()).hasSize(3).containsOnly("it is dark");
    }
}
