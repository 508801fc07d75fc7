package dev.interlock.langchain4j;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the annotated methods of classes, and the methods by which a proxy can be called in their place. */
final class ToolMethods {

    private ToolMethods() {}

    /**
     * A method with an annotation.
     *
     * @param method the most specific version of the method
     * @param annotated the method with the annotation: the same one, or that of an interface
     */
    record Annotated(Method method, Method annotated) {}

    private record Signature(String name, List<Class<?>> parameters) {
        static Signature of(Method method) {
            return new Signature(method.getName(), List.of(method.getParameterTypes()));
        }
    }

    /**
     * Finds methods as LangChain4j does: a class's override without the annotation does not count, an interface's
     * annotation does.
     */
    static List<Annotated> of(Class<?> type, Class<? extends Annotation> annotation) {
        List<Annotated> found = new ArrayList<>();
        Set<Class<?>> interfaces = interfacesOf(type);
        for (Method method : concreteMethods(type, interfaces).values()) {
            Method annotated = method.isAnnotationPresent(annotation)
                    ? method
                    : interfaces.stream()
                            .map(each -> declared(each, method))
                            .filter(each -> each != null && each.isAnnotationPresent(annotation))
                            .findFirst()
                            .orElse(null);
            if (annotated != null) {
                found.add(new Annotated(method, annotated));
            }
        }
        return found;
    }

    private static Map<Signature, Method> concreteMethods(Class<?> type, Set<Class<?>> interfaces) {
        Map<Signature, Method> methods = new LinkedHashMap<>();
        for (Class<?> each = type; each != null && each != Object.class; each = each.getSuperclass()) {
            add(methods, each);
        }
        interfaces.forEach(each -> add(methods, each));
        methods.values().removeIf(method -> Modifier.isAbstract(method.getModifiers()));
        return methods;
    }

    private static void add(Map<Signature, Method> methods, Class<?> type) {
        for (Method method : type.getDeclaredMethods()) {
            if (!method.isBridge() && !method.isSynthetic()) {
                methods.putIfAbsent(Signature.of(method), method);
            }
        }
    }

    /** Returns the interfaces of the class and its superclasses, and their superinterfaces. */
    static Set<Class<?>> interfacesOf(Class<?> type) {
        Set<Class<?>> interfaces = new LinkedHashSet<>();
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            addInterfaces(interfaces, each);
        }
        return interfaces;
    }

    private static void addInterfaces(Set<Class<?>> interfaces, Class<?> type) {
        for (Class<?> each : type.getInterfaces()) {
            if (interfaces.add(each)) {
                addInterfaces(interfaces, each);
            }
        }
    }

    private static @Nullable Method declared(Class<?> type, Method like) {
        try {
            return type.getDeclaredMethod(like.getName(), like.getParameterTypes());
        } catch (NoSuchMethodException e) {
            return null;
        }
    }

    /**
     * Returns the method to invoke on an object: the method itself if the object's class has or overrides it, otherwise
     * that of an interface which the object implements.
     *
     * @return null if the object has no such method
     */
    static @Nullable Method invokedOn(Object object, Method method) {
        if (method.getDeclaringClass().isInstance(object)) {
            return method;
        }
        if (!Proxy.isProxyClass(object.getClass())) {
            return null;
        }
        List<Method> alike = new ArrayList<>();
        for (Class<?> type : interfacesOf(object.getClass())) {
            Method same = declared(type, method);
            if (same != null) {
                return same;
            }
            Arrays.stream(type.getDeclaredMethods())
                    .filter(each -> mayBeOverriddenBy(each, method))
                    .forEach(alike::add);
        }
        return alike.size() == 1 ? alike.get(0) : null;
    }

    /**
     * Whether an interface's method may be the same one with wider types, because the interface has type parameters.
     */
    private static boolean mayBeOverriddenBy(Method wider, Method method) {
        Class<?>[] takes = wider.getParameterTypes();
        Class<?>[] given = method.getParameterTypes();
        if (!wider.getName().equals(method.getName()) || takes.length != given.length) {
            return false;
        }
        for (int i = 0; i < takes.length; i++) {
            if (!takes[i].isAssignableFrom(given[i])) {
                return false;
            }
        }
        return true;
    }
}
