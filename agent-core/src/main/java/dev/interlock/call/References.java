package dev.interlock.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;

/**
 * Finds and replaces the references in a call's arguments. Only <code>${N}</code> and <code>${N.path}</code> with digits
 * N are references; <code>$${</code> before a digit stands for <code>${</code> itself; everything else passes unchanged.
 * What is put in the place of a reference is never scanned again.
 */
public final class References {

    private References() {}

    /**
     * Whether a text might hold a reference or an escape of one; cheap, for arguments that are still text.
     *
     * @param text JSON, or a value
     * @return false if it surely holds none
     */
    public static boolean mayBeIn(String text) {
        int at = text.indexOf("${");
        return at >= 0;
    }

    /**
     * All references in some arguments.
     *
     * @param arguments the arguments of a call
     * @param parameters says of each parameter's name whether it takes references
     * @return the references, in no particular order, the same as often as it occurs
     */
    public static List<Reference> in(JsonNode arguments, Predicate<String> parameters) {
        List<Reference> found = new ArrayList<>();
        transform(arguments, parameters, reference -> {
            found.add(reference);
            return TextNode.valueOf("");
        });
        return found;
    }

    /**
     * Replaces all references, and the escapes of what would be some. A value that is nothing but a reference becomes
     * what it stands for, with its JSON type; within a longer text that is written as text, JSON that is no text as JSON.
     *
     * @param arguments the arguments of a call, which are not changed
     * @param parameters says of each parameter's name whether it takes references
     * @param resolve gives what a reference stands for
     * @return the arguments with all references replaced
     */
    public static JsonNode replace(
            JsonNode arguments, Predicate<String> parameters, Function<Reference, JsonNode> resolve) {
        return transform(arguments, parameters, resolve);
    }

    /**
     * Replaces every value that holds a reference by JSON null, for a plan that is made before the results are there.
     *
     * @param arguments the arguments of a call, which are not changed
     * @param parameters says of each parameter's name whether it takes references
     * @return the arguments, as far as they are known
     */
    public static JsonNode unknown(JsonNode arguments, Predicate<String> parameters) {
        return arguments.isObject() ? blankedFields((ObjectNode) arguments, parameters) : arguments;
    }

    private static JsonNode blankedFields(ObjectNode object, Predicate<String> parameters) {
        ObjectNode blanked = JsonNodeFactory.instance.objectNode();
        for (var field : object.properties()) {
            blanked.set(field.getKey(), parameters.test(field.getKey()) ? blanked(field.getValue()) : field.getValue());
        }
        return blanked;
    }

    private static JsonNode blanked(JsonNode node) {
        if (node.isTextual()) {
            return in(node, name -> true).isEmpty() ? node : JsonNodeFactory.instance.nullNode();
        }
        if (node.isObject()) {
            return blankedFields((ObjectNode) node, name -> true);
        }
        if (node.isArray()) {
            // One unknown element could be any.
            for (JsonNode element : node) {
                if (!in(element, name -> true).isEmpty()) {
                    return JsonNodeFactory.instance.nullNode();
                }
            }
        }
        return node;
    }

    private static JsonNode transform(
            JsonNode node, Predicate<String> parameters, Function<Reference, JsonNode> resolve) {
        if (node.isTextual()) {
            return transformText(node, resolve);
        }
        if (node.isObject()) {
            ObjectNode replaced = JsonNodeFactory.instance.objectNode();
            for (var field : ((ObjectNode) node).properties()) {
                replaced.set(
                        field.getKey(),
                        parameters.test(field.getKey())
                                ? transform(field.getValue(), name -> true, resolve)
                                : field.getValue());
            }
            return replaced;
        }
        if (node.isArray()) {
            ArrayNode replaced = JsonNodeFactory.instance.arrayNode(node.size());
            node.forEach(element -> replaced.add(transform(element, name -> true, resolve)));
            return replaced;
        }
        return node;
    }

    private static JsonNode transformText(JsonNode node, Function<Reference, JsonNode> resolve) {
        String text = node.textValue();
        if (!mayBeIn(text)) {
            return node;
        }
        Matcher match = Reference.PATTERN.matcher(text);
        StringBuilder replaced = new StringBuilder();
        int from = 0;
        while (match.find()) {
            boolean escape = match.group(1) == null;
            if (!escape && match.start() == 0 && match.end() == text.length()) {
                return resolve.apply(Reference.at(match));
            }
            replaced.append(text, from, match.start());
            replaced.append(escape ? "${" : text(resolve.apply(Reference.at(match))));
            from = match.end();
        }
        return from == 0
                ? node
                : TextNode.valueOf(replaced.append(text, from, text.length()).toString());
    }

    private static String text(JsonNode node) {
        return node.isTextual() ? node.textValue() : node.toString();
    }
}
