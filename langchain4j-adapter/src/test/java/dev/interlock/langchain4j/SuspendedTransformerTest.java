package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.interlock.durable.Decision;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A service without a memory whose requests are transformed: what is kept is what was said. */
@Timeout(60)
class SuspendedTransformerTest {

    private static final ToolExecutionRequest LOOK = call("a", "balance", "{\"id\": \"1\"}");
    private static final ToolExecutionRequest PAY = call("b", "pay", "{\"to\": \"2\", \"amount\": 30}");

    private final PayDesk desk = new PayDesk();

    private Assistant assistant(
            ParallelTools parallel, ScriptedChatModel model, UnaryOperator<List<ChatMessage>> transformer) {
        return parallel.aiServices(Assistant.class)
                .chatModel(model)
                .tools(desk)
                .chatRequestTransformer(request -> request.toBuilder()
                        .messages(transformer.apply(request.messages()))
                        .build())
                .build();
    }

    private static String inShort(ChatMessage message) {
        return switch (message) {
            case UserMessage user -> user.singleText();
            case AiMessage ai -> ai.toolExecutionRequests().get(0).name();
            case ToolExecutionResultMessage result -> result.text();
            default -> message.toString();
        };
    }

    /** Suspends in the second round, and resumes. Gives what the model is then asked. */
    private List<String> askedAfterResume(UnaryOperator<List<ChatMessage>> transformer) {
        Assistant first =
                assistant(PayDesk.waiting().build(), ScriptedChatModel.saying(calls(LOOK), calls(PAY)), transformer);
        SuspendedInvocation suspended = SuspendedInvocation.fromJson(
                catchThrowableOfType(InvocationSuspendedException.class, () -> first.chat("question"))
                        .suspended()
                        .toJson());
        ScriptedChatModel model = ScriptedChatModel.saying(AiMessage.from("done"));
        ParallelTools parallel = PayDesk.waiting().build();
        Assistant again = assistant(parallel, model, transformer);

        assertThat(parallel.resume(suspended, Map.of(0, Decision.approved()), () -> again.chat("question")))
                .isEqualTo("done");
        return model.requests().get(0).messages().stream()
                .map(SuspendedTransformerTest::inShort)
                .toList();
    }

    @Test
    void message_that_a_transformer_puts_first_comes_once() {
        assertThat(askedAfterResume(messages -> {
                    List<ChatMessage> all = new ArrayList<>(messages);
                    all.addFirst(UserMessage.from("example"));
                    return all;
                }))
                .containsExactly("example", "question", "balance", "100 on 1", "pay", "paid 30 to 2");
    }

    @Test
    void message_that_a_transformer_masks_is_kept_as_it_was() {
        assertThat(askedAfterResume(messages -> messages.stream()
                        .map(message -> message instanceof ToolExecutionResultMessage result
                                ? ToolExecutionResultMessage.from(
                                        result.id(), result.toolName(), "<" + result.text() + ">")
                                : message)
                        .toList()))
                .containsExactly("question", "balance", "<100 on 1>", "pay", "<paid 30 to 2>");
    }
}
