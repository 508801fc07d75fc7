package dev.interlock.reference;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of an argument that stands for the result of an earlier call of the same batch, or a part of it:
 * <code>${1}</code>, <code>${1.results[0].title}</code>. References number calls from 1. A name with dots or brackets
 * stands in quotes: <code>${1['a.b']}</code>.
 *
 * @param call the number of the call, from 1; the caller checks that such a call exists
 * @param path names and indices that lead down from the result, in this order; indices are {@link Integer}s
 * @param text the reference as the model wrote it
 */
record Reference(int call, List<Object> path, String text) {

    private static final int MAX_NAMES = 20;
    private static final int MAX_NAME_LENGTH = 60;
    private static final int MAX_SHOWN = 200;

    /** Copies the path. */
    Reference {
        path = List.copyOf(path);
    }

    /**
     * Returns the part of a result that this reference names.
     *
     * @param result the result of the call
     * @return the part, or null if the result has no such part
     */
    @Nullable
    JsonNode find(JsonNode result) {
        JsonNode found = result;
        for (int i = 0; i < path.size() && found != null; i++) {
            found = step(found, path.get(i));
        }
        return found;
    }

    /**
     * Returns what the result has where the path ends too early, in words.
     *
     * @param result the call's result, in which {@link #find} finds nothing
     * @return for example {@code results is an array of 0 elements}
     */
    String missing(JsonNode result) {
        JsonNode found = result;
        StringBuilder where = new StringBuilder();
        for (Object step : path) {
            JsonNode next = step(found, step);
            if (next == null) {
                break;
            }
            found = next;
            if (step instanceof Integer) {
                where.append('[').append(step).append(']');
            } else {
                where.append(where.isEmpty() ? "" : ".").append(cut((String) step, MAX_NAME_LENGTH));
            }
        }
        return (where.isEmpty() ? "the result" : where) + " is " + described(found);
    }

    /** A model may write an index as a name: {@code results.0}. */
    private static @Nullable JsonNode step(JsonNode node, Object step) {
        if (step instanceof Integer index) {
            return node.get(index);
        }
        String name = (String) step;
        if (!node.isArray()) {
            return node.get(name);
        }
        boolean index = name.length() < 10 && name.chars().allMatch(c -> c >= '0' && c <= '9');
        return index ? node.get(Integer.parseInt(name)) : null;
    }

    private static String described(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> {
                List<String> names = new ArrayList<>();
                node.fieldNames().forEachRemaining(name -> {
                    if (names.size() <= MAX_NAMES) {
                        names.add(names.size() == MAX_NAMES ? "..." : cut(name, MAX_NAME_LENGTH));
                    }
                });
                yield names.isEmpty() ? "an object without fields" : "an object with the fields " + names;
            }
            case ARRAY -> "an array of " + node.size() + (node.size() == 1 ? " element" : " elements");
            case STRING -> "text";
            case NUMBER -> "a number";
            case BOOLEAN -> "a truth value";
            case NULL, MISSING -> "null";
            case BINARY, POJO -> "not JSON";
        };
    }

    /** Returns the reference for messages, as the model wrote it. */
    String shown() {
        return shown(text);
    }

    /** Returns a text that the model meant as a reference, for messages. */
    static String shown(String text) {
        return cut(text, MAX_SHOWN);
    }

    private static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length) + "...";
    }
}
