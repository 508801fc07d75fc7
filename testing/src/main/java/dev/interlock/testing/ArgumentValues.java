package dev.interlock.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The single values in a call's arguments.
 *
 * @param byPlace the values by their places
 */
record ArgumentValues(Map<String, String> byPlace) {

    static ArgumentValues of(JsonNode arguments) {
        Map<String, String> byPlace = new TreeMap<>();
        collect("", arguments, byPlace);
        return new ArgumentValues(byPlace);
    }

    private static void collect(String where, JsonNode value, Map<String, String> byPlace) {
        if (value.isObject()) {
            value.properties().forEach(each -> collect(where + "." + each.getKey(), each.getValue(), byPlace));
        } else if (value.isArray()) {
            value.forEach(each -> collect(where + "[]", each, byPlace));
        } else if (!value.isNull() && !value.isMissingNode()) {
            byPlace.put(where, value.asText());
        }
    }

    /** Returns which of these values equal which of the others: one text for each, in a fixed order. */
    List<String> common(ArgumentValues other) {
        List<String> common = new ArrayList<>();
        byPlace.forEach((where, value) -> other.byPlace.forEach((there, its) -> {
            if (value.equals(its)) {
                common.add(where + "=" + there);
            }
        }));
        return common;
    }
}
