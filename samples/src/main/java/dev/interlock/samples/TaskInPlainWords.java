package dev.interlock.samples;

import dev.interlock.event.RoundEvent.RoundStarted;
import dev.interlock.langchain4j.TaskAgent;
import dev.interlock.langchain4j.TaskEvent.RoundProgress;
import dev.interlock.langchain4j.TaskResult;
import dev.langchain4j.model.chat.ChatModel;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A task in plain words, from the request to its result. The command line {@code ./task} does more. */
public final class TaskInPlainWords {

    private TaskInPlainWords() {}

    /**
     * Handles the demo's order. Prints the rounds, the answer and how the task ended.
     *
     * @param arguments not used
     */
    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        try (OrderDeskModel model = OrderDeskModel.from(System.getenv());
                OrderDesk desk = new OrderDesk()) {
            TaskResult result = execute(OrderDeskAssistant.ORDER, model.chatModel(), desk.tools(), out);
            out.println(result.end() + ": " + result.answer());
            out.println(result.calls().size() + " calls in " + result.rounds().size() + " rounds, "
                    + result.failedCalls().size() + " failed, "
                    + result.timeSaved().toMillis() + " ms saved");
        }
    }

    static TaskResult execute(String task, ChatModel model, Object tools, PrintStream out) {
        try (TaskAgent agent = TaskAgent.builder()
                .chatModel(model)
                .tools(tools)
                .systemPrompt(OrderDeskAssistant.INSTRUCTIONS)
                .timeout(Duration.ofMinutes(2))
                .listener(event -> {
                    if (event instanceof RoundProgress progress && progress.event() instanceof RoundStarted started) {
                        out.println("a round of " + started.calls().size() + " calls");
                    }
                })
                .build()) {
            return agent.execute(task);
        }
    }
}
