package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.interlock.durable.Decision;
import dev.interlock.durable.RoundSuspendedException;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessageType;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.output.TokenUsage;
import dev.langchain4j.service.MemoryId;
import dev.langchain4j.service.Result;
import dev.langchain4j.service.SystemMessage;
import dev.langchain4j.service.UserMessage;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Invocations of AI services that are suspended in one process and resumed in another. */
@Timeout(60)
class SuspendedServiceTest {

    private static final ToolExecutionRequest LOOK = call("a", "balance", "{\"id\": \"1\"}");
    private static final ToolExecutionRequest PAY = call("b", "pay", "{\"to\": \"2\", \"amount\": 30}");
    private static final ToolExecutionRequest LOOK_AFTER = call("c", "balance", "{\"id\": \"2\"}");

    interface Clerk {
        @SystemMessage("You are a clerk.")
        String chat(@MemoryId String id, @UserMessage String message);

        Result<String> result(@MemoryId String id, @UserMessage String message);

        Answer typed(@MemoryId String id, @UserMessage String message);
    }

    record Answer(int paid) {}

    private final PayDesk.TextStore store = new PayDesk.TextStore();

    /** What one process has. */
    private final class Host {
        final PayDesk desk = new PayDesk();
        final ParallelTools parallel;
        final ScriptedChatModel model;
        final Clerk clerk;

        Host(ParallelTools.Builder tools, AiMessage... script) {
            parallel = tools.build();
            model = ScriptedChatModel.saying(script);
            clerk = clerk(parallel, model, desk);
        }
    }

    private Clerk clerk(ParallelTools parallel, ChatModel model, PayDesk desk) {
        return parallel.aiServices(Clerk.class)
                .chatModel(model)
                .chatMemoryProvider(store::memory)
                .tools(desk)
                .build();
    }

    private Host host(AiMessage... script) {
        return new Host(PayDesk.waiting(), script);
    }

    private static SuspendedInvocation suspended(Runnable invocation) {
        InvocationSuspendedException left = catchThrowableOfType(InvocationSuspendedException.class, invocation::run);
        return SuspendedInvocation.fromJson(left.suspended().toJson());
    }

    private SuspendedInvocation suspended(Host first) {
        return suspended(() -> first.clerk.chat("7", "Pay 30 to 2"));
    }

    @Test
    void each_request_has_a_result_when_the_loop_leaves() {
        Host first = host(calls(LOOK, PAY, LOOK_AFTER));

        assertThatThrownBy(() -> first.clerk.chat("7", "Pay 30 to 2"))
                .isInstanceOf(InvocationSuspendedException.class)
                .isInstanceOf(RoundSuspendedException.class)
                .hasMessageContaining(PayDesk.WAITS);

        ChatMemory memory = store.memory("7");
        assertThat(Memory.types(memory))
                .containsExactly(
                        ChatMessageType.SYSTEM,
                        ChatMessageType.USER,
                        ChatMessageType.AI,
                        ChatMessageType.TOOL_EXECUTION_RESULT,
                        ChatMessageType.TOOL_EXECUTION_RESULT,
                        ChatMessageType.TOOL_EXECUTION_RESULT);
        List<String> results = Memory.resultTexts(memory);
        assertThat(results.get(0)).isEqualTo("100 on 1");
        assertThat(results.get(1))
                .isEqualTo("tool 'pay' has not run yet, because a person must approve it: " + PayDesk.WAITS
                        + ". Its result will replace this message; do not make the call again meanwhile");
        assertThat(results.get(2))
                .startsWith("tool 'balance' has not run yet: it waits for approval of call 2. Its result will");
        assertThat(first.desk.log).containsExactly("balance 1");
    }

    @Test
    void another_process_goes_on_with_the_model_and_real_results_take_the_places_of_the_others() {
        Host first = host(calls(LOOK, PAY, LOOK_AFTER));
        SuspendedInvocation suspended = suspended(first);
        Host second = host(AiMessage.from("Done."));

        String answer = second.parallel.resume(
                suspended, Map.of("b", Decision.approved()), () -> second.clerk.chat("7", "Pay 30 to 2"));

        assertThat(answer).isEqualTo("Done.");
        assertThat(second.desk.log).containsExactly("pay 2 30", "balance 2");
        assertThat(second.model.requests()).hasSize(1);
        assertThat(second.model.resultTexts()).containsExactly("100 on 1", "paid 30 to 2", "100 on 2");
        ChatMemory memory = store.memory("7");
        assertThat(Memory.resultTexts(memory)).containsExactly("100 on 1", "paid 30 to 2", "100 on 2");
        assertThat(Memory.types(memory))
                .containsExactly(
                        ChatMessageType.SYSTEM,
                        ChatMessageType.USER,
                        ChatMessageType.AI,
                        ChatMessageType.TOOL_EXECUTION_RESULT,
                        ChatMessageType.TOOL_EXECUTION_RESULT,
                        ChatMessageType.TOOL_EXECUTION_RESULT,
                        ChatMessageType.AI);
    }

    @Test
    void refused_call_gets_its_reason_and_edited_one_runs_with_other_arguments() throws Exception {
        Host first = host(calls(PAY, call("d", "pay", "{\"to\": \"3\", \"amount\": 500}")));
        SuspendedInvocation suspended = suspended(first);
        Host second = host(AiMessage.from("ok"));

        second.parallel.resume(
                suspended,
                Map.of(
                        0,
                        Decision.refused("not this month"),
                        1,
                        Decision.approvedWith(new ObjectMapper().readTree("{\"to\": \"3\", \"amount\": 50}"))),
                () -> second.clerk.chat("7", "Pay 30 to 2"));

        assertThat(second.desk.log).containsExactly("pay 3 50");
        assertThat(Memory.resultTexts(store.memory("7")))
                .containsExactly("tool 'pay' was not approved: not this month", "paid 50 to 3");
        assertThat(Memory.results(store.memory("7")).getFirst().isError()).isTrue();
    }

    @Test
    void undecided_call_stays_pending_and_over_many_suspensions_each_call_has_one_result() {
        Host first = host(calls(PAY, call("d", "pay", "{\"to\": \"3\", \"amount\": 5}"), LOOK));
        SuspendedInvocation one = suspended(first);
        Host second = host();

        SuspendedInvocation two = suspended(() -> second.parallel.resume(
                one, Map.of(1, Decision.approved()), () -> second.clerk.chat("7", "Pay 30 to 2")));

        assertThat(two.round().id()).isEqualTo(one.round().id());
        assertThat(two.round().pending()).containsExactly(0);
        assertThat(Memory.resultTexts(store.memory("7")).get(0)).contains("must approve it");
        assertThat(Memory.resultTexts(store.memory("7")).get(1)).isEqualTo("paid 5 to 3");

        Host third = host(AiMessage.from("Done."));
        assertThat(third.parallel.resume(
                        two, Map.of(0, Decision.approved()), () -> third.clerk.chat("7", "Pay 30 to 2")))
                .isEqualTo("Done.");

        assertThat(first.desk.log).containsExactly("balance 1");
        assertThat(second.desk.log).containsExactly("pay 3 5");
        assertThat(third.desk.log).containsExactly("pay 2 30");
        assertThat(Memory.resultTexts(store.memory("7"))).containsExactly("paid 30 to 2", "paid 5 to 3", "100 on 1");
    }

    @Test
    void second_resume_is_refused_before_anything_runs() {
        SuspendedInvocation suspended = suspended(host(calls(PAY)));
        Host second = host(AiMessage.from("Done."));
        second.parallel.resume(suspended, Map.of(0, Decision.approved()), () -> second.clerk.chat("7", "Pay"));
        String before = store.texts.get("7");
        Host third = host();

        assertThatThrownBy(() -> third.parallel.resume(
                        suspended, Map.of(0, Decision.approved()), () -> third.clerk.chat("7", "Pay")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("already has a result of its call 1");

        assertThat(third.desk.log).isEmpty();
        assertThat(store.texts.get("7")).isEqualTo(before);
    }

    @Test
    void conversation_that_goes_on_keeps_what_stands_for_the_result_and_is_not_resumed() {
        SuspendedInvocation suspended = suspended(host(calls(PAY)));
        Host second = host(AiMessage.from("It is not paid yet."));
        assertThat(second.clerk.chat("7", "Is it paid?")).isEqualTo("It is not paid yet.");
        assertThat(second.model.resultTexts().getFirst()).startsWith("tool 'pay' has not run yet");

        assertThatThrownBy(() -> second.parallel.resume(
                        suspended, Map.of(0, Decision.approved()), () -> second.clerk.chat("7", "Pay")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the conversation went on");
        assertThat(second.desk.log).isEmpty();

        // What is left is to run the calls, and to tell the model.
        var results =
                second.parallel.resume(suspended, Map.of(0, Decision.approved()), second.parallel.tools(second.desk));
        assertThat(results).extracting(result -> result.text()).containsExactly("paid 30 to 2");
        assertThat(results).extracting(result -> result.id()).containsExactly("b");
    }

    @Test
    void memory_that_does_not_hold_the_round_is_not_added_to() {
        SuspendedInvocation suspended = suspended(host(calls(PAY)));
        store.texts.clear();
        Host second = host();

        assertThatThrownBy(() -> second.parallel.resume(
                        suspended, Map.of(0, Decision.approved()), () -> second.clerk.chat("7", "Pay")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("does not have its response");

        assertThat(store.texts).isEmpty();
        assertThat(second.desk.log).isEmpty();
    }

    @Test
    void decision_that_does_not_fit_other_memory_and_method_that_is_not_called_are_told_at_once() {
        SuspendedInvocation suspended = suspended(host(calls(PAY)));
        String before = store.texts.get("7");
        Host second = host(AiMessage.from("other"));

        assertThatThrownBy(() -> second.parallel.resume(
                        suspended, Map.of(0, Decision.completed("x")), () -> second.clerk.chat("7", "Pay")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> second.parallel.resume(
                        suspended, Map.of(0, Decision.approved()), () -> second.clerk.chat("8", "Pay")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("belongs to the memory '7'");
        assertThatThrownBy(() -> second.parallel.resume(suspended, Map.of(0, Decision.approved()), () -> ""))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("was not called");
        assertThat(second.desk.log).isEmpty();
        assertThat(store.texts).containsOnlyKeys("7").containsEntry("7", before);
    }

    @Test
    void result_counts_all_tokens_and_has_the_calls_of_the_resumed_round() {
        TokenUsage used = new TokenUsage(10, 5);
        ChatModel first = new CountingModel(List.of(calls(LOOK), calls(PAY)), used);
        PayDesk desk = new PayDesk();
        Clerk clerk = clerk(PayDesk.waiting().build(), first, desk);
        SuspendedInvocation suspended = suspended(() -> clerk.result("7", "Pay"));
        PayDesk other = new PayDesk();
        ParallelTools parallel = PayDesk.waiting().build();
        Clerk again = clerk(parallel, new CountingModel(List.of(AiMessage.from("Done.")), used), other);

        Result<String> result =
                parallel.resume(suspended, Map.of(0, Decision.approved()), () -> again.result("7", "Pay"));

        assertThat(result.content()).isEqualTo("Done.");
        assertThat(result.tokenUsage().inputTokenCount()).isEqualTo(30);
        assertThat(result.toolExecutions())
                .extracting(execution -> Objects.requireNonNull(execution.result()))
                .containsExactly("paid 30 to 2");
        assertThat(Memory.resultTexts(store.memory("7"))).containsExactly("100 on 1", "paid 30 to 2");
    }

    @Test
    void return_type_is_that_of_the_method() {
        Host first = host(calls(PAY));
        SuspendedInvocation suspended = suspended(() -> first.clerk.typed("7", "Pay"));
        Host second = host(AiMessage.from("{\"paid\": 30}"));

        Answer answer =
                second.parallel.resume(suspended, Map.of(0, Decision.approved()), () -> second.clerk.typed("7", "Pay"));

        assertThat(answer).isEqualTo(new Answer(30));
    }

    @Test
    void model_that_fails_after_the_round_leaves_the_real_results() {
        SuspendedInvocation suspended = suspended(host(calls(PAY)));
        Host second = host();

        assertThatThrownBy(() -> second.parallel.resume(
                        suspended, Map.of(0, Decision.approved()), () -> second.clerk.chat("7", "Pay")))
                .isNotInstanceOf(InvocationSuspendedException.class);

        assertThat(Memory.resultTexts(store.memory("7"))).containsExactly("paid 30 to 2");
        Host third = host(AiMessage.from("It is paid."));
        assertThat(third.clerk.chat("7", "Well?")).isEqualTo("It is paid.");
    }

    @Test
    void later_round_can_be_suspended_too() {
        SuspendedInvocation suspended = suspended(host(calls(PAY)));
        Host second = host(calls(call("d", "pay", "{\"to\": \"3\", \"amount\": 5}")));

        SuspendedInvocation later = suspended(() ->
                second.parallel.resume(suspended, Map.of(0, Decision.approved()), () -> second.clerk.chat("7", "Pay")));

        assertThat(later.round().id()).isNotEqualTo(suspended.round().id());
        assertThat(Memory.resultTexts(store.memory("7")).get(0)).isEqualTo("paid 30 to 2");
        assertThat(Memory.resultTexts(store.memory("7")).get(1)).startsWith("tool 'pay' has not run yet");
    }

    @Test
    void calls_before_count_for_the_limit_of_the_invocation() {
        ParallelTools.Builder limited = PayDesk.waiting().maxCallsPerInvocation(2);
        SuspendedInvocation suspended = suspended(new Host(limited, calls(LOOK, PAY)));
        Host second = new Host(limited, calls(call("d", "balance", "{\"id\": \"3\"}")), AiMessage.from("done"));

        second.parallel.resume(suspended, Map.of(1, Decision.approved()), () -> second.clerk.chat("7", "Pay"));

        assertThat(second.model.resultTexts().getLast()).contains("it is call 3, and the limit for one request is 2");
        assertThat(second.desk.log).containsExactly("pay 2 30");
    }
}
