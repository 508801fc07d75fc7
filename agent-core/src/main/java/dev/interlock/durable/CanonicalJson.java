package dev.interlock.durable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/** Writes a JSON value in one canonical form: members sorted, numbers without redundant digits. */
final class CanonicalJson {

    private CanonicalJson() {}

    static String of(String text) {
        return TextNode.valueOf(text).toString();
    }

    static String of(JsonNode node) {
        if (node.isObject()) {
            Map<String, JsonNode> sorted = new TreeMap<>();
            node.properties().forEach(member -> sorted.put(member.getKey(), member.getValue()));
            StringJoiner members = new StringJoiner(",", "{", "}");
            sorted.forEach((name, value) -> members.add(of(name) + ':' + of(value)));
            return members.toString();
        }
        if (node.isArray()) {
            StringJoiner elements = new StringJoiner(",", "[", "]");
            node.forEach(element -> elements.add(of(element)));
            return elements.toString();
        }
        return node.isNumber() ? ofNumber(node) : node.toString();
    }

    private static String ofNumber(JsonNode number) {
        double value = number.doubleValue();
        if (number.isFloatingPointNumber() && !number.isBigDecimal() && !Double.isFinite(value)) {
            return number.toString();
        }
        BigDecimal exact = number.decimalValue();
        return exact.signum() == 0 ? "0" : exact.stripTrailingZeros().toString();
    }
}
