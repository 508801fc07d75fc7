package dev.interlock.langchain4j.task;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Recognises calls written as JSON, in the forms of models and APIs. */
final class JsonCalls {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
            .enable(JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES)
            .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
            .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final List<String> NAME =
            List.of("name", "tool", "tool_name", "toolName", "function", "function_name", "recipient_name", "action");

    private static final List<String> ARGUMENTS = List.of(
            "arguments", "parameters", "args", "params", "kwargs", "input", "action_input", "tool_input", "tool_args");

    /** Other members that a call may have. Any further member makes it data. */
    private static final Set<String> BESIDES = Set.of(
            "type",
            "id",
            "call_id",
            "tool_call_id",
            "index",
            "thought",
            "thoughts",
            "thinking",
            "reasoning",
            "role",
            "explanation",
            "content");

    private static final List<String> CALLS = List.of("tool_calls", "function_calls", "tool_uses", "calls");

    private static final List<String> CALL =
            List.of("function", "function_call", "functionCall", "tool_call", "toolUse", "tool_use", "tool");

    private static final Set<String> TYPES = Set.of("function", "function_call", "tool_call", "tool_use");

    private static final Pattern BETWEEN = Pattern.compile("\\}\\s*[;,]\\s*(?=\\{)");

    private static final Pattern NAMED =
            Pattern.compile("[\"'](?:" + String.join("|", NAME) + ")[\"']\\s*:\\s*[\"']([^\"']*)[\"']");

    private static final Pattern WITH_ARGUMENTS =
            Pattern.compile("[\"'](?:" + String.join("|", ARGUMENTS) + ")[\"']\\s*:");

    private final Map<String, Set<String>> tools;

    /**
     * Creates the recogniser for some tools.
     *
     * @param tools the names of their parameters by name
     */
    JsonCalls(Map<String, Set<String>> tools) {
        this.tools = tools;
    }

    /** Returns the names in an object; none for other text. */
    static Set<String> namesIn(String text) {
        Set<String> names = new HashSet<>();
        try {
            JSON.readTree(text).fieldNames().forEachRemaining(names::add);
        } catch (JsonProcessingException e) {
            // The text is not an object.
        }
        return names;
    }

    /** Whether the text consists of calls, at least one of them of a tool. The last one may be cut off. */
    boolean areCalls(String text) {
        if (!text.startsWith("{") && !text.startsWith("[")) {
            return false;
        }
        Values values = Values.in(text);
        if (values.problem() != null && text.startsWith("{")) {
            // Something may separate the calls.
            values = Values.in(BETWEEN.matcher(text).replaceAll("}\n"));
        }
        if (values.problem() == null) {
            return areCalls(values.all());
        }
        // The text is cut off, or not quite JSON. Text after a whole call makes it part of an answer.
        boolean isBroken = values.all().isEmpty() && (text.endsWith("}") || text.endsWith("]"));
        return (values.problem() instanceof JsonEOFException || isBroken) && looksLikeCall(text);
    }

    /**
     * The JSON values of a text.
     *
     * @param all the complete values
     * @param problem the error after them; null if there is none
     */
    private record Values(List<JsonNode> all, @Nullable IOException problem) {
        static Values in(String text) {
            List<JsonNode> all = new ArrayList<>();
            try {
                if (text.startsWith("[")) {
                    // The parser would take the array for the sequence itself.
                    return new Values(List.of(JSON.readTree(text)), null);
                }
                try (MappingIterator<JsonNode> values =
                        JSON.readerFor(JsonNode.class).readValues(text)) {
                    while (values.hasNextValue()) {
                        all.add(values.nextValue());
                    }
                }
                return new Values(all, null);
            } catch (IOException e) {
                return new Values(all, e);
            }
        }
    }

    /** Whether a text that is known to contain a call begins with one of a tool. */
    boolean beginsWithCall(String text) {
        return (text.startsWith("{") || text.startsWith("[")) && namesTool(text);
    }

    private boolean areCalls(List<JsonNode> values) {
        List<String> names = new ArrayList<>();
        return !values.isEmpty()
                && values.stream().allMatch(value -> isCall(value, names))
                && names.stream().anyMatch(tools::containsKey);
    }

    private boolean isCall(JsonNode value, List<String> names) {
        if (value.isArray()) {
            boolean all = !value.isEmpty();
            for (JsonNode element : value) {
                all &= isCall(element, names);
            }
            return all;
        }
        for (String key : CALLS) {
            if (value.path(key).isArray()) {
                return isCall(value.path(key), names);
            }
        }
        for (String key : CALL) {
            if (value.path(key).isObject() && hasOnly(value, Set.of(key))) {
                return isNamed(value.path(key), names, false);
            }
        }
        return isNamed(value, names, true) || isNameWithArguments(value, names);
    }

    /** Whether the value has a tool's name, and arguments if nothing else marks it as a call. */
    private static boolean isNamed(JsonNode value, List<String> names, boolean needsArguments) {
        for (String key : NAME) {
            if (value.path(key).isTextual()) {
                Set<String> own = new HashSet<>(ARGUMENTS);
                own.add(key);
                boolean hasArguments = ARGUMENTS.stream().anyMatch(value::has);
                boolean isTyped = TYPES.contains(value.path("type").asText());
                names.add(CalledName.of(value.path(key).asText()));
                return hasOnly(value, own) && (hasArguments || isTyped || !needsArguments);
            }
        }
        return false;
    }

    /** Whether the value maps a tool's name to arguments, as in {@code {"search": {"query": "x"}}}. */
    private boolean isNameWithArguments(JsonNode value, List<String> names) {
        if (!value.isObject() || value.size() != 1) {
            return false;
        }
        String name = value.fieldNames().next();
        Set<String> parameters = tools.get(name);
        Set<String> arguments = new HashSet<>();
        value.path(name).fieldNames().forEachRemaining(arguments::add);
        names.add(name);
        return parameters != null && !arguments.isEmpty() && parameters.containsAll(arguments);
    }

    private static boolean hasOnly(JsonNode value, Set<String> own) {
        boolean only = value.isObject();
        for (var names = value.fieldNames(); only && names.hasNext(); ) {
            String name = names.next();
            only = own.contains(name) || BESIDES.contains(name);
        }
        return only;
    }

    /** Whether a text that cannot be parsed looks like a call. */
    private boolean looksLikeCall(String text) {
        return namesTool(text) && WITH_ARGUMENTS.matcher(text).find();
    }

    private boolean namesTool(String text) {
        Matcher name = NAMED.matcher(text);
        while (name.find()) {
            if (tools.containsKey(CalledName.of(name.group(1)))) {
                return true;
            }
        }
        return false;
    }
}
