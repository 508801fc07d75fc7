package dev.interlock.effect;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the annotations of tools, see {@link Effects#fromAnnotations(Method, Class)}. */
final class AnnotatedEffects {

    /**
     * What one annotation says.
     *
     * @param kind what the call does to the resources that the templates come to
     * @param templates well-formed; none stands for the root
     */
    record Said(Access.Kind kind, List<String> templates) {

        Said(Access.Kind kind, String... templates) {
            this(kind, List.of(templates));
        }

        Said {
            templates.forEach(ResourceTemplate::parse);
        }
    }

    private AnnotatedEffects() {}

    /**
     * What all annotations of a method say together: an empty list for a pure tool; no value if no annotation speaks.
     */
    static Optional<List<Said>> of(Method method, Class<?> toolClass) {
        Set<Class<?>> types = typesOf(method, toolClass);
        List<Method> versions = versionsOf(method, types);
        Optional<List<Said>> own = firstOf(versions, true).or(() -> firstOf(classesOf(versions, toolClass), false));
        List<Said> exclusive =
                types.stream().flatMap(type -> exclusiveOn(type).stream()).toList();
        if (exclusive.isEmpty()) {
            return own;
        }
        return own.map(said -> Stream.concat(said.stream(), exclusive.stream()).toList())
                .or(() -> Optional.of(List.of(new Said(Access.Kind.WRITE, List.of()))));
    }

    /** All types whose annotations count, the most specific first. */
    private static Set<Class<?>> typesOf(Method method, Class<?> toolClass) {
        Class<?> declaring = method.getDeclaringClass();
        List<Class<?>> open = new ArrayList<>();
        for (Class<?> start :
                declaring.isAssignableFrom(toolClass) ? List.of(toolClass) : List.of(declaring, toolClass)) {
            for (Class<?> type = start; type != null; type = type.getSuperclass()) {
                open.add(type);
            }
        }
        Set<Class<?>> types = new LinkedHashSet<>();
        for (int i = 0; i < open.size(); i++) {
            if (types.add(open.get(i))) {
                open.addAll(Arrays.asList(open.get(i).getInterfaces()));
            }
        }
        return types;
    }

    /** The method, those that it overrides and those that override it, the most specific first. */
    private static List<Method> versionsOf(Method method, Set<Class<?>> types) {
        if (isNeverOverridden(method)) {
            return List.of(method);
        }
        return types.stream()
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .filter(m -> m.getName().equals(method.getName())
                        && Arrays.equals(m.getParameterTypes(), method.getParameterTypes())
                        && !isNeverOverridden(m))
                .toList();
    }

    private static boolean isNeverOverridden(Method method) {
        return (method.getModifiers() & (Modifier.STATIC | Modifier.PRIVATE)) != 0;
    }

    /** The classes whose annotations hold for a method that says nothing itself. */
    private static Set<Class<?>> classesOf(List<Method> versions, Class<?> toolClass) {
        Set<Class<?>> classes = new LinkedHashSet<>();
        Class<?> declaring = versions.get(0).getDeclaringClass();
        classes.add(declaring);
        for (Class<?> type = toolClass; type != null && declaring.isAssignableFrom(type); type = type.getSuperclass()) {
            classes.add(type);
        }
        versions.forEach(version -> classes.add(version.getDeclaringClass()));
        return classes;
    }

    private static Optional<List<Said>> firstOf(Iterable<? extends AnnotatedElement> elements, boolean withExclusive) {
        for (AnnotatedElement element : elements) {
            Optional<List<Said>> said = declaredOn(element, withExclusive);
            if (said.isPresent()) {
                return said;
            }
        }
        return Optional.empty();
    }

    private static Optional<List<Said>> declaredOn(AnnotatedElement element, boolean withExclusive) {
        Pure pure = element.getDeclaredAnnotation(Pure.class);
        Reads reads = element.getDeclaredAnnotation(Reads.class);
        Writes writes = element.getDeclaredAnnotation(Writes.class);
        Exclusive exclusive = withExclusive ? element.getDeclaredAnnotation(Exclusive.class) : null;
        if (pure != null) {
            rejectBeside(element, reads, writes, exclusive);
            return Optional.of(List.of());
        }
        if (reads == null && writes == null && exclusive == null) {
            return Optional.empty();
        }
        try {
            List<Said> said = new ArrayList<>();
            if (reads != null) {
                said.add(new Said(Access.Kind.READ, DeclaredAccess.named(Access.Kind.READ, reads.value())));
            }
            if (writes != null) {
                said.add(new Said(Access.Kind.WRITE, DeclaredAccess.named(Access.Kind.WRITE, writes.value())));
            }
            if (exclusive != null) {
                said.add(new Said(Access.Kind.WRITE, exclusive.value()));
            }
            return Optional.of(said);
        } catch (IllegalArgumentException e) {
            throw malformed(element, e);
        }
    }

    private static Optional<Said> exclusiveOn(Class<?> type) {
        Exclusive exclusive = type.getDeclaredAnnotation(Exclusive.class);
        try {
            return Optional.ofNullable(exclusive).map(e -> new Said(Access.Kind.WRITE, e.value()));
        } catch (IllegalArgumentException e) {
            throw malformed(type, e);
        }
    }

    private static void rejectBeside(AnnotatedElement element, @Nullable Annotation... others) {
        for (Annotation other : others) {
            if (other != null) {
                throw new IllegalArgumentException("%s: @Pure cannot be combined with @%s"
                        .formatted(nameOf(element), other.annotationType().getSimpleName()));
            }
        }
    }

    private static IllegalArgumentException malformed(AnnotatedElement element, IllegalArgumentException e) {
        return new IllegalArgumentException(nameOf(element) + ": " + e.getMessage(), e);
    }

    private static String nameOf(AnnotatedElement element) {
        return element instanceof Method method
                ? method.getDeclaringClass().getName() + "." + method.getName()
                : ((Class<?>) element).getName();
    }
}
