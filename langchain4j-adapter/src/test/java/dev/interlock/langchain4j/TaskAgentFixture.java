package dev.interlock.langchain4j;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import java.util.function.Function;

/** An agent with tools. */
abstract class TaskAgentFixture {

    static final AiMessage DONE = AiMessage.from("done");
    final TaskTools tools = new TaskTools();

    static TaskAgent.Builder agent(ChatModel model, Object... tools) {
        return TaskAgent.builder().chatModel(model).tools(tools);
    }

    static ChatModel model(Function<ChatRequest, ChatResponse> answer) {
        return new ChatModel() {
            @Override
            public ChatResponse doChat(ChatRequest request) {
                return answer.apply(request);
            }
        };
    }
}
