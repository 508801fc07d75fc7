package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Pure;
import dev.interlock.effect.Writes;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.output.FinishReason;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each call of a message counts once, whatever ran before the message was complete. */
@Timeout(60)
class EarlyCallLimitsTest {

    static class Desk {
        final List<String> log = new CopyOnWriteArrayList<>();

        @Tool
        @Pure
        String find(@P(name = "city") String city) {
            log.add("find " + city);
            return "hotel in " + city;
        }

        @Tool
        @Writes("booking")
        String book(@P(name = "city") String city) {
            log.add("book " + city);
            return "booked in " + city;
        }
    }

    private final Desk desk = new Desk();
    private final ChatMemory memory = Memory.ofManyMessages();

    private static ToolExecutionRequest find(String id, String city) {
        return call(id, "find", "{\"city\": \"" + city + "\"}");
    }

    /**
     * A response with calls.
     *
     * @param reported the calls that the client reports as complete before
     */
    private record Reply(List<ToolExecutionRequest> reported, AiMessage message, FinishReason reason) {}

    private void chat(Reply... replies) throws InterruptedException {
        StreamingChatModel model = new StreamingChatModel() {
            private int asked;

            @Override
            public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
                Reply reply = asked < replies.length
                        ? replies[asked++]
                        : new Reply(List.of(), AiMessage.from("done"), FinishReason.STOP);
                for (int i = 0; i < reply.reported.size(); i++) {
                    handler.onCompleteToolCall(new CompleteToolCall(i, reply.reported.get(i)));
                }
                handler.onCompleteResponse(ChatResponse.builder()
                        .aiMessage(reply.message)
                        .finishReason(reply.reason)
                        .build());
            }
        };
        StreamingAssistant assistant = ParallelTools.builder()
                .maxCallsPerInvocation(2)
                .build()
                .aiServices(StreamingAssistant.class)
                .streamingChatModel(model)
                .chatMemory(memory)
                .tools(desk)
                .build();
        assertThat(StreamedAnswer.to(assistant.chat("go")).text()).isEqualTo("done");
    }

    @Test
    void call_of_a_cut_response_that_the_model_makes_again() throws InterruptedException {
        chat(
                new Reply(List.of(find("1", "Rome")), calls(find("1", "Rome")), FinishReason.LENGTH),
                new Reply(List.of(find("2", "Rome")), calls(find("2", "Rome")), FinishReason.TOOL_EXECUTION));

        assertThat(Memory.resultTexts(memory))
                .hasSize(2)
                .endsWith("hotel in Rome")
                .element(0)
                .asString()
                .contains("the response was cut");
    }

    @Test
    void read_that_ran_before_a_write_which_comes_first() throws InterruptedException {
        chat(new Reply(
                List.of(find("2", "Rome")),
                calls(call("1", "book", "{\"city\": \"Rome\"}"), find("2", "Rome")),
                FinishReason.TOOL_EXECUTION));

        assertThat(Memory.resultTexts(memory)).containsExactly("booked in Rome", "hotel in Rome");
    }

    @Test
    void calls_that_the_message_does_not_hold() throws InterruptedException {
        chat(new Reply(
                List.of(find("1", "Paris"), find("2", "Oslo"), find("3", "Rome")),
                calls(find("3", "Rome"), find("4", "Bern")),
                FinishReason.TOOL_EXECUTION));

        assertThat(Memory.resultTexts(memory)).containsExactly("hotel in Rome", "hotel in Bern");
    }

    @Test
    void call_over_the_limit_is_refused_as_before() throws InterruptedException {
        chat(
                new Reply(List.of(find("1", "Rome")), calls(find("1", "Rome")), FinishReason.TOOL_EXECUTION),
                new Reply(
                        List.of(find("2", "Bern"), find("3", "Oslo"), find("4", "Paris")),
                        calls(find("2", "Bern"), find("3", "Oslo")),
                        FinishReason.TOOL_EXECUTION));

        assertThat(Memory.resultTexts(memory))
                .hasSize(3)
                .startsWith("hotel in Rome", "hotel in Bern")
                .element(2)
                .asString()
                .contains("it is call 3, and the limit for one request is 2");
    }
}
