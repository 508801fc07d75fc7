package dev.interlock.samples;

import dev.interlock.event.RoundEvent.RoundEnded;
import dev.interlock.event.RoundReport;
import dev.interlock.langchain4j.ParallelTools;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.service.AiServices;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

/**
 * A conversation with the model about one question, with a desk of its own.
 *
 * @param rounds the model's calls with their results
 * @param answer the model's final answer
 * @param whole the time of model and tools together
 * @param database the rows of all tables at the end
 */
record Conversation(List<Round> rounds, String answer, Duration whole, Map<String, List<String>> database) {

    static Conversation withInterlock(OrderDeskModel model, String question) {
        return withInterlock(
                model,
                question,
                new OrderDesk(),
                ParallelTools.builder(),
                (service, desk) -> service.tools(desk.tools()));
    }

    /** Runs a conversation. It uses up the desk and the settings; {@code equip} gives the service its tools. */
    static Conversation withInterlock(
            OrderDeskModel model,
            String question,
            OrderDesk desk,
            ParallelTools.Builder settings,
            BiConsumer<AiServices<OrderDeskAssistant>, OrderDesk> equip) {
        List<RoundReport> reports = new CopyOnWriteArrayList<>();
        ParallelTools parallel = settings.listener(event -> {
                    if (event instanceof RoundEnded ended) {
                        reports.add(ended.report());
                    }
                })
                .build();
        return hold(
                parallel.aiServices(OrderDeskAssistant.class),
                model,
                question,
                desk,
                equip,
                (round, firstCall, requests, results) -> Round.of(requests, results, reports.get(round)));
    }

    static Conversation withLangChain4j(OrderDeskModel model, String question) {
        List<Duration> times = new ArrayList<>();
        return hold(
                AiServices.builder(OrderDeskAssistant.class)
                        .afterToolExecution(execution -> times.add(execution.duration())),
                model,
                question,
                new OrderDesk(),
                (service, desk) -> service.tools(desk.tools()),
                (round, firstCall, requests, results) ->
                        Round.of(requests, results, times.subList(firstCall, firstCall + requests.size())));
    }

    /** How long the conversation waited for tools. */
    Duration inTools() {
        return rounds.stream().map(Round::inTools).reduce(Duration.ZERO, Duration::plus);
    }

    List<String> calls() {
        return rounds.stream().flatMap(round -> round.calls().stream()).toList();
    }

    List<String> answers() {
        return rounds.stream().flatMap(round -> round.answers().stream()).toList();
    }

    private static Conversation hold(
            AiServices<OrderDeskAssistant> service,
            OrderDeskModel model,
            String question,
            OrderDesk opened,
            BiConsumer<AiServices<OrderDeskAssistant>, OrderDesk> equip,
            Measure measure) {
        ChatMemory memory = MessageWindowChatMemory.withMaxMessages(200);
        try (OrderDesk desk = opened) {
            equip.accept(service, desk);
            OrderDeskAssistant assistant =
                    service.chatModel(model.chatModel()).chatMemory(memory).build();
            long begin = System.nanoTime();
            String answer = assistant.chat(question);
            Duration whole = Duration.ofNanos(System.nanoTime() - begin);
            return new Conversation(rounds(memory.messages(), measure), answer, whole, desk.databaseState());
        }
    }

    private static List<Round> rounds(List<ChatMessage> messages, Measure measure) {
        List<Round> rounds = new ArrayList<>();
        int call = 0;
        for (int i = 0; i < messages.size(); i++) {
            if (messages.get(i) instanceof AiMessage ai && ai.hasToolExecutionRequests()) {
                List<ToolExecutionRequest> requests = ai.toolExecutionRequests();
                List<ToolExecutionResultMessage> results = messages.stream()
                        .skip(i + 1L)
                        .takeWhile(ToolExecutionResultMessage.class::isInstance)
                        .map(ToolExecutionResultMessage.class::cast)
                        .toList();
                rounds.add(measure.round(rounds.size(), call, requests, results));
                call += requests.size();
            }
        }
        return rounds;
    }

    /** Adds the measured times to the exchanged messages. */
    private interface Measure {
        Round round(
                int round,
                int firstCall,
                List<ToolExecutionRequest> requests,
                List<ToolExecutionResultMessage> results);
    }
}
