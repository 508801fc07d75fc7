package dev.interlock.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.service.tool.ToolExecutionResult;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The keys that tools know calls of hand-written loops by, for when these are tried again. The result of a call has its
 * key as an attribute, which no model sees. The message with the requests could not say whose calls these are: a model
 * may give one message to several loops, such as from a cache.
 */
final class ResultKeys {

    private static final String KEY = "dev.interlock/key";

    private ResultKeys() {}

    /** Returns the message of a call's result, once its round is over; with the key if a tool can have asked for it. */
    static ToolExecutionResultMessage message(ToolExecutionRequest answered, RequestCall call) {
        ToolExecutionResult answer = call.answer();
        String key = call.keyIfAsked();
        if (key == null && !answer.attributes().containsKey(KEY)) {
            return ResultMessages.message(answered, answer);
        }
        // A tool may pass on the attributes of a call of its own.
        Map<String, Object> attributes = new HashMap<>(answer.attributes());
        attributes.remove(KEY);
        if (key != null) {
            attributes.put(KEY, key);
        }
        return ResultMessages.message(answered, ResultMessages.with(attributes, answer));
    }

    /** By places; without those of which no tool can have asked for it. */
    static Map<Integer, String> of(List<ToolExecutionResultMessage> results) {
        Map<Integer, String> keys = new HashMap<>();
        for (int place = 0; place < results.size(); place++) {
            if (results.get(place).attributes().get(KEY) instanceof String key) {
                keys.put(place, key);
            }
        }
        return keys;
    }
}
