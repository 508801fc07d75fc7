package dev.interlock.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Copies users' values for a later comparison by {@code equals}. A collection, map, array, JSON, text or number that
 * code can change may belong to the world and change with it. Other values stay as they are.
 */
final class Snapshot {

    /**
     * An array's elements. Unlike arrays, two of them are equal if their elements are.
     *
     * @param type the type of the elements
     * @param elements copies of the elements
     */
    record Elements(Class<?> type, List<@Nullable Object> elements) {
        @Override
        public String toString() {
            return elements.toString();
        }
    }

    private Snapshot() {}

    static @Nullable Object of(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Map<?, ?> map -> {
                Map<@Nullable Object, @Nullable Object> copy = new LinkedHashMap<>();
                map.forEach((key, each) -> copy.put(of(key), of(each)));
                yield copy;
            }
            case Set<?> set -> {
                Set<@Nullable Object> copy = new HashSet<>();
                set.forEach(each -> copy.add(of(each)));
                yield copy;
            }
            // Queues and the values of a map have no equals of their own.
            case Collection<?> collection -> {
                List<@Nullable Object> copy = new ArrayList<>();
                collection.forEach(each -> copy.add(of(each)));
                yield copy;
            }
            case JsonNode json -> json.deepCopy();
            case StringBuilder text -> text.toString();
            case StringBuffer text -> text.toString();
            case AtomicInteger number -> number.get();
            case AtomicLong number -> number.get();
            case LongAdder number -> number.sum();
            case DoubleAdder number -> number.sum();
            case AtomicBoolean flag -> flag.get();
            case AtomicReference<?> reference -> of(reference.get());
            default -> value.getClass().isArray() ? elements(value) : value;
        };
    }

    private static Elements elements(Object array) {
        List<@Nullable Object> copy = new ArrayList<>();
        for (int i = 0; i < Array.getLength(array); i++) {
            copy.add(of(Array.get(array, i)));
        }
        return new Elements(array.getClass().getComponentType(), copy);
    }
}
