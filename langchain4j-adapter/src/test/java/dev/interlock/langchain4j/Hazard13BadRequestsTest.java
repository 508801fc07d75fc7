package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.interlock.effect.Reads;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.ChatMessageType;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.ToolErrorHandlerResult;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An unknown tool or arguments that cannot be parsed throw by default, and take the whole batch with them. */
@Timeout(60)
class Hazard13BadRequestsTest {

    private static final ToolExecutionRequest UNKNOWN = call("2", "divine", "{}");
    private static final ToolExecutionRequest BAD_NUMBER = call("2", "square", "{\"n\": \"many\"}");
    private static final ToolExecutionRequest BAD_JSON = call("2", "square", "{\"n\": ");

    static class Tools {
        final CountDownLatch running = new CountDownLatch(1);
        final CountDownLatch mayEnd = new CountDownLatch(1);
        final CountDownLatch ended = new CountDownLatch(1);

        @Tool
        @Reads("numbers")
        String compute() throws InterruptedException {
            running.countDown();
            try {
                Waiting.await(mayEnd);
                return "computed";
            } finally {
                ended.countDown();
            }
        }

        @Tool
        @Reads("numbers")
        int square(@P(name = "n") int n) {
            return n * n;
        }
    }

    private record Left(Throwable thrown, boolean siblingRuns, ScriptedChatModel model, ChatMemory memory) {}

    /** A call that computes beside a bad one; it may end at once if the bad one waits for it. */
    private static Left bad_call_beside_a_good_one(
            AiServices<Assistant> services, ToolExecutionRequest bad, boolean goodMayEnd) {
        Tools tools = new Tools();
        if (goodMayEnd) {
            tools.mayEnd.countDown();
        }
        ChatMemory memory = Memory.ofManyMessages();
        ScriptedChatModel model =
                ScriptedChatModel.asking(call("1", "compute", "{}"), bad, call("3", "square", "{\"n\": 3}"));
        Assistant assistant =
                services.chatModel(model).chatMemory(memory).tools(tools).build();
        Throwable thrown = catchThrowable(() -> assistant.chat("go"));
        boolean runs = tools.running.getCount() == 0 && tools.ended.getCount() > 0;
        tools.mayEnd.countDown();
        return new Left(thrown, runs, model, memory);
    }

    private static AiServices<Assistant> interlock() {
        return Waiting.patientTools().build().aiServices(Assistant.class);
    }

    private static AiServices<Assistant> concurrent() {
        return AiServices.builder(Assistant.class).executeToolsConcurrently();
    }

    private static void assertThatAllHaveResults(Left left) {
        assertThat(left.siblingRuns).isFalse();
        assertThat(Memory.results(left.memory))
                .extracting(ToolExecutionResultMessage::id)
                .containsExactly("1", "2", "3");
    }

    private static void assertThatTheCallIsAnOrphan(Left left) {
        assertThat(Memory.types(left.memory)).containsExactly(ChatMessageType.USER, ChatMessageType.AI);
    }

    @Test
    void unknown_tool_throws_as_before_after_its_siblings_have_ended() {
        Left left = bad_call_beside_a_good_one(interlock(), UNKNOWN, true);

        assertThat(left.thrown)
                .isInstanceOf(RuntimeException.class)
                .hasMessageContaining("'divine' tool, but no such tool exists");
        assertThatAllHaveResults(left);
        assertThat(Memory.resultTexts(left.memory).get(0)).isEqualTo("computed");
        assertThat(Memory.resultTexts(left.memory).get(1)).contains("'divine'");
        assertThat(Memory.resultTexts(left.memory).get(2)).startsWith("tool 'square' was not started: ");
    }

    @Test
    void plain_langchain4j_takes_the_batch_with_the_unknown_tool() {
        Left left = bad_call_beside_a_good_one(AiServices.builder(Assistant.class), UNKNOWN, true);

        assertThat(left.thrown).hasMessageContaining("'divine' tool, but no such tool exists");
        assertThatTheCallIsAnOrphan(left);
    }

    @Test
    void malformed_json_throws_as_before_after_its_siblings_have_ended() {
        Left left = bad_call_beside_a_good_one(interlock(), BAD_JSON, true);
        Left plain = bad_call_beside_a_good_one(AiServices.builder(Assistant.class), BAD_JSON, true);

        assertThat(left.thrown).isInstanceOf(plain.thrown.getClass());
        assertThat(left.thrown).hasMessage(plain.thrown.getMessage());
        assertThatAllHaveResults(left);
        assertThat(Memory.resultTexts(left.memory).get(0)).isEqualTo("computed");
        assertThatTheCallIsAnOrphan(plain);
    }

    @Test
    void argument_of_the_wrong_type_throws_as_before_after_its_siblings_have_ended() {
        ParallelTools parallel =
                ParallelTools.builder().gracePeriod(Duration.ofMillis(1_500)).build();
        Left left = bad_call_beside_a_good_one(parallel.aiServices(Assistant.class), BAD_NUMBER, false);
        Left plain = bad_call_beside_a_good_one(AiServices.builder(Assistant.class), BAD_NUMBER, true);

        assertThat(left.thrown).isInstanceOf(plain.thrown.getClass());
        assertThat(left.thrown).hasMessage(plain.thrown.getMessage());
        assertThatAllHaveResults(left);
        assertThatTheCallIsAnOrphan(plain);
    }

    @Test
    void plain_langchain4j_leaves_the_sibling_of_a_bad_argument_running() {
        Tools tools = new Tools();
        Assistant assistant = concurrent()
                .chatModel(ScriptedChatModel.asking(BAD_NUMBER, call("1", "compute", "{}")))
                .tools(tools)
                .build();

        Throwable thrown = catchThrowable(() -> assistant.chat("go"));

        assertThat(thrown).isNotNull();
        assertThat(tools.ended.getCount()).isEqualTo(1);
        tools.mayEnd.countDown();
    }

    @Test
    void configured_handlers_stay_in_charge() {
        for (ToolExecutionRequest bad : new ToolExecutionRequest[] {UNKNOWN, BAD_JSON, BAD_NUMBER}) {
            AiServices<Assistant> services = interlock()
                    .toolArgumentsErrorHandler((error, context) -> ToolErrorHandlerResult.text("bad arguments"))
                    .hallucinatedToolNameStrategy(
                            request -> ToolExecutionResultMessage.from(request, "no " + request.name()));

            Left left = bad_call_beside_a_good_one(services, bad, true);

            assertThat(left.thrown).isNull();
            assertThat(left.model.resultTexts())
                    .containsExactly("computed", bad.equals(UNKNOWN) ? "no divine" : "bad arguments", "9");
        }
    }
}
