package dev.interlock.langchain4j;

import dev.langchain4j.data.message.AiMessage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The keys that tools know calls of hand-written loops by, for when these are tried again: their results are
 * LangChain4j's messages, which have no room for them. So the message object of the model is their name, as long as it
 * lives. Thread-safe.
 */
final class MessageKeys {

    private static final WeakIdentityMap<AiMessage, Map<Integer, String>> KEYS = new WeakIdentityMap<>(keys -> {});

    private MessageKeys() {}

    /** The calls of a message have been run. */
    static void keep(AiMessage message, List<RequestCall> calls) {
        keep(message, calls, IntStream.range(0, calls.size()).boxed().toList());
    }

    /** Those at some places have been run. */
    static void keep(AiMessage message, List<RequestCall> calls, List<Integer> places) {
        Map<Integer, String> keys = new HashMap<>();
        for (int place : places) {
            String key = calls.get(place).keyIfAsked();
            if (key != null) {
                keys.put(place, key);
            }
        }
        if (!keys.isEmpty()) {
            of(message).forEach(keys::putIfAbsent);
            KEYS.put(message, Map.copyOf(keys));
        }
    }

    /** By places; empty if none can have been asked for. */
    static Map<Integer, String> of(AiMessage message) {
        Map<Integer, String> keys = KEYS.get(message);
        return keys == null ? Map.of() : keys;
    }
}
