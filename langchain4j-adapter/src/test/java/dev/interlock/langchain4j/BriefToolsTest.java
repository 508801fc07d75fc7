package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.effect.Effects;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.service.tool.AiServiceTool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Pure tools, and those that run alone, that have been brief so often that the caller runs them itself. When one is not
 * brief any more it must be as if it never had been. What a call does its argument says, since the tool is learnt by
 * its name.
 */
@Timeout(60)
class BriefToolsTest {

    private static final int CALLS_TO_LEARN = 100;
    private static final String PROBE = "{\"id\": \"probe\"}";
    private static final String MEET = "{\"id\": \"meet\"}";
    private static final String HANG = "{\"id\": \"hang\"}";

    private final CyclicBarrier two = new CyclicBarrier(2);
    private final CountDownLatch hanging = new CountDownLatch(2);
    private final CountDownLatch oneHangs = new CountDownLatch(1);
    private final List<String> order = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
    private final ChatMemory memory = Memory.ofManyMessages();

    private final List<AiServiceTool> tools = List.of(tool("brief", this::run), tool("alone", this::run));
    private final ParallelTools parallel = declaring().build();

    private static ParallelTools.Builder declaring() {
        return Waiting.patientTools().effects("brief", Effects.pure()).effects("alone", Effects.exclusive());
    }

    private String run(ToolExecutionRequest request) throws Exception {
        if (request.arguments().equals(PROBE)) {
            threads.add(Thread.currentThread());
        } else if (request.arguments().equals(MEET)) {
            threads.add(Thread.currentThread());
            Waiting.meet(two);
        } else if (request.arguments().equals(HANG)) {
            hanging.countDown();
            oneHangs.countDown();
            Waiting.forInterrupt();
        } else if (request.arguments().contains("fail")) {
            Waiting.await(oneHangs);
            throw new IllegalStateException("broken");
        } else if (request.arguments().contains("order")) {
            order.add(request.id());
        }
        return "done";
    }

    /** Has the tools called until it shows that they are run by the caller: pure calls have no other reason to be. */
    private void learnThatTheyAreBrief(Consumer<ToolExecutionRequest[]> execution) {
        ToolExecutionRequest[] requests = new ToolExecutionRequest[CALLS_TO_LEARN];
        for (int i = 0; i < CALLS_TO_LEARN; i++) {
            requests[i] = call(String.valueOf(i), i % 3 == 0 ? "alone" : "brief", PROBE);
        }
        do {
            threads.clear();
            execution.accept(requests);
        } while (!threads.stream().allMatch(Thread.currentThread()::equals));
        threads.clear();
    }

    private List<ToolExecutionResultMessage> executedByLearntLoop(ToolExecutionRequest... requests) {
        learnThatTheyAreBrief(brief -> OneRound.executed(parallel, tools, brief));
        return OneRound.executed(parallel, tools, requests);
    }

    @Test
    void calls_overlap_once_they_are_not_brief() {
        for (int round = 0; round < 3; round++) {
            List<ToolExecutionResultMessage> results =
                    executedByLearntLoop(call("1", "brief", MEET), call("2", "brief", "{}"), call("3", "brief", MEET));

            assertThat(results).extracting(ToolExecutionResultMessage::text).containsOnly("done");
            assertThat(threads).hasSize(2).contains(Thread.currentThread());
        }
    }

    @Test
    void conflicting_calls_keep_their_order_once_they_are_not_brief() {
        executedByLearntLoop(
                call("1", "brief", MEET),
                call("2", "brief", MEET),
                call("3", "alone", "{\"id\": \"order\"}"),
                call("4", "alone", "{\"id\": \"order\"}"),
                call("5", "alone", "{\"id\": \"order\"}"));

        assertThat(order).containsExactly("3", "4", "5");
    }

    @Test
    void interrupt_reaches_the_callers_own_call_and_the_others() throws InterruptedException {
        Assistant assistant = learntAssistant(parallel, call("1", "brief", HANG), call("2", "brief", HANG));
        Caller caller = Caller.of(() -> assistant.chat("go"));
        Waiting.await(hanging);

        caller.interrupt();

        caller.join();
        assertThat(caller.thrown()).isInstanceOf(CancellationException.class);
        assertThat(caller.interruptFlag()).isTrue();
        assertThat(Memory.resultTexts(memory))
                .hasSize(2)
                .allMatch(text -> text.endsWith("ms: the calling thread was interrupted"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"brief", "alone"})
    void failure_that_leaves_the_loop_interrupts_the_callers_own_call_and_leaves_no_flag(String ownCall) {
        Assistant assistant = learntAssistant(
                declaring().gracePeriod(Duration.ofMillis(1_500)).build(),
                call("1", ownCall, HANG),
                call("2", "brief", "{\"id\": \"fail\"}"),
                call("3", "brief", "{}"));

        assertThatThrownBy(() -> assistant.chat("go"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("handled: broken");

        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(Memory.resultTexts(memory).get(0)).startsWith("tool '" + ownCall + "' was interrupted after ");
        assertThat(Memory.resultTexts(memory).get(1)).isEqualTo("handled: broken");
    }

    /** The bindings of a service are its own, so it learns anew. */
    private Assistant learntAssistant(ParallelTools learning, ToolExecutionRequest... requests) {
        ScriptedChatModel model = ScriptedChatModel.saying();
        Assistant assistant = learning.aiServices(Assistant.class)
                .chatModel(model)
                .chatMemory(memory)
                .tools(tools)
                .toolExecutionErrorHandler((error, context) -> {
                    throw new IllegalStateException("handled: " + error.getMessage());
                })
                .build();
        learnThatTheyAreBrief(brief -> {
            model.then(ScriptedChatModel.calls(brief), AiMessage.from("learnt"));
            assistant.chat("learn");
            memory.clear();
        });
        model.then(ScriptedChatModel.calls(requests));
        return assistant;
    }
}
