package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Undeclared;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.AiServiceTool;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tools that call AI services that use Interlock themselves. */
@Timeout(120)
class NestedServicesTest {

    /** A service whose two calls ask the service below it, down to one that computes. */
    private static Assistant nested(ParallelTools parallel, ExecutorService pool, int levels) {
        List<AiServiceTool> tools = List.of(tool(
                "ask",
                request -> levels == 1
                        ? request.id()
                        : request.id() + nested(parallel, pool, levels - 1).chat("go")));
        AiServices<Assistant> services = parallel.aiServices(Assistant.class)
                .chatModel(new ConcatenatingModel(call("a", "ask", "{}"), call("b", "ask", "{}")))
                .tools(tools);
        return (pool == null ? services : services.executeToolsConcurrently(pool)).build();
    }

    private static String answerOf(int levels) {
        String below = levels == 1 ? "" : answerOf(levels - 1);
        return "(a" + below + " b" + below + ")";
    }

    @ParameterizedTest
    @EnumSource(Undeclared.class)
    void services_nested_five_levels_deep_at_one_call_at_a_time(Undeclared undeclared) {
        ParallelTools parallel =
                ParallelTools.builder().maxConcurrency(1).undeclared(undeclared).build();

        assertThat(nested(parallel, null, 5).chat("go")).isEqualTo(answerOf(5));
    }

    @Test
    void services_nested_five_levels_deep_in_parallel() {
        ParallelTools parallel =
                ParallelTools.builder().undeclared(Undeclared.PARALLEL).build();

        assertThat(nested(parallel, null, 5).chat("go")).isEqualTo(answerOf(5));
    }

    @Test
    void services_nested_in_parallel_that_share_a_pool_of_one_thread_do_not_starve() {
        ParallelTools parallel =
                ParallelTools.builder().undeclared(Undeclared.PARALLEL).build();
        ExecutorService pool = Executors.newFixedThreadPool(1);
        try {
            assertThat(nested(parallel, pool, 3).chat("go")).isEqualTo(answerOf(3));
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void interrupt_of_the_outermost_caller_reaches_the_innermost_tools() throws InterruptedException {
        CountDownLatch fourHang = new CountDownLatch(4);
        CountDownLatch fourInterrupted = new CountDownLatch(4);
        ParallelTools parallel =
                Waiting.patientTools().undeclared(Undeclared.PARALLEL).build();
        List<AiServiceTool> inner = List.of(tool("ask", request -> {
            fourHang.countDown();
            try {
                Waiting.forInterrupt();
                return "never";
            } finally {
                fourInterrupted.countDown();
            }
        }));
        List<ScriptedChatModel> models = new CopyOnWriteArrayList<>();
        Supplier<ScriptedChatModel> newModel = () -> {
            ScriptedChatModel model = ScriptedChatModel.asking(call("a", "ask", "{}"), call("b", "ask", "{}"));
            models.add(model);
            return model;
        };
        List<AiServiceTool> outer = List.of(tool(
                "ask",
                request -> parallel.aiServices(Assistant.class)
                        .chatModel(newModel.get())
                        .tools(inner)
                        .build()
                        .chat("go")));
        Assistant outermost = parallel.aiServices(Assistant.class)
                .chatModel(newModel.get())
                .tools(outer)
                .build();
        Caller caller = Caller.of(() -> outermost.chat("go"));
        Waiting.await(fourHang);

        caller.interrupt();

        caller.join();
        assertThat(caller.thrown()).isInstanceOf(CancellationException.class);
        assertThat(caller.interruptFlag()).isTrue();
        assertThat(fourInterrupted.getCount()).isZero();
        assertThat(models).hasSize(3).allMatch(model -> model.requests().size() == 1);
    }
}
