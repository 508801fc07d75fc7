package dev.interlock.jdbc.journal;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/** Proxies that see each call of what they stand for. */
final class Proxied {

    interface Handler {
        Object handle(Object target, Method method, Object[] arguments) throws Throwable;
    }

    private Proxied() {}

    static <T> T proxy(Class<T> type, T target, Handler handler) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> handler.handle(target, method, arguments)));
    }

    /** Calls the method, and throws what it throws. */
    static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
