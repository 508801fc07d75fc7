package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Pure;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.service.AiServices;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The caller's interrupt does not reach tools, or is swallowed, and the loop goes on. */
@Timeout(60)
class Hazard04InterruptTest {

    static class Tools {
        final CountDownLatch running;
        final CountDownLatch interrupted = new CountDownLatch(1);
        final CountDownLatch mayEnd = new CountDownLatch(1);

        Tools(int calls) {
            running = new CountDownLatch(calls);
        }

        @Tool
        @Pure
        String compute() throws InterruptedException {
            return block();
        }

        @Tool
        String undeclared() throws InterruptedException {
            return block();
        }

        private String block() throws InterruptedException {
            running.countDown();
            try {
                Waiting.await(mayEnd);
                return "computed";
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
        }
    }

    private record Left(Caller caller, boolean toolInterrupted, int modelRequests, ChatMemory memory) {}

    private static Left caller_is_interrupted_while_tools_run(
            AiServices<Assistant> services, int running, String... calls) throws InterruptedException {
        Tools tools = new Tools(running);
        ChatMemory memory = Memory.ofManyMessages();
        ScriptedChatModel model = calls.length == 1
                ? ScriptedChatModel.asking(call("1", calls[0], "{}"))
                : ScriptedChatModel.asking(call("1", calls[0], "{}"), call("2", calls[1], "{}"));
        Assistant assistant =
                services.chatModel(model).chatMemory(memory).tools(tools).build();
        Caller caller = Caller.of(() -> assistant.chat("go"));
        Waiting.await(tools.running);

        caller.interrupt();

        caller.join();
        boolean toolInterrupted = tools.interrupted.getCount() == 0;
        tools.mayEnd.countDown();
        return new Left(caller, toolInterrupted, model.requests().size(), memory);
    }

    private static AiServices<Assistant> interlock() {
        return Waiting.patientTools().build().aiServices(Assistant.class);
    }

    @Test
    void interrupt_reaches_parallel_tools() throws InterruptedException {
        Left left = caller_is_interrupted_while_tools_run(interlock(), 2, "compute", "compute");

        assertThat(left.toolInterrupted).isTrue();
        assertThat(left.caller.thrown()).isInstanceOf(CancellationException.class);
        assertThat(left.caller.interruptFlag()).isTrue();
        assertThat(left.modelRequests).isEqualTo(1);
        assertThat(Memory.results(left.memory))
                .extracting(ToolExecutionResultMessage::id)
                .containsExactly("1", "2");
    }

    @Test
    void plain_langchain4j_does_not_interrupt_concurrent_tools() throws InterruptedException {
        Left left = caller_is_interrupted_while_tools_run(
                AiServices.builder(Assistant.class).executeToolsConcurrently(), 2, "compute", "compute");

        assertThat(left.toolInterrupted).isFalse();
        assertThat(Memory.results(left.memory)).isEmpty();
    }

    @Test
    void interrupt_of_an_undeclared_tool_ends_the_loop() throws InterruptedException {
        Left left = caller_is_interrupted_while_tools_run(interlock(), 1, "undeclared", "undeclared");

        assertThat(left.toolInterrupted).isTrue();
        assertThat(left.caller.thrown()).isInstanceOf(CancellationException.class);
        assertThat(left.caller.interruptFlag()).isTrue();
        assertThat(left.modelRequests).isEqualTo(1);
        assertThat(Memory.resultTexts(left.memory).get(0)).endsWith("it may have taken effect");
        assertThat(Memory.resultTexts(left.memory).get(1))
                .isEqualTo("tool 'undeclared' was not started: the calling thread was interrupted");
    }

    @Test
    void interrupt_of_a_single_call_ends_the_loop() throws InterruptedException {
        Left left = caller_is_interrupted_while_tools_run(interlock(), 1, "compute");

        assertThat(left.toolInterrupted).isTrue();
        assertThat(left.caller.thrown()).isInstanceOf(CancellationException.class);
        assertThat(left.caller.interruptFlag()).isTrue();
        assertThat(left.modelRequests).isEqualTo(1);
    }

    @Test
    void plain_langchain4j_swallows_the_interrupt_and_asks_the_model_again() throws InterruptedException {
        Left left = caller_is_interrupted_while_tools_run(AiServices.builder(Assistant.class), 1, "undeclared");

        assertThat(left.toolInterrupted).isTrue();
        assertThat(left.caller.returned()).isEqualTo(ScriptedChatModel.DONE);
        assertThat(left.caller.interruptFlag()).isFalse();
        assertThat(left.modelRequests).isEqualTo(2);
    }
}
