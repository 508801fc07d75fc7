package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.effect.Effects;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.BeforeToolExecution;
import dev.langchain4j.service.tool.ToolExecution;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The user's {@code beforeToolExecution} and {@code afterToolExecution}. */
@Timeout(60)
class HooksTest {

    private static final ToolExecutionRequest FIRST = call("1", "meet", "{}");
    private static final ToolExecutionRequest SECOND = call("2", "meet", "{}");

    private final Map<String, Thread> bodies = new ConcurrentHashMap<>();
    private final CyclicBarrier two = new CyclicBarrier(2);
    private final List<AiServiceTool> tools = List.of(
            tool("meet", request -> {
                bodies.put(request.id(), Thread.currentThread());
                Waiting.meet(two);
                return "met " + request.id();
            }),
            tool("run", request -> {
                bodies.put(request.id(), Thread.currentThread());
                return "ran";
            }),
            tool("fail", request -> {
                throw new IllegalStateException("broken");
            }));
    private final ChatMemory memory = Memory.ofManyMessages();

    private AiServices<Assistant> services(ToolExecutionRequest... requests) {
        return ParallelTools.builder()
                .effects("meet", Effects.reads("place"))
                .build()
                .aiServices(Assistant.class)
                .chatModel(ScriptedChatModel.asking(requests))
                .chatMemory(memory)
                .tools(tools);
    }

    @Test
    void hooks_run_once_a_call_on_the_thread_of_the_call() {
        Map<String, Thread> before = new ConcurrentHashMap<>();
        Map<String, Thread> after = new ConcurrentHashMap<>();
        List<String> told = new CopyOnWriteArrayList<>();

        services(FIRST, SECOND)
                .beforeToolExecution(event -> {
                    told.add("before " + event.request().id());
                    before.put(event.request().id(), Thread.currentThread());
                })
                .afterToolExecution(event -> {
                    told.add("after " + event.request().id() + ": " + event.result());
                    after.put(event.request().id(), Thread.currentThread());
                })
                .build()
                .chat("go");

        assertThat(told).containsExactlyInAnyOrder("before 1", "before 2", "after 1: met 1", "after 2: met 2");
        assertThat(before).isEqualTo(bodies).isEqualTo(after);
        assertThat(bodies.get("1")).isNotEqualTo(bodies.get("2"));
        assertThat(bodies.values()).doesNotContain(Thread.currentThread());
    }

    @Test
    void hooks_of_serial_tools_run_on_the_callers_thread_around_each_tool() {
        List<String> told = new CopyOnWriteArrayList<>();

        services(call("1", "run", "{}"), call("2", "run", "{}"))
                .beforeToolExecution(
                        event -> told.add("before " + event.request().id() + " on " + thread()))
                .afterToolExecution(event -> told.add("after " + event.request().id() + " on " + thread()))
                .build()
                .chat("go");

        assertThat(told)
                .containsExactly(
                        "before 1 on " + thread(),
                        "after 1 on " + thread(),
                        "before 2 on " + thread(),
                        "after 2 on " + thread());
    }

    private static String thread() {
        return Thread.currentThread().toString();
    }

    @Test
    void hooks_have_request_result_times_and_context() {
        List<BeforeToolExecution> before = new CopyOnWriteArrayList<>();
        List<ToolExecution> after = new CopyOnWriteArrayList<>();

        services(call("1", "run", "{}"))
                .beforeToolExecution(before::add)
                .afterToolExecution(after::add)
                .build()
                .chat("go");

        assertThat(before).singleElement().satisfies(event -> {
            assertThat(event.request()).isEqualTo(call("1", "run", "{}"));
            assertThat(event.invocationContext().methodName()).isEqualTo("chat");
        });
        assertThat(after).singleElement().satisfies(event -> {
            assertThat(event.request()).isEqualTo(call("1", "run", "{}"));
            assertThat(event.result()).isEqualTo("ran");
            assertThat(event.hasFailed()).isFalse();
            assertThat(event.startTime()).isBeforeOrEqualTo(event.finishTime());
            assertThat(event.invocationContext().methodName()).isEqualTo("chat");
        });
    }

    @Test
    void after_hook_is_told_of_a_failure() {
        List<ToolExecution> after = new CopyOnWriteArrayList<>();

        services(call("1", "fail", "{}")).afterToolExecution(after::add).build().chat("go");

        assertThat(after).singleElement().satisfies(event -> {
            assertThat(event.hasFailed()).isTrue();
            assertThat(event.result()).isEqualTo("broken");
        });
    }

    @Test
    void hooks_are_told_of_unknown_tools_as_by_langchain4j() {
        List<String> told = hooksToldOfAnUnknownTool(services(call("1", "divine", "{}")));
        List<String> toldByPlain = hooksToldOfAnUnknownTool(AiServices.builder(Assistant.class)
                .chatModel(ScriptedChatModel.asking(call("1", "divine", "{}")))
                .tools(tools));

        assertThat(told).isEqualTo(toldByPlain).containsExactly("before divine", "after divine: no");
    }

    private static List<String> hooksToldOfAnUnknownTool(AiServices<Assistant> services) {
        List<String> told = new CopyOnWriteArrayList<>();
        services.hallucinatedToolNameStrategy(request -> ToolExecutionResultMessage.from(request, "no"))
                .beforeToolExecution(
                        event -> told.add("before " + event.request().name()))
                .afterToolExecution(event -> told.add("after " + event.request().name() + ": " + event.result()))
                .build()
                .chat("go");
        return told;
    }

    @Test
    void veto_comes_before_the_tool_runs_and_leaves_the_loop() {
        assertThatVetoLeaves(services(call("1", "run", "{}"), call("2", "run", "{}"), call("3", "run", "{}")));

        assertThat(bodies).containsOnlyKeys("1");
        assertThat(Memory.resultTexts(memory))
                .containsExactly(
                        "ran",
                        "call 2 is not allowed",
                        "tool 'run' was not started: the failure of another call ended the round");
    }

    @Test
    void veto_of_a_parallel_call_comes_before_the_tool_runs_and_leaves_the_loop() {
        assertThatVetoLeaves(services(FIRST, SECOND));

        assertThat(bodies).doesNotContainKey("2");
        assertThat(Memory.results(memory)).hasSize(2);
        assertThat(Memory.resultTexts(memory).get(1)).isEqualTo("call 2 is not allowed");
    }

    private static void assertThatVetoLeaves(AiServices<Assistant> services) {
        Consumer<BeforeToolExecution> veto = event -> {
            if (event.request().id().equals("2")) {
                throw new SecurityException("call 2 is not allowed");
            }
        };
        Assistant assistant = services.beforeToolExecution(veto).build();

        assertThatThrownBy(() -> assistant.chat("go"))
                .isInstanceOf(SecurityException.class)
                .hasMessage("call 2 is not allowed");
    }

    @Test
    void exception_of_the_after_hook_leaves_the_loop() {
        Assistant assistant = services(call("1", "run", "{}"), call("2", "run", "{}"))
                .afterToolExecution(event -> {
                    throw new IllegalStateException("audit is down");
                })
                .build();

        assertThatThrownBy(() -> assistant.chat("go"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("audit is down");
        assertThat(bodies).containsOnlyKeys("1");
        assertThat(Memory.results(memory)).hasSize(2);
    }

    @Test
    void error_of_a_hook_leaves_the_loop_as_it_is() {
        Assistant assistant = services(call("1", "run", "{}"))
                .beforeToolExecution(event -> {
                    throw new AssertionError("a bug");
                })
                .build();

        assertThatThrownBy(() -> assistant.chat("go"))
                .isInstanceOf(AssertionError.class)
                .hasMessage("a bug");
        assertThat(bodies).isEmpty();
        assertThat(Memory.results(memory)).hasSize(1);
    }

    @Test
    void hooks_can_be_got_and_replaced_as_the_agentic_module_does() {
        var context = ParallelTools.builder().build().aiServiceContext(Assistant.class);
        Consumer<BeforeToolExecution> before = event -> {};
        Consumer<ToolExecution> after = event -> {};

        assertThat(context.toolService.beforeToolExecution()).isNull();
        assertThat(context.toolService.afterToolExecution()).isNull();
        context.toolService.beforeToolExecution(before);
        context.toolService.afterToolExecution(after);
        assertThat(context.toolService.beforeToolExecution()).isSameAs(before);
        assertThat(context.toolService.afterToolExecution()).isSameAs(after);
    }
}
