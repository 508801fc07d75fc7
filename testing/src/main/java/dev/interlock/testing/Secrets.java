package dev.interlock.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Removes from JSON what looks like an API key: the values of fields and headers that hold one, and text in the form of
 * one. Equal texts stay equal, so a recorded request and a repeated one still match.
 */
final class Secrets {

    static final String HIDDEN = "***";

    private static final String NAMES = "(?:proxy-)?authorization|x-(?:goog-)?api-key|api[-_ ]?key|access[-_]?token"
            + "|refresh[-_]?token|id[-_]?token|auth[-_]?token|client[-_]?secret|secret[-_]?(?:access[-_]?)?key|private[-_]?key"
            + "|(?:set-)?cookie";

    private static final Pattern FIELD = Pattern.compile(NAMES, Pattern.CASE_INSENSITIVE);

    /** A name, a separator and a value. JSON within text may be escaped. */
    private static final Pattern NAMED = Pattern.compile(
            "((?:" + NAMES + ")\\\\*[\"']?\\s*[:=]\\s*\\\\*[\"']?(?:(?:Bearer|Basic|Token)\\s+)?)"
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
        return value.isTextual() && FIELD.matcher(name).matches() ? TextNode.valueOf(HIDDEN) : hide(value);
    }

    static String hide(String text) {
        String hidden = NAMED.matcher(text).replaceAll("$1***");
        hidden = SCHEME.matcher(hidden).replaceAll("$1$2***");
        for (Pattern form : FORMS) {
            hidden = form.matcher(hidden).replaceAll(HIDDEN);
        }
        return hidden;
    }
}
