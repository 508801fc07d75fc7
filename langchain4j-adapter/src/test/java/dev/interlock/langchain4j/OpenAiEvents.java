package dev.interlock.langchain4j;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.interlock.langchain4j.OpenAiServer.WireCall;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What OpenAI sends while it streams a chat completion: the data of its server-sent events. */
final class OpenAiEvents {

    static final String DONE = "[DONE]";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** The arguments of a call come in pieces of this length. */
    private static final int FRAGMENT = 4;

    private OpenAiEvents() {}

    /** A call in fragments: first its name, then its arguments. */
    static List<String> call(int index, WireCall call) {
        List<String> events = new ArrayList<>();
        events.add(head(index, call));
        for (int from = 0; from < call.arguments().length(); from += FRAGMENT) {
            int to = Math.min(call.arguments().length(), from + FRAGMENT);
            events.add(piece(index, call.arguments().substring(from, to)));
        }
        return events;
    }

    /** How a call begins: all but its arguments. */
    static String head(int index, WireCall call) {
        ObjectNode first = delta();
        ObjectNode opening = toolCalls(first).addObject().put("index", index);
        opening.put("id", call.id()).put("type", "function");
        opening.putObject("function").put("name", call.tool()).put("arguments", "");
        return chunk(first, null);
    }

    /** A piece of the arguments of a call that has begun. */
    static String piece(int index, String arguments) {
        ObjectNode next = JSON.createObjectNode();
        toolCalls(next).addObject().put("index", index).putObject("function").put("arguments", arguments);
        return chunk(next, null);
    }

    /** The heads of some calls, and then pieces of their arguments by turns. */
    static List<String> interleaved(WireCall... calls) {
        List<String> events = new ArrayList<>();
        for (int i = 0; i < calls.length; i++) {
            events.add(head(i, calls[i]));
        }
        for (int half = 0; half < 2; half++) {
            for (int i = 0; i < calls.length; i++) {
                String arguments = calls[i].arguments();
                int middle = arguments.length() / 2;
                events.add(piece(i, half == 0 ? arguments.substring(0, middle) : arguments.substring(middle)));
            }
        }
        events.addAll(endOfCalls());
        return events;
    }

    static List<String> endOfCalls() {
        return end("tool_calls");
    }

    static List<String> end(@Nullable String finishReason) {
        return List.of(chunk(JSON.createObjectNode(), finishReason), DONE);
    }

    /** A whole response. */
    static List<String> calls(WireCall... calls) {
        List<String> events = new ArrayList<>();
        for (int i = 0; i < calls.length; i++) {
            events.addAll(call(i, calls[i]));
        }
        events.addAll(endOfCalls());
        return events;
    }

    /** A whole response. */
    static List<String> text(String text) {
        List<String> events = new ArrayList<>();
        events.add(chunk(delta().put("content", ""), null));
        for (String word : text.split("(?<= )", -1)) {
            events.add(chunk(JSON.createObjectNode().put("content", word), null));
        }
        events.add(chunk(JSON.createObjectNode(), "stop"));
        events.add(DONE);
        return events;
    }

    /** The events as they are on the wire. */
    static String body(List<String> events) {
        StringBuilder body = new StringBuilder();
        events.forEach(event -> body.append("data: ").append(event).append("\n\n"));
        return body.toString();
    }

    private static ObjectNode delta() {
        return JSON.createObjectNode().put("role", "assistant").putNull("content");
    }

    private static ArrayNode toolCalls(ObjectNode delta) {
        return delta.putArray("tool_calls");
    }

    private static String chunk(ObjectNode delta, @Nullable String finishReason) {
        ObjectNode chunk = JSON.createObjectNode()
                .put("id", "chatcmpl-1")
                .put("object", "chat.completion.chunk")
                .put("created", 1_767_225_600)
                .put("model", "gpt-4.1-mini");
        ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
        choice.set("delta", delta);
        choice.putNull("logprobs").put("finish_reason", finishReason);
        return chunk.toString();
    }
}
