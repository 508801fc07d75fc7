package dev.interlock.samples;

import dev.interlock.event.RoundEvent.RoundEnded;
import dev.interlock.langchain4j.ParallelTools;
import dev.interlock.report.TerminalProgress;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolService;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A hand-written agent loop: no AI service, and one call into Interlock for each round. */
public final class HandWrittenLoop {

    private static final int MAX_ROUNDS = 10;

    private HandWrittenLoop() {}

    /**
     * Handles the demo's order. Prints each round's timeline, the model's answer, and the progress of long rounds.
     *
     * @param arguments not used
     */
    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        try (TerminalProgress progress = TerminalProgress.terminal();
                OrderDeskModel model = OrderDeskModel.from(System.getenv());
                OrderDesk desk = new OrderDesk()) {
            ParallelTools parallel = ParallelTools.builder()
                    .listener(progress)
                    .listener(event -> {
                        if (event instanceof RoundEnded ended) {
                            out.println(ended.report().timeline() + "\n");
                        }
                    })
                    .build();
            out.println(answer(OrderDeskAssistant.ORDER, model.chatModel(), desk.tools(), parallel));
        }
    }

    static String answer(String question, ChatModel model, Object toolsObject, ParallelTools parallel) {
        List<AiServiceTool> tools = ToolService.findTools(toolsObject);
        List<ToolSpecification> specifications =
                tools.stream().map(AiServiceTool::toolSpecification).toList();
        List<ChatMessage> messages = new ArrayList<>();
        messages.add(SystemMessage.from(OrderDeskAssistant.INSTRUCTIONS));
        messages.add(UserMessage.from(question));
        for (int round = 1; round <= MAX_ROUNDS; round++) {
            ChatRequest request = ChatRequest.builder()
                    .messages(messages)
                    .toolSpecifications(specifications)
                    .build();
            AiMessage response = model.chat(request).aiMessage();
            messages.add(response);
            if (!response.hasToolExecutionRequests()) {
                return response.text();
            }
            messages.addAll(parallel.execute(response, tools)); // one result for each call, in call order
        }
        throw new IllegalStateException("the model gave no answer in " + MAX_ROUNDS + " rounds");
    }
}
