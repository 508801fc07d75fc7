package dev.interlock.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A model in this process that says what the test wrote, a message a request, and keeps the requests. */
final class ScriptedChatModel implements ChatModel {

    static final String DONE = "done";

    private final List<AiMessage> script = new CopyOnWriteArrayList<>();
    private final List<ChatRequest> requests = new CopyOnWriteArrayList<>();

    private ScriptedChatModel() {}

    /** Says each message once, in this order, and no more. */
    static ScriptedChatModel saying(AiMessage... script) {
        return new ScriptedChatModel().then(script);
    }

    ScriptedChatModel then(AiMessage... more) {
        script.addAll(List.of(more));
        return this;
    }

    /** Asks for one batch of calls, and is then {@link #DONE}. */
    static ScriptedChatModel asking(ToolExecutionRequest... calls) {
        return saying(calls(calls), AiMessage.from(DONE));
    }

    static AiMessage calls(ToolExecutionRequest... calls) {
        return AiMessage.from(Arrays.asList(calls));
    }

    static ToolExecutionRequest call(String id, String tool, String arguments) {
        return ToolExecutionRequest.builder()
                .id(id)
                .name(tool)
                .arguments(arguments)
                .build();
    }

    @Override
    public synchronized ChatResponse doChat(ChatRequest request) {
        requests.add(request);
        if (requests.size() > script.size()) {
            throw new AssertionError(
                    "the model was asked " + requests.size() + " times, its script has " + script.size() + " messages");
        }
        return ChatResponse.builder().aiMessage(script.get(requests.size() - 1)).build();
    }

    List<ChatRequest> requests() {
        return requests;
    }

    /** All tool messages of the last request, in order; of all rounds so far. */
    List<ToolExecutionResultMessage> results() {
        return requests.get(requests.size() - 1).messages().stream()
                .filter(ToolExecutionResultMessage.class::isInstance)
                .map(ToolExecutionResultMessage.class::cast)
                .toList();
    }

    /** The ids of the calls that the last request's results answer, as the conversation has them. */
    List<@Nullable String> lastRequestIds() {
        return requests.get(requests.size() - 1).messages().stream()
                .filter(AiMessage.class::isInstance)
                .flatMap(message -> ((AiMessage) message).toolExecutionRequests().stream())
                .map(ToolExecutionRequest::id)
                .collect(Collectors.toList());
    }

    /** The texts of {@link #results()}. */
    List<String> resultTexts() {
        return results().stream().map(ToolExecutionResultMessage::text).toList();
    }

    /** The names of the tools that a request offers. */
    static List<String> offered(ChatRequest request) {
        return request.toolSpecifications().stream()
                .map(ToolSpecification::name)
                .toList();
    }
}
