package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.langchain4j.data.message.ChatMessageType.AI;
import static dev.langchain4j.data.message.ChatMessageType.TOOL_EXECUTION_RESULT;
import static dev.langchain4j.data.message.ChatMessageType.USER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.interlock.effect.Pure;
import dev.interlock.effect.Writes;
import dev.interlock.event.RoundEvent;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.ToolExecutionErrorHandler;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A failure that leaves the loop leaves siblings running, and an orphan tool call in memory. */
@Timeout(60)
class Hazard03FailureLeavesSiblingsTest {

    private static final ToolExecutionErrorHandler THROWING = (error, context) -> {
        throw new IllegalStateException("handler says: " + error.getMessage());
    };

    static class Tools {
        final CountDownLatch siblingRuns = new CountDownLatch(1);
        final CountDownLatch siblingMayEnd = new CountDownLatch(1);
        final CountDownLatch siblingHasEnded = new CountDownLatch(1);
        volatile boolean undeclaredRan;

        @Tool
        @Pure
        String fail() throws InterruptedException {
            Waiting.await(siblingRuns);
            throw new IllegalArgumentException("broken");
        }

        @Tool
        @Pure
        String compute() throws InterruptedException {
            return block();
        }

        @Tool
        @Writes("log")
        String write() throws InterruptedException {
            return block();
        }

        @Tool
        String undeclared() {
            undeclaredRan = true;
            return "ran";
        }

        private String block() throws InterruptedException {
            siblingRuns.countDown();
            try {
                Waiting.await(siblingMayEnd);
                return "written";
            } finally {
                siblingHasEnded.countDown();
            }
        }
    }

    private record Left(Throwable thrown, boolean siblingRuns, ChatMemory memory) {}

    private static Left one_call_fails_while_its_sibling_runs(
            AiServices<Assistant> services, Tools tools, String sibling) {
        ChatMemory memory = Memory.ofManyMessages();
        Assistant assistant = services.chatModel(
                        ScriptedChatModel.asking(call("1", "fail", "{}"), call("2", sibling, "{}")))
                .chatMemory(memory)
                .tools(tools)
                .toolExecutionErrorHandler(THROWING)
                .build();
        Throwable thrown = catchThrowable(() -> assistant.chat("go"));
        boolean stillRuns = tools.siblingHasEnded.getCount() > 0;
        tools.siblingMayEnd.countDown();
        return new Left(thrown, stillRuns, memory);
    }

    @Test
    void reading_sibling_is_interrupted_and_memory_is_complete() {
        Left left = one_call_fails_while_its_sibling_runs(
                Waiting.patientTools().build().aiServices(Assistant.class), new Tools(), "compute");

        assertThat(left.thrown).isInstanceOf(IllegalStateException.class).hasMessage("handler says: broken");
        assertThat(left.siblingRuns).isFalse();
        assertThat(Memory.types(left.memory)).containsExactly(USER, AI, TOOL_EXECUTION_RESULT, TOOL_EXECUTION_RESULT);
        assertThat(Memory.results(left.memory))
                .extracting(ToolExecutionResultMessage::id)
                .containsExactly("1", "2");
        assertThat(Memory.results(left.memory)).allMatch(ToolExecutionResultMessage::isError);
        assertThat(Memory.resultTexts(left.memory).get(0)).isEqualTo("handler says: broken");
        assertThat(Memory.resultTexts(left.memory).get(1))
                .startsWith("tool 'compute' was interrupted after ")
                .doesNotContain("may have taken effect");
    }

    @Test
    void plain_langchain4j_leaves_the_sibling_running_and_an_orphan_call_in_memory() {
        Left left = one_call_fails_while_its_sibling_runs(
                AiServices.builder(Assistant.class).executeToolsConcurrently(), new Tools(), "compute");

        assertThat(left.thrown).isInstanceOf(IllegalStateException.class).hasMessage("handler says: broken");
        assertThat(left.siblingRuns).isTrue();
        assertThat(Memory.types(left.memory)).containsExactly(USER, AI);
    }

    @Test
    void writing_sibling_is_interrupted_after_the_grace_period() {
        ParallelTools parallel =
                ParallelTools.builder().gracePeriod(Duration.ofMillis(1_500)).build();

        Left left = one_call_fails_while_its_sibling_runs(parallel.aiServices(Assistant.class), new Tools(), "write");

        assertThat(left.thrown).hasMessage("handler says: broken");
        assertThat(left.siblingRuns).isFalse();
        assertThat(Memory.resultTexts(left.memory).get(1))
                .startsWith("tool 'write' was interrupted after ")
                .endsWith("; it may have taken effect");
    }

    @Test
    void writing_sibling_that_ends_within_the_grace_period_keeps_its_result() {
        Tools tools = new Tools();
        ParallelTools parallel = Waiting.patientTools()
                .listener(event -> {
                    if (event instanceof RoundEvent.CallEnded ended && ended.index() == 0) {
                        tools.siblingMayEnd.countDown();
                    }
                })
                .build();

        Left left = one_call_fails_while_its_sibling_runs(parallel.aiServices(Assistant.class), tools, "write");

        assertThat(left.thrown).hasMessage("handler says: broken");
        assertThat(Memory.resultTexts(left.memory)).containsExactly("handler says: broken", "written");
    }

    @Test
    void call_that_has_not_begun_is_not_started() {
        Tools tools = new Tools();
        tools.siblingRuns.countDown();
        ChatMemory memory = Memory.ofManyMessages();
        Assistant assistant = ParallelTools.builder()
                .build()
                .aiServices(Assistant.class)
                .chatModel(ScriptedChatModel.asking(call("1", "fail", "{}"), call("2", "undeclared", "{}")))
                .chatMemory(memory)
                .tools(tools)
                .toolExecutionErrorHandler(THROWING)
                .build();

        assertThat(catchThrowable(() -> assistant.chat("go"))).hasMessage("handler says: broken");
        assertThat(tools.undeclaredRan).isFalse();
        assertThat(Memory.resultTexts(memory).get(1))
                .isEqualTo("tool 'undeclared' was not started: the failure of another call ended the round");
    }

    @Test
    void conversation_goes_on_after_a_failure() {
        ScriptedChatModel model = ScriptedChatModel.saying(
                ScriptedChatModel.calls(call("1", "fail", "{}"), call("2", "compute", "{}")),
                AiMessage.from("all is well"));
        Assistant assistant = Waiting.patientTools()
                .build()
                .aiServices(Assistant.class)
                .chatModel(model)
                .chatMemory(Memory.ofManyMessages())
                .tools(new Tools())
                .toolExecutionErrorHandler(THROWING)
                .build();

        assertThat(catchThrowable(() -> assistant.chat("go"))).isNotNull();
        assertThat(assistant.chat("and now?")).isEqualTo("all is well");
        assertThat(model.requests().get(1).messages())
                .extracting(message -> message.type())
                .containsExactly(USER, AI, TOOL_EXECUTION_RESULT, TOOL_EXECUTION_RESULT, USER);
    }
}
