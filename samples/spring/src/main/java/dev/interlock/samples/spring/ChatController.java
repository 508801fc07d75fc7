package dev.interlock.samples.spring;

import dev.langchain4j.service.tool.ToolExecution;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** Streams the assistant's answers: events {@code text}, {@code tool}, {@code done} and {@code failed}. */
@RestController
class ChatController {

    private static final Logger log = LoggerFactory.getLogger(ChatController.class);
    private static final long TIMEOUT_MILLIS = Duration.ofMinutes(5).toMillis();

    private final OrderDesk desk;

    ChatController(OrderDesk desk) {
        this.desk = desk;
    }

    @GetMapping(path = "/chat", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter chat(@RequestParam String conversation, @RequestParam String message) {
        SseEmitter events = new SseEmitter(TIMEOUT_MILLIS);
        desk.chat(conversation, message)
                .onPartialResponse(text -> send(events, "text", Map.of("text", text)))
                .onToolExecuted(execution -> send(events, "tool", tool(execution)))
                .onCompleteResponse(response -> {
                    send(events, "done", Map.of());
                    events.complete();
                })
                .onError(error -> {
                    log.warn("The chat failed", error);
                    send(events, "failed", Map.of("text", String.valueOf(error.getMessage())));
                    events.complete();
                })
                .start();
        return events;
    }

    private static Map<String, Object> tool(ToolExecution execution) {
        return Map.of(
                "name", execution.request().name(),
                "arguments", execution.request().arguments(),
                "result", String.valueOf(execution.result()),
                "failed", execution.hasFailed());
    }

    /** A browser that has gone away needs no more events; the conversation goes on. */
    private static void send(SseEmitter events, String name, Map<String, ?> data) {
        try {
            events.send(SseEmitter.event().name(name).data(data, MediaType.APPLICATION_JSON));
        } catch (IOException | IllegalStateException e) {
            log.debug("An event '{}' could not be sent", name, e);
        }
    }
}
