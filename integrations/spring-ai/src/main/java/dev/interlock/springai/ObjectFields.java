package dev.interlock.springai;

import java.lang.ref.Reference;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What objects hold: the fields that reflection can read, and the elements of the JDK's containers. */
final class ObjectFields {

    /**
     * The fields of a class and its superclasses that can hold an object.
     *
     * @param readable those that reflection can read
     * @param generic the names of all types with type arguments
     */
    private record Fields(List<Field> readable, List<String> generic) {}

    private static final ClassValue<Fields> FIELDS = new ClassValue<>() {
        @Override
        protected Fields computeValue(Class<?> type) {
            return fields(type);
        }
    };

    private ObjectFields() {}

    /** Returns the fields of a class and its superclasses that reflection can read and that can hold an object. */
    static List<Field> of(Class<?> type) {
        return FIELDS.get(type).readable();
    }

    /**
     * Whether the fields of a class mention a type argument whose name has a part, such as
     * {@code Supplier<ToolCallback>}.
     */
    static boolean mention(Class<?> type, String part) {
        return FIELDS.get(type).generic().stream().anyMatch(name -> name.contains(part));
    }

    static @Nullable Object read(Field field, Object object) {
        try {
            return field.get(object);
        } catch (IllegalAccessException e) {
            return null;
        }
    }

    /** Returns what is in the fields of an object, nulls included. */
    static Stream<?> values(Object object) {
        return of(object.getClass()).stream().map(field -> read(field, object));
    }

    static boolean isOfJdk(Class<?> type) {
        return Stream.of("java.", "javax.", "jdk.", "sun.", "com.sun.").anyMatch(type.getName()::startsWith);
    }

    /** Whether {@link #elements} knows a class. It knows none of other libraries, whose code it would have to run. */
    static boolean isContainer(Class<?> type) {
        return type.isArray()
                ? !type.getComponentType().isPrimitive()
                : isOfJdk(type)
                        && Stream.of(
                                        Collection.class,
                                        Map.class,
                                        Map.Entry.class,
                                        Optional.class,
                                        AtomicReference.class,
                                        Reference.class,
                                        CompletableFuture.class)
                                .anyMatch(container -> container.isAssignableFrom(type));
    }

    /** Returns the elements of a {@linkplain #isContainer container}, nulls included. */
    static Stream<?> elements(Object container) {
        return switch (container) {
            case Object[] array -> Arrays.stream(array);
            case Collection<?> collection -> collection.stream();
            case Map<?, ?> map -> Stream.concat(map.keySet().stream(), map.values().stream());
            case Map.Entry<?, ?> entry -> Stream.of(entry.getKey(), entry.getValue());
            case Optional<?> optional -> optional.stream();
            case AtomicReference<?> reference -> Stream.ofNullable(reference.get());
            case Reference<?> reference -> Stream.ofNullable(reference.get());
            case CompletableFuture<?> future
            when future.isDone() && !future.isCompletedExceptionally() -> Stream.ofNullable(future.join());
            default -> Stream.of();
        };
    }

    private static Fields fields(Class<?> type) {
        List<Field> readable = new ArrayList<>();
        List<String> generic = new ArrayList<>();
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            for (Field field : declaredFields(each)) {
                if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
                    addGeneric(field, generic);
                    if (isAccessible(field)) {
                        readable.add(field);
                    }
                }
            }
        }
        return new Fields(List.copyOf(readable), List.copyOf(generic));
    }

    private static void addGeneric(Field field, List<String> generic) {
        try {
            if (field.getGenericType() instanceof ParameterizedType type) {
                generic.add(type.getTypeName());
            }
        } catch (RuntimeException | LinkageError e) {
            // A class of an optional library is absent.
            generic.add(e.toString());
        }
    }

    private static Field[] declaredFields(Class<?> type) {
        try {
            return type.getDeclaredFields();
        } catch (LinkageError e) {
            // A class of an optional library is absent. The object cannot use it either.
            return new Field[0];
        }
    }

    private static boolean isAccessible(Field field) {
        try {
            field.setAccessible(true);
            return true;
        } catch (InaccessibleObjectException | SecurityException e) {
            return false;
        }
    }
}
