package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Writes;
import dev.interlock.execution.Approval;
import dev.interlock.execution.ApprovalInterceptor;
import dev.interlock.execution.InterceptedCall;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.service.AiServices;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A desk that shows all questions of a response at once must get them all, not one after the other has been answered.
 */
@Timeout(60)
class Hazard30ApprovalsTest {

    private static final ToolExecutionRequest[] THREE = {
        call("1", "pay", "{\"amount\": 10}"), call("2", "pay", "{\"amount\": 20}"), call("3", "pay", "{\"amount\": 30}")
    };

    /** Answers when it has as many questions as it expects: refuses what is more than 20. */
    private static final class Desk {
        private final int expected;
        private final Map<Integer, CompletableFuture<Approval>> open = new ConcurrentSkipListMap<>();

        Desk(int expected) {
            this.expected = expected;
        }

        synchronized CompletionStage<Approval> ask(InterceptedCall call) {
            CompletableFuture<Approval> answer = new CompletableFuture<>();
            open.put(call.call().arguments().path("amount").asInt(), answer);
            if (open.size() == expected) {
                open.forEach((amount, each) ->
                        each.complete(amount > 20 ? Approval.refused("too much") : Approval.approved()));
            }
            return answer;
        }
    }

    static class Tools {
        final List<Integer> paid = new CopyOnWriteArrayList<>();

        @Tool
        @Writes("account")
        String pay(@P("amount") int amount) {
            paid.add(amount);
            return "paid " + amount;
        }

        /** Of which nothing is known. */
        @Tool
        String frobnicate(@P("amount") int amount) {
            paid.add(amount);
            return "paid " + amount;
        }
    }

    private final Tools tools = new Tools();

    private static ParallelTools asking(Desk desk, int cap) {
        return ParallelTools.builder()
                .maxConcurrency(cap)
                .interceptor(ApprovalInterceptor.builder(desk::ask).build())
                .build();
    }

    @Test
    void plain_langchain4j_asks_for_one_call_after_the_other_has_run() {
        AtomicInteger open = new AtomicInteger();
        List<String> questions = new CopyOnWriteArrayList<>();
        AiServices.builder(Assistant.class)
                .chatModel(ScriptedChatModel.asking(THREE))
                .tools(tools)
                // A desk that waited here for the second question would never end.
                .beforeToolExecution(before -> questions.add(open.incrementAndGet() + " open, paid " + tools.paid))
                .afterToolExecution(after -> open.decrementAndGet())
                .build()
                .chat("go");

        assertThat(questions).containsExactly("1 open, paid []", "1 open, paid [10]", "1 open, paid [10, 20]");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5})
    void all_calls_of_a_response_are_asked_for_at_once(int cap) {
        ScriptedChatModel model = ScriptedChatModel.asking(THREE);

        asking(new Desk(3), cap)
                .aiServices(Assistant.class)
                .chatModel(model)
                .tools(tools)
                .build()
                .chat("go");

        assertThat(model.resultTexts()).containsExactly("paid 10", "paid 20", "tool 'pay' was not approved: too much");
        assertThat(tools.paid).containsExactly(10, 20);
    }

    @Test
    void barriers_are_too() {
        ScriptedChatModel model = ScriptedChatModel.asking(
                call("1", "frobnicate", "{\"amount\": 20}"), THREE[0], call("3", "frobnicate", "{\"amount\": 15}"));

        asking(new Desk(3), 5)
                .aiServices(Assistant.class)
                .chatModel(model)
                .tools(tools)
                .build()
                .chat("go");

        assertThat(model.resultTexts()).containsExactly("paid 20", "paid 10", "paid 15");
        assertThat(tools.paid).containsExactly(20, 10, 15);
    }

    @Test
    void those_of_a_streamed_response_are_too() throws InterruptedException {
        ScriptedStreamingModel model = ScriptedStreamingModel.asking(THREE);

        StreamingAssistant assistant = asking(new Desk(3), 1)
                .aiServices(StreamingAssistant.class)
                .streamingChatModel(model)
                .tools(tools)
                .build();
        assertThat(StreamedAnswer.to(assistant.chat("go")).text()).isEqualTo("done");

        assertThat(model.resultTexts()).containsExactly("paid 10", "paid 20", "tool 'pay' was not approved: too much");
        assertThat(tools.paid).containsExactly(10, 20);
    }
}
