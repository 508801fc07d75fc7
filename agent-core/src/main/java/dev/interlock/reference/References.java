package dev.interlock.reference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.interlock.reference.ReferenceParser.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The references in a call's arguments. Only <code>${N}</code> and <code>${N.path}</code> with digits N are references.
 * <code>$${</code> before a digit stands for <code>${</code> itself. Everything else is text. Names of fields never
 * hold references. Immutable as long as the arguments are.
 */
final class References {

    /**
     * A reference and its place.
     *
     * @param parameter the name of the argument that holds the reference, at any depth
     */
    record Occurrence(String parameter, Reference reference) {}

    /** Provides the values of references. */
    interface Resolver {

        /**
         * Returns the JSON value for an argument value that is only a reference.
         *
         * @param parameter the name of the argument if the reference is the entire argument; null if it is deeper
         */
        JsonNode value(Reference reference, @Nullable String parameter);

        /** Returns the text to insert for a reference inside a longer text. */
        String text(Reference reference);
    }

    private final JsonNode arguments;
    private final Predicate<String> parameters;
    private final List<Occurrence> occurrences = new ArrayList<>();
    private final List<String> malformed = new ArrayList<>();
    private boolean escapes;

    private References(JsonNode arguments, Predicate<String> parameters) {
        this.arguments = arguments;
        this.parameters = parameters;
        for (Map.Entry<String, JsonNode> argument : arguments.properties()) {
            if (parameters.test(argument.getKey())) {
                collect(argument.getKey(), argument.getValue());
            }
        }
    }

    /**
     * Tells whether a text may hold a reference or an escaped one. This is a cheap test for arguments that are still
     * JSON text.
     *
     * @param json JSON, or a value
     * @return false if the text surely holds none
     */
    static boolean mayBeIn(String json) {
        return json.contains("${") || json.contains("\\u00");
    }

    /**
     * Finds the references in a call's arguments.
     *
     * @param arguments the arguments; anything but an object holds no references
     * @param parameters tells by an argument's name whether to search it
     */
    static References in(JsonNode arguments, Predicate<String> parameters) {
        return new References(arguments, parameters);
    }

    /**
     * Tells whether there is nothing to replace.
     *
     * @return false if the arguments hold a reference, an escaped one or a malformed one
     */
    boolean isEmpty() {
        return occurrences.isEmpty() && malformed.isEmpty() && !escapes;
    }

    /**
     * Returns the references and their places.
     *
     * @return in the order of the arguments, unmodifiable
     */
    List<Occurrence> occurrences() {
        return List.copyOf(occurrences);
    }

    /**
     * Returns the malformed references, such as <code>${1.results[*]}</code>.
     *
     * @return texts as the model wrote them, unmodifiable
     */
    List<String> malformed() {
        return List.copyOf(malformed);
    }

    /**
     * Returns the arguments as far as they are known before there are results. A value with a reference is null, and so
     * is an array with such a value, since the result may be any number of elements.
     *
     * @return new arguments
     */
    JsonNode known() {
        return arguments.isObject() ? known((ObjectNode) arguments, parameters) : arguments;
    }

    /**
     * Returns the arguments with values in place of references. It does not scan inserted values again.
     *
     * @param resolver provides the values; its exceptions pass through
     * @return new arguments
     */
    JsonNode resolved(Resolver resolver) {
        if (!arguments.isObject()) {
            return arguments;
        }
        ObjectNode replaced = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> argument : arguments.properties()) {
            String name = argument.getKey();
            JsonNode value = argument.getValue();
            replaced.set(name, parameters.test(name) ? resolved(value, name, resolver) : value);
        }
        return replaced;
    }

    private void collect(String parameter, JsonNode node) {
        if (node.isTextual()) {
            ReferenceParser parser = new ReferenceParser(node.textValue());
            for (Kind kind = parser.next(); kind != null; kind = parser.next()) {
                switch (kind) {
                    case REFERENCE -> occurrences.add(new Occurrence(parameter, parser.reference()));
                    case ESCAPE -> escapes = true;
                    case MALFORMED -> malformed.add(node.textValue().substring(parser.start(), parser.end()));
                }
            }
        } else if (node.isContainerNode()) {
            node.forEach(child -> collect(parameter, child));
        }
    }

    private static JsonNode known(ObjectNode object, Predicate<String> names) {
        ObjectNode known = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            JsonNode value = field.getValue();
            known.set(field.getKey(), names.test(field.getKey()) ? known(value) : value);
        }
        return known;
    }

    private static JsonNode known(JsonNode node) {
        if (node.isTextual()) {
            return withoutEscapes(node);
        }
        if (node.isObject()) {
            return known((ObjectNode) node, name -> true);
        }
        if (!node.isArray()) {
            return node;
        }
        ArrayNode known = JsonNodeFactory.instance.arrayNode(node.size());
        for (JsonNode element : node) {
            if (holdsReference(element)) {
                return NullNode.instance;
            }
            known.add(known(element));
        }
        return known;
    }

    private static boolean holdsReference(JsonNode node) {
        if (node.isTextual()) {
            return withoutEscapes(node).isNull();
        }
        for (JsonNode child : node) {
            if (holdsReference(child)) {
                return true;
            }
        }
        return false;
    }

    /** The node without escapes; null if it holds more than escapes. */
    private static JsonNode withoutEscapes(JsonNode node) {
        String text = node.textValue();
        ReferenceParser parser = new ReferenceParser(text);
        StringBuilder replaced = new StringBuilder();
        int from = 0;
        for (Kind kind = parser.next(); kind != null; kind = parser.next()) {
            if (kind != Kind.ESCAPE) {
                return NullNode.instance;
            }
            replaced.append(text, from, parser.start()).append("${");
            from = parser.end();
        }
        return from == 0
                ? node
                : TextNode.valueOf(replaced.append(text, from, text.length()).toString());
    }

    private static JsonNode resolved(JsonNode node, @Nullable String parameter, Resolver resolver) {
        if (node.isTextual()) {
            return resolvedText(node, parameter, resolver);
        }
        if (node.isObject()) {
            ObjectNode replaced = JsonNodeFactory.instance.objectNode();
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                replaced.set(field.getKey(), resolved(field.getValue(), null, resolver));
            }
            return replaced;
        }
        if (node.isArray()) {
            ArrayNode replaced = JsonNodeFactory.instance.arrayNode(node.size());
            node.forEach(element -> replaced.add(resolved(element, null, resolver)));
            return replaced;
        }
        return node;
    }

    private static JsonNode resolvedText(JsonNode node, @Nullable String parameter, Resolver resolver) {
        String text = node.textValue();
        ReferenceParser parser = new ReferenceParser(text);
        StringBuilder replaced = new StringBuilder();
        int from = 0;
        for (Kind kind = parser.next(); kind != null; kind = parser.next()) {
            if (kind == Kind.REFERENCE && parser.start() == 0 && parser.end() == text.length()) {
                return resolver.value(parser.reference(), parameter);
            }
            replaced.append(text, from, parser.start());
            switch (kind) {
                case REFERENCE -> replaced.append(resolver.text(parser.reference()));
                case ESCAPE -> replaced.append("${");
                case MALFORMED -> replaced.append(text, parser.start(), parser.end());
            }
            from = parser.end();
        }
        return from == 0
                ? node
                : TextNode.valueOf(replaced.append(text, from, text.length()).toString());
    }
}
