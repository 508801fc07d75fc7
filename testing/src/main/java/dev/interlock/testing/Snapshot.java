package dev.interlock.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Copies users' values for a later comparison. A map, list, set, array or JSON may belong to the world and change with
 * it. Other values stay as they are.
 */
final class Snapshot {

    private Snapshot() {}

    static @Nullable Object of(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<@Nullable Object, @Nullable Object> copy = new LinkedHashMap<>();
            map.forEach((key, each) -> copy.put(of(key), of(each)));
            return copy;
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> copy = new ArrayList<>();
            list.forEach(each -> copy.add(of(each)));
            return copy;
        }
        if (value instanceof Set<?> set) {
            Set<@Nullable Object> copy = new HashSet<>();
            set.forEach(each -> copy.add(of(each)));
            return copy;
        }
        if (value instanceof JsonNode json) {
            return json.deepCopy();
        }
        if (value != null && value.getClass().isArray()) {
            int length = Array.getLength(value);
            Object copy = Array.newInstance(value.getClass().getComponentType(), length);
            for (int i = 0; i < length; i++) {
                Array.set(copy, i, of(Array.get(value, i)));
            }
            return copy;
        }
        return value;
    }
}
