package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.langchain4j.data.message.ChatMessageType.AI;
import static dev.langchain4j.data.message.ChatMessageType.TOOL_EXECUTION_RESULT;
import static dev.langchain4j.data.message.ChatMessageType.USER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Pure;
import dev.langchain4j.agent.tool.ReturnBehavior;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.Result;
import dev.langchain4j.service.tool.ToolExecution;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tools whose results go to the caller, not to the model. */
@Timeout(60)
class ImmediateReturnTest {

    private final Rounds rounds = new Rounds();
    private final ChatMemory memory = Memory.ofManyMessages();

    interface Ordering {
        Result<String> order(String message);
    }

    interface Quoting {
        Quote quote(String message);
    }

    record Quote(int price) {}

    /** Two of these return only if they run at the same time. */
    static class Tools {
        private final CyclicBarrier two = new CyclicBarrier(2);
        private final AtomicInteger prices = new AtomicInteger();

        private Quote meet() throws Exception {
            Waiting.meet(two);
            return new Quote(7);
        }

        @Tool
        @Pure
        Quote toModel() throws Exception {
            return meet();
        }

        @Tool(returnBehavior = ReturnBehavior.IMMEDIATE)
        @Pure
        Quote now() throws Exception {
            return meet();
        }

        @Tool(returnBehavior = ReturnBehavior.IMMEDIATE_IF_LAST)
        @Pure
        Quote ifLast() throws Exception {
            return meet();
        }

        @Tool(returnBehavior = ReturnBehavior.IMMEDIATE)
        Quote next() {
            return new Quote(prices.incrementAndGet());
        }

        @Tool(returnBehavior = ReturnBehavior.IMMEDIATE)
        @Pure
        void nothing() throws Exception {
            Waiting.meet(two);
        }

        @Tool(returnBehavior = ReturnBehavior.IMMEDIATE)
        @Pure
        Quote fail() throws Exception {
            Waiting.meet(two);
            throw new IllegalStateException("no price");
        }

        @Tool(returnBehavior = ReturnBehavior.IMMEDIATE)
        @Pure
        Quote hang() throws InterruptedException {
            Waiting.forInterrupt();
            return new Quote(0);
        }
    }

    private <T> AiServices<T> services(ParallelTools.Builder parallel, Class<T> service, ScriptedChatModel model) {
        return parallel.listener(rounds)
                .build()
                .aiServices(service)
                .chatModel(model)
                .chatMemory(memory)
                .tools(new Tools());
    }

    private static ToolExecutionRequest[] requests(String tools) {
        List<ToolExecutionRequest> requests = new ArrayList<>();
        for (String tool : tools.split(" ", -1)) {
            requests.add(call(String.valueOf(requests.size()), tool, "{}"));
        }
        return requests.toArray(ToolExecutionRequest[]::new);
    }

    private static List<Object> objects(Result<String> result) {
        return result.toolExecutions().stream().map(ToolExecution::resultObject).toList();
    }

    @ParameterizedTest
    @CsvSource({
        "now now,           true",
        "now ifLast,        true",
        "ifLast now,        true",
        "toModel ifLast,    true",
        "toModel now,       false",
        "now toModel,       false",
        "ifLast toModel,    false"
    })
    void overlapping_calls_return_at_once_where_langchain4j_says_so(String tools, boolean atOnce) {
        ScriptedChatModel model = ScriptedChatModel.asking(requests(tools));

        Result<String> result =
                services(ParallelTools.builder(), Ordering.class, model).build().order("go");

        assertThat(rounds.reports()).hasSize(1);
        assertThat(model.requests()).hasSize(atOnce ? 1 : 2);
        assertThat(result.content()).isEqualTo(atOnce ? null : ScriptedChatModel.DONE);
        assertThat(result.toolExecutions())
                .extracting(execution -> execution.request().name())
                .containsExactlyElementsOf(Arrays.asList(tools.split(" ", -1)));
        assertThat(objects(result)).containsExactly(new Quote(7), new Quote(7));
        assertThat(result.finishReason() == FinishReason.TOOL_EXECUTION).isEqualTo(atOnce);
        assertThat(Memory.types(memory)).startsWith(USER, AI, TOOL_EXECUTION_RESULT, TOOL_EXECUTION_RESULT);
        assertThat(Memory.types(memory)).hasSize(atOnce ? 4 : 5);
    }

    @Test
    void equal_calls_return_their_own_results() {
        ToolExecutionRequest next = call(null, "next", "{}");
        ScriptedChatModel model = ScriptedChatModel.asking(next, next, next);

        Result<String> result =
                services(ParallelTools.builder(), Ordering.class, model).build().order("go");

        assertThat(model.requests()).hasSize(1);
        assertThat(objects(result)).containsExactly(new Quote(1), new Quote(2), new Quote(3));
    }

    @Test
    void one_result_among_overlapping_calls_that_give_none_is_the_return_value() {
        ScriptedChatModel model = ScriptedChatModel.asking(requests("nothing now"));

        Quote quote =
                services(ParallelTools.builder(), Quoting.class, model).build().quote("go");

        assertThat(quote).isEqualTo(new Quote(7));
        assertThat(model.requests()).hasSize(1);
    }

    @Test
    void model_is_asked_again_when_one_of_overlapping_calls_fails() {
        ScriptedChatModel model = ScriptedChatModel.asking(requests("now fail"));

        Result<String> result =
                services(ParallelTools.builder(), Ordering.class, model).build().order("go");

        assertThat(result.content()).isEqualTo(ScriptedChatModel.DONE);
        assertThat(model.resultTexts())
                .satisfiesExactly(
                        first -> assertThat(first).contains("7"),
                        second -> assertThat(second).isEqualTo("no price"));
        assertThat(result.toolExecutions()).extracting(ToolExecution::hasFailed).containsExactly(false, true);
    }

    @Test
    void model_is_asked_again_when_one_of_the_calls_takes_too_long() {
        ParallelTools.Builder limited = Waiting.patientTools()
                .policy(
                        "hang",
                        ToolPolicy.builder().timeout(Duration.ofMillis(100)).build());
        ScriptedChatModel model = ScriptedChatModel.asking(requests("next hang next"));

        Result<String> result = services(limited, Ordering.class, model).build().order("go");

        assertThat(result.content()).isEqualTo(ScriptedChatModel.DONE);
        assertThat(model.resultTexts().get(1)).isEqualTo("tool 'hang' timed out: the attempt exceeded 100 ms");
        assertThat(result.toolExecutions()).extracting(ToolExecution::hasFailed).containsExactly(false, true, false);
    }
}
