package dev.interlock.springai;

import dev.interlock.support.PrivateField;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.ai.tool.method.MethodToolCallback;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;

/**
 * What stands behind a callback, as far as reflection shows. A callback with one other callback in a field counts as
 * its decorator and does what the other does.
 *
 * <p>Invariant: the library infers nothing about a tool of unknown origin. It might belong to an untrusted server, or
 * have annotations that say that it writes. So a callback that leads to another one, or to an MCP client, in any other
 * way is {@linkplain Hidden hidden}; {@link HeldCallbacks} says how far the library looks.
 */
sealed interface CallbackOrigin {

    /**
     * A method of the user's object.
     *
     * @param toolClass the class of the object; for a proxy, the class behind it
     */
    record Annotated(Method method, Class<?> toolClass) implements CallbackOrigin {}

    /**
     * A tool of an MCP server.
     *
     * @param tool what can be seen of it
     */
    record Served(ServedOrigin tool) implements CallbackOrigin {}

    /** The user's code. */
    record Code() implements CallbackOrigin {}

    /** An unknown origin. */
    record Hidden() implements CallbackOrigin {}

    /**
     * Looks behind a callback.
     *
     * @param callback of any class
     */
    static CallbackOrigin of(ToolCallback callback) {
        return Search.behind(callback, Search.MAX_DEPTH);
    }

    /** Finds origins. */
    final class Search {

        /** The most wrappers to look through, in case they form a circle. */
        private static final int MAX_DEPTH = 8;

        private static final String UNSEEN = "Interlock cannot read the annotations of tools, so their calls run alone";

        private static final PrivateField METHOD =
                PrivateField.of(MethodHandles.lookup(), MethodToolCallback.class, "toolMethod", Method.class, UNSEEN);
        private static final PrivateField OBJECT =
                PrivateField.of(MethodHandles.lookup(), MethodToolCallback.class, "toolObject", Object.class, UNSEEN);

        private Search() {}

        static CallbackOrigin behind(ToolCallback callback, int depth) {
            if (callback instanceof MethodToolCallback annotated) {
                return annotated(annotated);
            }
            if (callback instanceof FunctionToolCallback) {
                // The user names the function and describes it. Only what it captures itself can say something else.
                return HeldCallbacks.of(callback).hidesAnother(null) ? new Hidden() : new Code();
            }
            if (ServedOrigin.isServed(callback)) {
                ServedOrigin tool = ServedOrigin.of(callback);
                return tool == null ? new Hidden() : new Served(tool);
            }
            if (depth == 0) {
                return new Hidden();
            }
            if (AopUtils.isAopProxy(callback)) {
                return AopProxyUtils.getSingletonTarget(callback) instanceof ToolCallback target
                        ? behind(target, depth - 1)
                        : new Hidden();
            }
            List<ToolCallback> wrapped = Proxy.isProxyClass(callback.getClass()) ? null : wrappedBy(callback);
            if (wrapped == null || wrapped.size() > 1) {
                return new Hidden();
            }
            HeldCallbacks held = HeldCallbacks.of(callback);
            ToolCallback inner = wrapped.isEmpty() ? null : wrapped.get(0);
            if (held.hidesAnother(inner) || (inner == null && held.leadsToTool(callback.getToolDefinition()))) {
                return new Hidden();
            }
            return inner == null ? new Code() : behind(inner, depth - 1);
        }

        private static CallbackOrigin annotated(MethodToolCallback callback) {
            if (!(METHOD.get(callback) instanceof Method method)) {
                return new Hidden();
            }
            Object object = OBJECT.get(callback);
            Class<?> type = object == null ? method.getDeclaringClass() : AopUtils.getTargetClass(object);
            return new Annotated(method, type);
        }

        /** The callbacks in the fields of another one, each once; null if reflection cannot read the fields. */
        private static @Nullable List<ToolCallback> wrappedBy(ToolCallback callback) {
            List<ToolCallback> wrapped = new ArrayList<>();
            for (Class<?> type = callback.getClass(); type != null; type = type.getSuperclass()) {
                for (Field field : type.getDeclaredFields()) {
                    if (Modifier.isStatic(field.getModifiers())
                            || field.getType().isPrimitive()) {
                        continue;
                    }
                    try {
                        field.setAccessible(true);
                        if (field.get(callback) instanceof ToolCallback inner && !holds(wrapped, inner)) {
                            wrapped.add(inner);
                        }
                    } catch (ReflectiveOperationException | RuntimeException e) {
                        return null;
                    }
                }
            }
            return wrapped;
        }

        @SuppressWarnings("ReferenceEquality") // equal callbacks may wrap others
        private static boolean holds(List<ToolCallback> callbacks, ToolCallback one) {
            return callbacks.stream().anyMatch(each -> each == one);
        }
    }
}
