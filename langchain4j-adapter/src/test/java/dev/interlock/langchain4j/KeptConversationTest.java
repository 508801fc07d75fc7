package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static java.util.concurrent.CompletableFuture.completedFuture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.interlock.execution.Approval;
import dev.interlock.execution.ApprovalInterceptor;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.service.AiServiceContext;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolServiceContext;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
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

    /** A call holds its round, with all that the round has run on. */
    @Test
    void holds_no_call_of_a_response() {
        AiServiceContext context = ParallelTools.builder().build().aiServiceContext(Assistant.class);
        AiServices.builder(context)
                .chatModel(ScriptedChatModel.saying())
                .tools(tools)
                .build();
        ServiceRounds rounds = ((AsyncToolService) context.toolService).rounds();
        InvocationContext invocation =
                InvocationContext.builder().invocationId(UUID.randomUUID()).build();
        KeptConversation kept =
                new KeptConversation(invocation, rounds.conversations().undone(), List.of());

        List<WeakReference<RequestCall>> calls = addRound(kept, rounds, invocation);

        Garbage.awaitCollectionOf(calls);
        assertThat(kept.messages().subList(1, 3))
                .extracting(message -> ((ToolExecutionResultMessage) message).text())
                .containsExactly("hotel in Bern", "hotel in Rome");
    }

    private List<WeakReference<RequestCall>> addRound(
            KeptConversation kept, ServiceRounds rounds, InvocationContext invocation) {
        AiMessage message = calls(call("1", "find", "{\"city\": \"Bern\"}"), call("2", "find", "{\"city\": \"Rome\"}"));
        ToolServiceContext available = ToolServiceContext.builder()
                .toolExecutors(ParallelTools.builder().build().tools(tools).stream()
                        .collect(Collectors.toMap(AiServiceTool::name, AiServiceTool::toolExecutor)))
                .build();
        List<RequestCall> made = rounds.callFactory(
                        available, invocation, rounds.hooks().asyncHandling(null, null, null))
                .calls(message.toolExecutionRequests());
        rounds.round(made, invocation, rounds.captureContext()).execute();
        kept.add(message, made);
        return made.stream().map(WeakReference::new).toList();
    }
}
