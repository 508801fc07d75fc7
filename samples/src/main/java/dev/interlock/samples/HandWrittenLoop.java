package dev.interlock.samples;

import dev.interlock.langchain4j.ParallelTools;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolService;
import java.util.ArrayList;
import java.util.List;

/** An agent loop of one's own: without an AI service, with one call into Interlock. */
public final class HandWrittenLoop {

    private static final int MAX_ROUNDS = 10;

    private HandWrittenLoop() {}

    /**
     * Takes the order of the demo and prints the model's answer.
     *
     * @param arguments not used
     */
    public static void main(String[] arguments) {
        try (OrderDeskModel model = OrderDeskModel.from(System.getenv());
                OrderDesk desk = new OrderDesk()) {
            List<AiServiceTool> tools = ToolService.findTools(desk.tools());
            System.out.println(answer(model.chatModel(), tools, OrderDeskAssistant.ORDER));
        }
    }

    static String answer(ChatModel model, List<AiServiceTool> tools, String question) {
        ParallelTools parallel = ParallelTools.builder().build();
        List<ChatMessage> messages = new ArrayList<>();
        messages.add(SystemMessage.from(OrderDeskAssistant.INSTRUCTIONS));
        messages.add(UserMessage.from(question));
        for (int round = 1; round <= MAX_ROUNDS; round++) {
            AiMessage said = model.chat(ChatRequest.builder()
                            .messages(messages)
                            .toolSpecifications(tools.stream()
                                    .map(AiServiceTool::toolSpecification)
                                    .toList())
                            .build())
                    .aiMessage();
            messages.add(said);
            if (!said.hasToolExecutionRequests()) {
                return said.text();
            }
            messages.addAll(parallel.execute(said, tools)); // one result a call, in call order
        }
        throw new IllegalStateException("the model gave no answer in " + MAX_ROUNDS + " rounds");
    }
}
