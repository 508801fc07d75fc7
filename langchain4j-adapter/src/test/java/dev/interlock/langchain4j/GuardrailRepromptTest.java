package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.PairTools.meet;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.interlock.effect.Writes;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessageType;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.guardrail.InputGuardrail;
import dev.langchain4j.guardrail.InputGuardrailException;
import dev.langchain4j.guardrail.InputGuardrailResult;
import dev.langchain4j.guardrail.OutputGuardrail;
import dev.langchain4j.guardrail.OutputGuardrailResult;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.TokenStream;
import dev.langchain4j.service.guardrail.InputGuardrails;
import dev.langchain4j.service.guardrail.OutputGuardrails;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the model calls when a guardrail asks it again is a batch like any other. */
@Timeout(60)
class GuardrailRepromptTest {

    private static final AiMessage DRAFT = AiMessage.from("draft");
    private static final AiMessage FINAL = AiMessage.from("final");

    private final Rounds rounds = new Rounds();
    private final PairTools pairs = new PairTools();
    private final Tickets tickets = new Tickets();
    private final ChatMemory memory = Memory.ofManyMessages();

    /** Public, with public guardrails, since LangChain4j makes these itself. */
    public static class NoDrafts implements OutputGuardrail {
        @Override
        public OutputGuardrailResult validate(AiMessage answer) {
            return answer.text().equals("draft") ? reprompt("it is a draft", "No drafts, please.") : success();
        }
    }

    public static class NoShouting implements InputGuardrail {
        @Override
        public InputGuardrailResult validate(UserMessage message) {
            return message.singleText().equals("GO") ? fatal("do not shout") : successWith("please go");
        }
    }

    interface Guarded {
        @OutputGuardrails(NoDrafts.class)
        String chat(String message);

        @InputGuardrails(NoShouting.class)
        String chatPolitely(String message);
    }

    static class Tickets {
        private final AtomicInteger drawn = new AtomicInteger();

        @Tool
        @Writes("tickets")
        String draw() {
            return "ticket " + drawn.incrementAndGet();
        }

        @Tool
        @Writes("printer")
        String print() {
            throw new IllegalStateException("out of paper");
        }
    }

    private AiServices<Guarded> services(ScriptedChatModel model) {
        return ParallelTools.builder()
                .listener(rounds)
                .build()
                .aiServices(Guarded.class)
                .chatModel(model)
                .tools(pairs, tickets);
    }

    private static ScriptedChatModel twoBatches() {
        return ScriptedChatModel.saying(calls(meet(1), meet(2)), DRAFT, calls(meet(3), meet(4)), FINAL);
    }

    @Test
    void calls_of_the_answer_to_a_reprompt_overlap_and_their_results_are_in_order() {
        ScriptedChatModel model = twoBatches();

        assertThat(services(model).chatMemory(memory).build().chat("go")).isEqualTo("final");

        assertThat(rounds.reports()).hasSize(2);
        assertThat(pairs.threads).hasSize(4);
        assertThat(model.resultTexts()).containsExactly("met 1", "met 2", "met 3", "met 4");
        assertThat(model.requests().get(2).messages()).last().isEqualTo(UserMessage.from("No drafts, please."));
    }

    @Test
    void calls_of_the_answer_to_a_reprompt_overlap_without_a_memory() {
        ScriptedChatModel model = twoBatches();

        assertThat(services(model).build().chat("go")).isEqualTo("final");

        assertThat(rounds.reports()).hasSize(2);
        assertThat(model.resultTexts()).containsExactly("met 3", "met 4");
    }

    @Test
    void memory_and_requests_are_those_of_plain_langchain4j() {
        ScriptedChatModel model = twoBatches();
        ScriptedChatModel plainModel = twoBatches();
        ChatMemory plainMemory = Memory.ofManyMessages();

        services(model).chatMemory(memory).build().chat("go");
        AiServices.builder(Guarded.class)
                .chatModel(plainModel)
                .chatMemory(plainMemory)
                .tools(new PairTools(), new Tickets())
                .executeToolsConcurrently()
                .build()
                .chat("go");

        assertThat(memory.messages()).isEqualTo(plainMemory.messages()).hasSize(5);
        assertThat(model.requests()).isEqualTo(plainModel.requests());
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = "same")
    void equal_calls_of_the_answer_to_a_reprompt_have_their_own_results(String id) {
        ScriptedChatModel model = ScriptedChatModel.saying(
                DRAFT, calls(call(id, "draw", "{}"), call(id, "draw", "{}"), call(id, "draw", "{}")), FINAL);

        services(model).chatMemory(memory).build().chat("go");

        assertThat(model.resultTexts()).containsExactly("ticket 1", "ticket 2", "ticket 3");
        assertThat(model.results())
                .extracting(ToolExecutionResultMessage::id)
                .doesNotHaveDuplicates()
                .containsExactlyElementsOf(model.lastRequestIds());
    }

    @Test
    void exception_that_leaves_the_batch_of_a_reprompt_leaves_memory_without_orphans() {
        Guarded guarded = services(ScriptedChatModel.saying(
                        calls(meet(1), meet(2)),
                        DRAFT,
                        calls(call("3", "draw", "{}"), call("4", "print", "{}"), call("5", "draw", "{}"))))
                .chatMemory(memory)
                .toolExecutionErrorHandler((error, context) -> {
                    throw new IllegalStateException("handler says: " + error.getMessage());
                })
                .build();

        assertThatThrownBy(() -> guarded.chat("go"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("handler says: out of paper");

        assertThat(Memory.types(memory))
                .containsExactly(
                        ChatMessageType.USER,
                        ChatMessageType.AI,
                        ChatMessageType.TOOL_EXECUTION_RESULT,
                        ChatMessageType.TOOL_EXECUTION_RESULT,
                        ChatMessageType.AI);
    }

    interface GuardedStream {
        @OutputGuardrails(NoDrafts.class)
        TokenStream chat(String message);
    }

    private String streamed(ScriptedStreamingModel model, ShelfTools shelf) throws InterruptedException {
        GuardedStream guarded = ParallelTools.builder()
                .build()
                .aiServices(GuardedStream.class)
                .chatModel(ScriptedChatModel.saying())
                .streamingChatModel(model)
                .chatMemory(memory)
                .tools(shelf)
                .build();
        return StreamedAnswer.to(guarded.chat("go")).text();
    }

    @Test
    void streamed_answer_to_a_reprompt_that_breaks_off_has_only_its_whole_calls_run() throws InterruptedException {
        ShelfTools shelf = new ShelfTools();
        ScriptedStreamingModel model = ScriptedStreamingModel.replying(
                stream -> stream.end(DRAFT),
                stream -> stream.end(call("1", "put", "{\"shelf\": \"a\"}"), call("2", "put", "")),
                stream -> stream.end(FINAL));

        assertThat(streamed(model, shelf)).isEqualTo("final");

        assertThat(shelf.ran).containsExactly("put a");
        assertThat(model.resultTexts()).hasSize(2).last().asString().contains("lacks the required parameter 'shelf'");
    }

    @Test
    void streamed_answer_to_a_reprompt_survives_a_piece_that_the_client_cannot_report() throws InterruptedException {
        ShelfTools shelf = new ShelfTools();
        ScriptedStreamingModel model = ScriptedStreamingModel.replying(
                stream -> stream.end(DRAFT),
                stream -> {
                    stream.error(catchThrowable(() -> PartialToolCall.builder()
                            .index(0)
                            .name(" ")
                            .partialArguments("{}")
                            .build()));
                    stream.end(FinishReason.TOOL_EXECUTION, call("1", "put", "{\"shelf\": \"a\"}"));
                },
                stream -> stream.end(FINAL));

        assertThat(streamed(model, shelf)).isEqualTo("final");

        assertThat(shelf.ran).containsExactly("put a");
    }

    @Test
    void input_guardrail_changes_the_message_and_calls_overlap() {
        ScriptedChatModel model = ScriptedChatModel.asking(meet(1), meet(2));

        services(model).chatMemory(memory).build().chatPolitely("go");

        assertThat(model.requests().get(1).messages()).first().isEqualTo(UserMessage.from("please go"));
        assertThat(model.resultTexts()).containsExactly("met 1", "met 2");
    }

    @Test
    void input_guardrail_keeps_the_model_from_being_asked() {
        ScriptedChatModel model = ScriptedChatModel.asking(meet(1), meet(2));
        Guarded guarded = services(model).chatMemory(memory).build();

        assertThatThrownBy(() -> guarded.chatPolitely("GO")).isInstanceOf(InputGuardrailException.class);

        assertThat(model.requests()).isEqualTo(List.of());
        assertThat(rounds.reports()).isEmpty();
    }
}
