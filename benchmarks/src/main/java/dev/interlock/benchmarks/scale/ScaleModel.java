package dev.interlock.benchmarks.scale;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A model that answers the number of a conversation with that conversation's batch of calls, and the results with a
 * text. All batches exist beforehand, so that the benchmark measures only what runs them. Thread-safe.
 */
final class ScaleModel implements ChatModel {

    static final String ANSWER = "answer";

    private final List<ChatResponse> batches;
    private final ChatResponse answer = response(AiMessage.from(ANSWER));

    ScaleModel(int conversations, int calls) {
        this.batches = IntStream.range(0, conversations)
                .mapToObj(conversation -> response(AiMessage.from(IntStream.range(0, calls)
                        .mapToObj(number -> request(conversation, number))
                        .toList())))
                .toList();
    }

    static String arguments(int conversation, int number) {
        return "{\"" + ScaleTools.CONVERSATION + "\": " + conversation + ", \"" + ScaleTools.NUMBER + "\": " + number
                + "}";
    }

    private static ToolExecutionRequest request(int conversation, int number) {
        return ToolExecutionRequest.builder()
                .id("call_" + number)
                .name(ScaleTools.NAME)
                .arguments(arguments(conversation, number))
                .build();
    }

    private static ChatResponse response(AiMessage message) {
        return ChatResponse.builder().aiMessage(message).build();
    }

    @Override
    public ChatResponse chat(ChatRequest request) {
        List<ChatMessage> messages = request.messages();
        return messages.get(messages.size() - 1) instanceof UserMessage user
                ? batches.get(Integer.parseInt(user.singleText()))
                : answer;
    }
}
