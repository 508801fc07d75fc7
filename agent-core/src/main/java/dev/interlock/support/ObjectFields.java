package dev.interlock.support;

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
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What objects hold: the fields that reflection can read, and the elements of the JDK's containers.
 *
 * <p>Which fields reflection can read depends on the module that asks, so that module makes the field accessible.
 * Thread-safe.
 */
public final class ObjectFields {

    /**
     * The fields of a class and its superclasses that can hold an object.
     *
     * @param readable those that reflection can read
     * @param generic the names of all types with type arguments
     */
    private record Fields(List<Field> readable, List<String> generic) {}

    private final ClassValue<Fields> fields = new ClassValue<>() {
        @Override
        protected Fields computeValue(Class<?> type) {
            return fields(type);
        }
    };

    private final Predicate<Field> opener;

    /**
     * Looks at fields in the name of a module.
     *
     * @param opener makes a field accessible: {@code Field::trySetAccessible}, written in the module that reads the
     *     field; returns false or throws an exception where that is not allowed
     */
    public ObjectFields(Predicate<Field> opener) {
        this.opener = opener;
    }

    /**
     * Returns the fields of a class and its superclasses that reflection can read and that can hold an object.
     *
     * @param type the class
     * @return the accessible fields; those of the class first
     */
    public List<Field> of(Class<?> type) {
        return fields.get(type).readable();
    }

    /**
     * Whether the fields of a class and its superclasses mention a type argument, such as {@code Supplier<McpClient>}.
     * It counts even if reflection cannot read the field.
     *
     * @param type the class
     * @param part a part of the name of the type argument, such as its package
     * @return whether a field does; true also if its type cannot be loaded, and the message of that has the part
     */
    public boolean mention(Class<?> type, String part) {
        return fields.get(type).generic().stream().anyMatch(name -> name.contains(part));
    }

    /**
     * Reads a field.
     *
     * @param field a field of {@link #of}
     * @param object the object that has it
     * @return the value; null also if reflection cannot read it
     */
    public static @Nullable Object read(Field field, Object object) {
        try {
            return field.get(object);
        } catch (IllegalAccessException e) {
            return null;
        }
    }

    /**
     * Returns what is in the fields of an object.
     *
     * @param object the object
     * @return the values, nulls included
     */
    public Stream<?> values(Object object) {
        return of(object.getClass()).stream().map(field -> read(field, object));
    }

    /**
     * Whether a class belongs to the JDK.
     *
     * @param type the class
     * @return whether its name says so
     */
    public static boolean isOfJdk(Class<?> type) {
        return Stream.of("java.", "javax.", "jdk.", "sun.", "com.sun.").anyMatch(type.getName()::startsWith);
    }

    /**
     * Whether {@link #elements} knows a class. It knows none of other libraries, whose code it would have to run.
     *
     * @param type the class
     * @return whether it is a container
     */
    public static boolean isContainer(Class<?> type) {
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

    /**
     * Returns the elements of a {@linkplain #isContainer container}.
     *
     * @param container the container; another thread that changes it makes the stream fail
     * @return the elements, nulls included
     */
    public static Stream<?> elements(Object container) {
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

    private Fields fields(Class<?> type) {
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

    private boolean isAccessible(Field field) {
        try {
            return opener.test(field);
        } catch (InaccessibleObjectException | SecurityException e) {
            return false;
        }
    }
}
