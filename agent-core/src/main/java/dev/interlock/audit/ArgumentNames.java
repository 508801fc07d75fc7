package dev.interlock.audit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.Access;
import dev.interlock.effect.Resource;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of one call by value. They turn what the call touches into a template: {@code orders/42} becomes
 * {@code orders/{id}} if the call's {@code id} is 42. The template is a proposal, since another argument may have the
 * same value by chance. Not thread-safe.
 */
final class ArgumentNames {

    private static final int MAX_VALUES = 500;
    private static final int MAX_LENGTH = 1_000;
    private static final int MAX_DEPTH = 4;

    private final Map<String, String> names = new LinkedHashMap<>();

    ArgumentNames(ToolCall call) {
        if (call.hasObjectArguments()) {
            addFields(call.arguments(), "", 0);
        }
    }

    private void addFields(JsonNode object, String path, int depth) {
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            String name = field.getKey();
            if (name.indexOf('{') < 0 && name.indexOf('}') < 0 && !name.isEmpty()) {
                add(field.getValue(), path + name, depth);
            }
        }
    }

    private void add(JsonNode value, String name, int depth) {
        if (depth > MAX_DEPTH || names.size() >= MAX_VALUES) {
            return;
        }
        if (value.isObject()) {
            addFields(value, name + '.', depth + 1);
        } else if (value.isArray()) {
            for (JsonNode element : value) {
                if (element.isValueNode()) {
                    add(element, name, depth + 1);
                }
            }
        } else if (value.isTextual() || value.isNumber() || value.isBoolean()) {
            String text = value.asText();
            if (!text.isEmpty() && text.length() <= MAX_LENGTH) {
                names.merge(text, name, ArgumentNames::likelier);
                if (value.isFloatingPointNumber()) {
                    names.putIfAbsent(plain(value), name);
                }
            }
        }
    }

    /** Of two arguments with the same value, returns the one whose name looks like an identifier. */
    private static String likelier(String first, String second) {
        return namesSomething(second) && !namesSomething(first) ? second : first;
    }

    private static boolean namesSomething(String name) {
        return name.endsWith("id") || name.endsWith("Id") || name.endsWith("ID") || name.endsWith("key");
    }

    private static String plain(JsonNode number) {
        boolean binary = number.isDouble() || number.isFloat();
        if (binary && !Double.isFinite(number.doubleValue())) {
            // A number such as 1e999, which a model can write, has no decimal value.
            return number.asText();
        }
        BigDecimal exact = number.decimalValue().stripTrailingZeros();
        return Math.abs((long) exact.scale()) > MAX_LENGTH ? number.asText() : exact.toPlainString();
    }

    /** Returns an access in words, with the names of arguments in place of their values. */
    String generalise(Access access) {
        return (access.isWrite() ? "writes " : "reads ") + template(access.resource());
    }

    /** Returns the template of a resource for a declaration. Its first segment is the kind of thing and no argument. */
    String template(Resource resource) {
        StringBuilder text = new StringBuilder();
        int at = 0;
        while (at < resource.depth()) {
            String segment = resource.segment(at);
            String name = at == 0 || segment.isEmpty() ? null : names.get(segment);
            int next = at + 1;
            if (at > 0 && name == null) {
                for (Map.Entry<String, String> argument : names.entrySet()) {
                    int end = endOf(argument.getKey(), resource, at);
                    if (end > at && (name == null || end > next)) {
                        next = end;
                        name = argument.getValue();
                    }
                }
            }
            if (name == null && segment.isEmpty()) {
                // A template cannot express a mark.
                break;
            }
            text.append(at == 0 ? "" : "/").append(name == null ? literal(segment) : "{" + name + "}");
            at = next;
        }
        return text.isEmpty() ? "/" : text.toString();
    }

    /**
     * Returns where an argument's value that begins at a segment ends, if the value is a path of several segments; else
     * the beginning.
     */
    private static int endOf(String value, Resource resource, int at) {
        if (value.indexOf('/') < 0 && value.indexOf('\\') < 0) {
            return at;
        }
        Resource named = resource.prefix(at).resolve(value);
        return named.depth() > at && named.contains(resource) ? named.depth() : at;
    }

    private static String literal(String segment) {
        return segment.replace("{", "{{").replace("}", "}}");
    }

    /** Whether the words describe a write. */
    static boolean isWrite(String generalised) {
        return generalised.startsWith("writes ");
    }

    /** Returns the template in the words; null if they describe no access. */
    static @Nullable String templateOf(String generalised) {
        int space = generalised.indexOf(' ');
        return space < 0 ? null : generalised.substring(space + 1);
    }
}
