package dev.interlock.testing;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Removes from JSON what looks like an API key: the values of fields and headers that hold one, and text in the form of
 * one. Equal texts stay equal, so a recorded request and a repeated one still match. A text that is JSON, such as a
 * call's arguments, stays JSON. Only texts are hidden: no numbers, objects or names of fields.
 */
final class Secrets {

    static final String HIDDEN = "***";

    private static final String NAMES = "(?:proxy-)?authorization|x-(?:goog-)?api-key|api[-_ ]?key|access[-_]?token"
            + "|refresh[-_]?token|id[-_]?token|auth[-_]?token|client[-_]?secret|secret[-_]?(?:access[-_]?)?key|private[-_]?key"
            + "|(?:set-)?cookie";

    private static final Pattern FIELD = Pattern.compile(NAMES, Pattern.CASE_INSENSITIVE);

    /** A quoted name and a quoted value, as in JSON. JSON within text may be escaped. */
    private static final Pattern QUOTED = Pattern.compile(
            "((?:" + NAMES + ")\\\\*[\"']\\s*[:=]\\s*\\\\*([\"']))(?:(?!\\2)[^\\\\\\r\\n])+", Pattern.CASE_INSENSITIVE);

    /** A quoted name and a value without quotes, but no number, object, array or other value of JSON. */
    private static final Pattern QUOTED_NAME = Pattern.compile(
            "((?:" + NAMES + ")\\\\*[\"']\\s*[:=]\\s*(?:(?:Bearer|Basic|Token)\\s+)?)"
                    + "(?!(?:-?[\\d.]+(?:e[-+]?\\d+)?|true|false|null)(?![^\\s\"',;&}\\]\\\\]))[^\\s\"',;&{}\\[\\]\\\\]+",
            Pattern.CASE_INSENSITIVE);

    /** A name, a separator and a value. */
    private static final Pattern NAMED = Pattern.compile(
            "((?:" + NAMES + ")\\s*[:=]\\s*\\\\*[\"']?(?:(?:Bearer|Basic|Token)\\s+)?)"
                    + "(?!(?:\\d+|true|false|null)\\b)[^\\s\"',;&}\\]\\\\]+",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern SCHEME =
            Pattern.compile("\\b(Bearer|Basic)(\\s+)[A-Za-z0-9._~+/-]{16,}=*", Pattern.CASE_INSENSITIVE);

    private static final List<Pattern> FORMS = List.of(
            Pattern.compile("\\b(?:sk|pk|rk)[-_][A-Za-z0-9_-]{16,}"),
            Pattern.compile("\\bAIza[A-Za-z0-9_-]{30,}"),
            Pattern.compile("\\b(?:AKIA|ASIA)[A-Z0-9]{16}\\b"),
            Pattern.compile("\\b(?:gh[pousr]_|github_pat_|hf_|gsk_|glpat-)[A-Za-z0-9_-]{16,}"),
            Pattern.compile("\\bxox[abeprs]-[A-Za-z0-9-]{10,}"),
            Pattern.compile("\\beyJ[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]*"));

    private Secrets() {}

    static JsonNode hide(JsonNode node) {
        if (node instanceof TextNode text) {
            return TextNode.valueOf(hide(text.textValue()));
        }
        if (node instanceof ArrayNode array) {
            ArrayNode hidden = JsonNodeFactory.instance.arrayNode();
            array.forEach(each -> hidden.add(hide(each)));
            return hidden;
        }
        if (node instanceof ObjectNode object) {
            ObjectNode hidden = JsonNodeFactory.instance.objectNode();
            object.properties().forEach(each -> hidden.set(each.getKey(), hide(each.getKey(), each.getValue())));
            return hidden;
        }
        return node;
    }

    /** A schema may have a property with such a name; only a value can be a key. */
    private static JsonNode hide(String name, JsonNode value) {
        if (!FIELD.matcher(name).matches()) {
            return hide(value);
        }
        if (value instanceof ArrayNode array) {
            ArrayNode hidden = JsonNodeFactory.instance.arrayNode();
            array.forEach(each -> hidden.add(hide(name, each)));
            return hidden;
        }
        return value.isTextual() ? TextNode.valueOf(hidden(value.textValue())) : hide(value);
    }

    static String hide(String text) {
        String json =
                text.startsWith("{", firstSign(text)) || text.startsWith("[", firstSign(text)) ? hideIn(text) : null;
        return json == null ? hideForms(text) : json;
    }

    private static String hidden(String key) {
        return key.isEmpty() ? key : HIDDEN;
    }

    private static int firstSign(String text) {
        int at = 0;
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at;
    }

    /** Hides within the texts of a JSON text, and changes nothing else of it; null if it is no JSON. */
    private static @Nullable String hideIn(String json) {
        StringBuilder hidden = new StringBuilder();
        int copied = 0;
        try (JsonParser parser = ExchangeJson.JSON.createParser(json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token != JsonToken.VALUE_STRING) {
                    continue;
                }
                String text = parser.getText();
                String changed = isKey(parser.getParsingContext()) ? hidden(text) : hide(text);
                if (!changed.equals(text)) {
                    hidden.append(
                            json, copied, (int) parser.currentTokenLocation().getCharOffset());
                    hidden.append(TextNode.valueOf(changed));
                    copied = (int) parser.currentLocation().getCharOffset();
                }
            }
        } catch (IOException e) {
            return null;
        }
        return hidden.append(json, copied, json.length()).toString();
    }

    /** Whether a value there belongs to a field that holds a key, or is an element of its array. */
    private static boolean isKey(JsonStreamContext place) {
        JsonStreamContext at = place;
        while (at.inArray()) {
            at = at.getParent();
        }
        return at.getCurrentName() != null && FIELD.matcher(at.getCurrentName()).matches();
    }

    private static String hideForms(String text) {
        String hidden = QUOTED.matcher(text).replaceAll("$1***");
        hidden = QUOTED_NAME.matcher(hidden).replaceAll("$1***");
        hidden = NAMED.matcher(hidden).replaceAll("$1***");
        hidden = SCHEME.matcher(hidden).replaceAll("$1$2***");
        for (Pattern form : FORMS) {
            hidden = form.matcher(hidden).replaceAll(HIDDEN);
        }
        return hidden;
    }
}
