package dev.interlock.jdbc;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the parts of a parsed statement by the fields of its nodes, whatever kinds of nodes the parser has. A visitor
 * that lacks a kind, or a part of it, would overlook the tables in it.
 */
final class AstFields {

    private static final String LIBRARY = "net.sf.jsqlparser.";

    /** The parser's own view of the text, which leads from each node to all others. */
    private static final String PARSER = LIBRARY + "parser.";

    private static final ClassValue<List<Field>> FIELDS = new ClassValue<>() {
        @Override
        protected List<Field> computeValue(Class<?> type) {
            List<Field> fields = new ArrayList<>();
            for (Class<?> each = type; each != null && isNode(each); each = each.getSuperclass()) {
                for (Field field : each.getDeclaredFields()) {
                    boolean simple =
                            field.getType().isPrimitive() || field.getType().equals(String.class);
                    if (!Modifier.isStatic(field.getModifiers()) && !simple) {
                        field.setAccessible(true);
                        fields.add(field);
                    }
                }
            }
            return List.copyOf(fields);
        }
    };

    private AstFields() {}

    private static boolean isNode(Class<?> type) {
        return type.getName().startsWith(LIBRARY) && !type.getName().startsWith(PARSER);
    }

    /** Passes each part of a node that is a node itself. */
    static void forEachPart(Object node, Consumer<Object> action) {
        for (Field field : FIELDS.get(node.getClass())) {
            try {
                give(field.get(node), action);
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(field.toString(), e);
            }
        }
        if (node instanceof Collection<?> elements) {
            elements.forEach(element -> give(element, action));
        }
    }

    private static void give(@Nullable Object value, Consumer<Object> action) {
        if (value == null) {
            return;
        }
        if (isNode(value.getClass()) && !value.getClass().isEnum()) {
            action.accept(value);
        } else if (value instanceof Collection<?> elements) {
            elements.forEach(element -> give(element, action));
        } else if (value instanceof Map<?, ?> map) {
            map.values().forEach(element -> give(element, action));
            map.keySet().forEach(element -> give(element, action));
        } else if (value instanceof Object[] elements) {
            for (Object element : elements) {
                give(element, action);
            }
        }
    }
}
