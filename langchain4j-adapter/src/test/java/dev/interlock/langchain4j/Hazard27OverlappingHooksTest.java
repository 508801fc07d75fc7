package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.interlock.event.RoundEvent;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.AiServiceTool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The hooks of a service, and a stream's callbacks, running at the same time: counters lose counts, sinks are torn. */
@Timeout(120)
class Hazard27OverlappingHooksTest extends OverlappingHooksFixture {

    @Test
    void plain_langchain4j_runs_hooks_at_the_same_time_when_it_runs_tools_so() {
        CyclicBarrier hooks = new CyclicBarrier(3);
        AtomicInteger met = new AtomicInteger();
        AiServices<Assistant> services = AiServices.builder(Assistant.class)
                .executeToolsConcurrently(Executors.newVirtualThreadPerTaskExecutor())
                .afterToolExecution(execution -> {
                    meetAll(hooks);
                    met.incrementAndGet();
                });

        assistant(services, requests("look", 3)).chat("go");

        assertThat(met).as("each waited for the others").hasValue(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5, 800, ParallelTools.UNLIMITED})
    void hooks_never_overlap(int cap) {
        int[] counts = new int[2];
        AiServices<Assistant> services = parallel()
                .maxConcurrency(cap)
                .build()
                .aiServices(Assistant.class)
                .beforeToolExecution(event -> {
                    counts[0]++;
                    sink.tell("before");
                })
                .afterToolExecution(execution -> {
                    counts[1]++;
                    sink.tell("after");
                });

        assistant(services, requests("look", 800)).chat("go");

        assertThat(counts).containsExactly(800, 800);
        assertThat(sink.told).hasSize(1600);
        assertThat(sink.most).hasValue(1);
    }

    @Test
    void hooks_are_told_in_call_order_while_the_tools_run_at_the_same_time() {
        AiServices<Assistant> services = parallel()
                .build()
                .aiServices(Assistant.class)
                .beforeToolExecution(
                        event -> sink.tell("before " + event.request().id()))
                .afterToolExecution(
                        event -> sink.tell("after " + event.request().id()));

        assistant(services, requests("meet", 6)).chat("go");

        assertThat(sink.told.stream().filter(line -> line.startsWith("before")))
                .containsExactly("before 1", "before 2", "before 3", "before 4", "before 5", "before 6");
        assertThat(Memory.resultTexts(memory)).containsExactly("met 1", "met 2", "met 3", "met 4", "met 5", "met 6");
        assertThat(sink.most).hasValue(1);
    }

    @ParameterizedTest
    @CsvSource({"1, false", "2, false", "3, false", "1, true", "2, true", "3, true"})
    void call_that_is_vetoed_has_started_nothing_after_it(int vetoed, boolean writes) {
        ParallelTools parallel = parallel()
                .effects("look", writes ? Effects.writes("place/{id}") : Effects.reads("place"))
                .build();
        for (int i = 0; i < 50; i++) {
            assertThatVetoStartsNothingAfter(vetoed, parallel.aiServices(Assistant.class));
            memory.clear();
            ran.clear();
        }
    }

    private void assertThatVetoStartsNothingAfter(int vetoed, AiServices<Assistant> services) {
        List<String> told = new ArrayList<>();
        services.beforeToolExecution(event -> {
            told.add(event.request().id());
            if (event.request().id().equals(String.valueOf(vetoed))) {
                throw new SecurityException("call " + vetoed + " is not allowed");
            }
        });
        Assistant assistant = assistant(services, requests("look", 4));

        assertThatThrownBy(() -> assistant.chat("go"))
                .isInstanceOf(SecurityException.class)
                .hasMessage("call " + vetoed + " is not allowed");

        assertThat(told).hasSize(vetoed).last().isEqualTo(String.valueOf(vetoed));
        assertThat(ran)
                .doesNotContainAnyElementsOf(IntStream.rangeClosed(vetoed, 4)
                        .mapToObj(String::valueOf)
                        .toList());
        assertThat(Memory.resultTexts(memory).subList(vetoed - 1, 4))
                .containsExactlyElementsOf(IntStream.rangeClosed(vetoed, 4)
                        .mapToObj(number -> number == vetoed
                                ? "call " + vetoed + " is not allowed"
                                : "tool 'look' was not started: the failure of another call ended the round")
                        .toList());
    }

    @Test
    void hooks_of_different_invocations_run_at_the_same_time() throws InterruptedException {
        CyclicBarrier hooks = new CyclicBarrier(2);
        AiServices<Assistant> services =
                parallel().build().aiServices(Assistant.class).beforeToolExecution(event -> meetAll(hooks));
        ScriptedChatModel model = ScriptedChatModel.saying(
                ScriptedChatModel.calls(requests("look", 1)),
                ScriptedChatModel.calls(requests("look", 1)),
                AiMessage.from("done"),
                AiMessage.from("done"));
        Assistant assistant = services.chatModel(model).tools(tools).build();

        Thread other = Thread.ofVirtual().start(() -> assistant.chat("go"));
        assertThat(assistant.chat("go")).isEqualTo("done");
        other.join();
    }

    @Test
    void hook_may_have_a_service_of_its_own_and_its_tools_may_have_hooks() {
        List<String> inner = new CopyOnWriteArrayList<>();
        ParallelTools shared = parallel()
                .policy("look", ToolPolicy.builder().maxConcurrency(1).build())
                .totalConcurrency(2)
                .build();
        Consumer<String> nested = why -> {
            shared.aiServices(Assistant.class)
                    .chatModel(ScriptedChatModel.asking(requests("look", 3)))
                    .tools(tools)
                    .beforeToolExecution(
                            event -> inner.add("before " + event.request().id()))
                    .afterToolExecution(
                            event -> inner.add("after " + event.request().id()))
                    .build()
                    .chat("go");
            sink.tell(why);
        };
        AiServices<Assistant> services = shared.aiServices(Assistant.class)
                .beforeToolExecution(event -> nested.accept("before"))
                .afterToolExecution(event -> nested.accept("after"));

        assertThat(assistant(services, requests("look", 4)).chat("go")).isEqualTo("done");

        assertThat(sink.told).hasSize(8);
        assertThat(sink.most).hasValue(1);
        assertThat(inner).hasSize(8 * 6);
    }

    /** A call whose hook has to wait holds what the hook of another needs for a service of its own. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void hook_that_waits_keeps_no_caps_from_the_tools_of_one_that_runs(boolean before) {
        CountDownLatch secondRuns = new CountDownLatch(1);
        ParallelTools shared = parallel()
                .policy("look", ToolPolicy.builder().maxConcurrency(1).build())
                .listener(event -> {
                    if (event instanceof RoundEvent.CallStarted started
                            && started.call().tool().equals("look")) {
                        secondRuns.countDown();
                    }
                })
                .build();
        List<AiServiceTool> all = List.of(tools.get(0), tool("getOther", request -> "other"));
        AiServices<Assistant> services = shared.aiServices(Assistant.class)
                .chatModel(ScriptedChatModel.asking(call("1", "getOther", "{}"), call("2", "look", "{}")))
                .tools(all)
                .afterToolExecution(execution -> {
                    if (execution.request().name().equals("getOther")) {
                        Waiting.awaitIgnoringInterrupts(secondRuns);
                        shared.aiServices(Assistant.class)
                                .chatModel(ScriptedChatModel.asking(call("3", "look", "{}")))
                                .tools(tools)
                                .build()
                                .chat("go");
                    }
                    sink.tell("after " + execution.request().id());
                });
        if (before) {
            services.beforeToolExecution(
                    event -> sink.tell("before " + event.request().id()));
        }

        assertThat(services.build().chat("go")).isEqualTo("done");

        assertThat(ran).containsExactlyInAnyOrder("2", "3");
        assertThat(sink.most).hasValue(1);
    }

    /** The hook of the first call lasts until two others, one after the other, have reached their limit. */
    @Test
    void waiting_for_other_hooks_does_not_count_for_the_limit_of_an_attempt() {
        CountDownLatch timedOut = new CountDownLatch(2);
        List<AiServiceTool> all = List.of(tools.get(0), tool("limited", request -> "in time"), tool("hang", request -> {
            try {
                Waiting.forInterrupt();
                return "not interrupted";
            } finally {
                timedOut.countDown();
            }
        }));
        // A busy machine may hold up the tool for a while, but not for as long as the hook lasts.
        ToolPolicy ofTool = ToolPolicy.builder().timeout(Duration.ofSeconds(2)).build();
        ToolPolicy ofHanging =
                ToolPolicy.builder().timeout(Duration.ofMillis(1_100)).build();
        AiServices<Assistant> services = parallel()
                .effects("limited", Effects.reads("place"))
                .effects("hang", Effects.writes("elsewhere"))
                .policy("limited", ofTool)
                .policy("hang", ofHanging)
                .build()
                .aiServices(Assistant.class)
                .afterToolExecution(execution -> {
                    if (execution.request().id().equals("1")) {
                        Waiting.awaitIgnoringInterrupts(timedOut);
                    }
                });

        services.chatModel(ScriptedChatModel.asking(
                        call("1", "look", "{}"),
                        call("2", "limited", "{}"),
                        call("3", "hang", "{}"),
                        call("4", "hang", "{}")))
                .chatMemory(memory)
                .tools(all)
                .build()
                .chat("go");

        assertThat(Memory.resultTexts(memory).subList(0, 2)).containsExactly("saw 1", "in time");
        assertThat(Memory.resultTexts(memory).get(3)).contains("exceeded 1100 ms");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void hook_that_does_not_return_keeps_no_others_from_being_told(boolean before) {
        CountDownLatch never = new CountDownLatch(1);
        Consumer<String> hook = id -> {
            if (id.equals("1")) {
                Waiting.awaitIgnoringInterrupts(never);
            } else {
                sink.tell(id);
            }
        };
        List<AiServiceTool> stuck = List.of(tools.get(0), tool("meet", request -> "met"));
        AiServices<Assistant> services = ParallelTools.builder()
                .effects("look", Effects.reads("place"))
                .effects("meet", Effects.reads("place"))
                .policy(
                        "meet",
                        ToolPolicy.builder().timeout(Duration.ofMillis(100)).build())
                .gracePeriod(Duration.ofMillis(50))
                .build()
                .aiServices(Assistant.class)
                .chatModel(ScriptedChatModel.asking(
                        call("1", "meet", "{}"), call("2", "look", "{}"), call("3", "look", "{}")))
                .chatMemory(memory)
                .tools(stuck);
        if (before) {
            services.beforeToolExecution(event -> hook.accept(event.request().id()));
        } else {
            services.afterToolExecution(event -> hook.accept(event.request().id()));
        }

        assertThat(services.build().chat("go")).isEqualTo("done");

        assertThat(sink.told).containsExactlyInAnyOrder("2", "3");
        assertThat(Memory.resultTexts(memory).get(0)).startsWith("tool 'meet' timed out: the attempt exceeded 100 ms");
        assertThat(Memory.resultTexts(memory).subList(1, 3)).containsExactly("saw 2", "saw 3");
        never.countDown();
    }

    @Test
    void interrupt_ends_hooks_that_wait_and_starts_no_tool() throws InterruptedException {
        CountDownLatch inHook = new CountDownLatch(1);
        AiServices<Assistant> services = parallel()
                .build()
                .aiServices(Assistant.class)
                .beforeToolExecution(event -> {
                    sink.tell("before " + event.request().id());
                    inHook.countDown();
                    try {
                        Waiting.forInterrupt();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
        Caller caller = Caller.of(() -> assistant(services, requests("look", 3)).chat("go"));
        Waiting.await(inHook);
        caller.interrupt();
        caller.join();

        assertThat(caller.thrown()).isInstanceOf(CancellationException.class);
        assertThat(sink.told).containsExactly("before 1");
        assertThat(ran).isEmpty();
        assertThat(Memory.resultTexts(memory))
                .hasSize(3)
                .allMatch(text -> text.equals("tool 'look' was not started: the calling thread was interrupted"));
    }

    @Test
    void hooks_overlap_if_they_are_to() {
        CyclicBarrier hooks = new CyclicBarrier(3);
        AiServices<Assistant> services = parallel()
                .overlappingHooks(true)
                .build()
                .aiServices(Assistant.class)
                .beforeToolExecution(event -> meetAll(hooks))
                .afterToolExecution(event -> meetAll(hooks));

        assertThat(assistant(services, requests("look", 3)).chat("go")).isEqualTo("done");
    }
}
