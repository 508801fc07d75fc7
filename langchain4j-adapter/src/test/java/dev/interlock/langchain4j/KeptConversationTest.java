package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static java.util.concurrent.CompletableFuture.completedFuture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.interlock.execution.Approval;
import dev.interlock.execution.ApprovalInterceptor;
import dev.langchain4j.data.message.ChatMessage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A service without a memory is suspended with the conversation that the model has seen, whatever came before. */
class KeptConversationTest {

    private static final String PALACE = "{\"what\": \"palace\"}";

    private final TravelTools tools = new TravelTools();

    /** Suspends a chat in which the model makes these calls, each in a response of its own, and "sign" last. */
    private void assertKeptAsSeen(ScriptedChatModel model, boolean compensating) {
        Assistant assistant = ParallelTools.builder()
                .interceptor(ApprovalInterceptor.builder(call -> completedFuture(
                                call.call().tool().equals("sign")
                                        ? Approval.pending("the traveller")
                                        : Approval.approved()))
                        .build())
                .build()
                .aiServices(Assistant.class)
                .chatModel(model)
                .tools(tools)
                .compensateOnToolErrors(compensating)
                .build();

        SuspendedInvocation suspended = catchThrowableOfType(
                        InvocationSuspendedException.class, () -> assistant.chat("go"))
                .suspended();

        List<ChatMessage> seen = model.requests().getLast().messages();
        assertThat(suspended.earlier()).isEqualTo(seen.subList(1, seen.size()));
    }

    @Test
    void after_several_rounds() {
        assertKeptAsSeen(
                ScriptedChatModel.saying(
                        calls(call("1", "find", "{\"city\": \"Bern\"}"), call("2", "book", PALACE)),
                        calls(call("3", "find", "{\"city\": \"Rome\"}")),
                        calls(call("4", "sign", "{}"))),
                false);
    }

    @ParameterizedTest
    @CsvSource({"true, unbook palace", "false, ''"})
    void after_a_call_of_the_same_round_failed(boolean compensating, String undone) {
        assertKeptAsSeen(
                ScriptedChatModel.saying(
                        calls(call("1", "book", PALACE), call("2", "pay", "{}")), calls(call("3", "sign", "{}"))),
                compensating);

        assertThat(tools.log).isEqualTo(undone.isEmpty() ? List.of("book palace") : List.of("book palace", undone));
    }

    @Test
    void after_a_call_of_a_later_round_failed() {
        assertKeptAsSeen(
                ScriptedChatModel.saying(
                        calls(call("1", "book", PALACE)),
                        calls(call("2", "find", "{\"city\": \"Bern\"}")),
                        calls(call("3", "pay", "{}")),
                        calls(call("4", "sign", "{}"))),
                true);

        assertThat(tools.log).containsExactly("book palace", "unbook palace");
    }
}
