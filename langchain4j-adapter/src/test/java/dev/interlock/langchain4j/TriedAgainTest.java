package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static java.util.concurrent.CompletableFuture.completedFuture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.interlock.durable.Decision;
import dev.interlock.effect.Writes;
import dev.interlock.execution.Approval;
import dev.interlock.execution.ApprovalInterceptor;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ChatMessageDeserializer;
import dev.langchain4j.data.message.ChatMessageSerializer;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A write of a hand-written loop that is tried again says that it may have happened, if its tool may have been started
 * before.
 */
@Timeout(60)
class TriedAgainTest {

    private static final String BEFORE = "; it was started before, and may have taken effect";

    private final AiMessage message = calls(call("a", "pay", "{}"));

    /** A tool with an effect, of which its caller hears nothing. */
    static final class Bank {
        private boolean lineIsBad = true;

        @Tool
        @Writes("account")
        String pay() {
            if (lineIsBad) {
                throw new IllegalStateException("the line is bad");
            }
            return "paid";
        }
    }

    private final Bank bank = new Bank();

    private static ParallelTools answering(Approval answer) {
        return ParallelTools.builder()
                .interceptor(ApprovalInterceptor.builder(call -> completedFuture(answer))
                        .build())
                .build();
    }

    private List<ToolExecutionResultMessage> execute(ParallelTools parallel) {
        return throughText(parallel.execute(message, parallel.tools(bank)));
    }

    /** As a store of memories keeps them. */
    private static List<ToolExecutionResultMessage> throughText(List<ToolExecutionResultMessage> results) {
        List<ChatMessage> messages = List.copyOf(results);
        return ChatMessageDeserializer.messagesFromJson(ChatMessageSerializer.messagesToJson(messages)).stream()
                .map(ToolExecutionResultMessage.class::cast)
                .toList();
    }

    private String refusedWhenTriedAgain(List<ToolExecutionResultMessage> results) {
        ParallelTools parallel = answering(Approval.pending("the owner of the account"));
        SuspendedInvocation suspended = SuspendedInvocation.fromJson(catchThrowableOfType(
                        InvocationSuspendedException.class,
                        () -> parallel.retryFailed(message, results, parallel.tools(bank)))
                .suspended()
                .toJson());
        return parallel.resume(suspended, Map.of("a", Decision.refused("no")), parallel.tools(bank))
                .getFirst()
                .text();
    }

    @Test
    void call_whose_tool_failed_may_have_happened() {
        assertThat(refusedWhenTriedAgain(execute(ParallelTools.builder().build())))
                .isEqualTo("tool 'pay' was not approved: no" + BEFORE);
    }

    @Test
    void call_whose_result_came_from_elsewhere_may_have_happened() {
        List<ToolExecutionResultMessage> results = List.of(ToolExecutionResultMessage.builder()
                .id("a")
                .toolName("pay")
                .text("broken")
                .isError(true)
                .build());

        assertThat(refusedWhenTriedAgain(results)).isEqualTo("tool 'pay' was not approved: no" + BEFORE);
    }

    @Test
    void call_that_succeeds_when_it_is_tried_again_says_nothing_of_before() {
        ParallelTools parallel = ParallelTools.builder().build();
        List<ToolExecutionResultMessage> failed = execute(parallel);
        bank.lineIsBad = false;

        assertThat(parallel.retryFailed(message, failed, parallel.tools(bank)))
                .extracting(ToolExecutionResultMessage::text)
                .containsExactly("paid");
    }

    @Test
    void call_that_was_refused_has_not_happened() {
        List<ToolExecutionResultMessage> results = execute(answering(Approval.refused("not today")));
        assertThat(results)
                .extracting(ToolExecutionResultMessage::text)
                .containsExactly("tool 'pay' was not approved: not today");

        assertThat(refusedWhenTriedAgain(results)).isEqualTo("tool 'pay' was not approved: no");
    }

    @Test
    void call_that_was_refused_when_it_was_tried_again_may_have_happened_all_the_same() {
        List<ToolExecutionResultMessage> failed =
                execute(ParallelTools.builder().build());
        ParallelTools refusing = answering(Approval.refused("not today"));

        List<ToolExecutionResultMessage> refused =
                throughText(refusing.retryFailed(message, failed, refusing.tools(bank)));

        assertThat(refused)
                .extracting(ToolExecutionResultMessage::text)
                .containsExactly("tool 'pay' was not approved: not today" + BEFORE);
        assertThat(refusedWhenTriedAgain(refused)).isEqualTo("tool 'pay' was not approved: no" + BEFORE);
    }
}
