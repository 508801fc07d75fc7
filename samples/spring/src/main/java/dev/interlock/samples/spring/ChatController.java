package dev.interlock.samples.spring;

import dev.langchain4j.service.tool.ToolExecution;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Streams the assistant's answers: events {@code text}, {@code tool}, {@code done} and {@code failed}.
 *
 * <p>Requests change orders and accounts, although a browser's {@code EventSource} can only {@code GET}. A page of
 * another site could make a browser send such a request, for example by an image. Browsers reveal this in a header, and
 * the controller refuses the request.
 */
@RestController
class ChatController {

    private static final Logger log = LoggerFactory.getLogger(ChatController.class);
    private static final long TIMEOUT_MILLIS = Duration.ofMinutes(5).toMillis();

    /**
     * Values for this site's own page, and for a user who types the address. Other clients than browsers send no
     * header.
     */
    private static final Set<String> OWN = Set.of("same-origin", "none");

    private final OrderDesk desk;

    ChatController(OrderDesk desk) {
        this.desk = desk;
    }

    @GetMapping(path = "/chat", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter chat(
            @RequestParam String conversation,
            @RequestParam String message,
            @RequestHeader(name = "Sec-Fetch-Site", required = false) @Nullable String askedBy) {
        if (askedBy != null && !OWN.contains(askedBy)) {
            throw new ResponseStatusException(
                    HttpStatus.FORBIDDEN, "only this site's own page may ask; Sec-Fetch-Site was " + askedBy);
        }
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

    /** A browser that has left needs no more events; the conversation goes on. */
    private static void send(SseEmitter events, String name, Map<String, ?> data) {
        try {
            events.send(SseEmitter.event().name(name).data(data, MediaType.APPLICATION_JSON));
        } catch (IOException | IllegalStateException e) {
            log.debug("Sending event '{}' failed", name, e);
        }
    }
}
