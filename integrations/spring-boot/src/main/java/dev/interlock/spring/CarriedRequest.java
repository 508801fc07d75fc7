package dev.interlock.spring;

import org.jspecify.annotations.Nullable;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * A request as tools on other threads have it: Spring's own snapshot, which stays readable when the request is over, except
 * that what a tool makes for the request ends with it. A snapshot keeps the callbacks that end request-scoped beans to itself, where
 * nothing calls them. Its own class loads only where servlets are. Thread-safe as far as the request is.
 */
final class CarriedRequest extends ServletRequestAttributes {

    /** Is asked for only to learn whether the request goes on: its class alone knows, and throws if it does not. */
    private static final String NOTHING = CarriedRequest.class.getName() + ".NOTHING";

    private final ServletRequestAttributes original;
    private final RequestAttributes snapshot;

    CarriedRequest(ServletRequestAttributes original, RequestAttributes snapshot) {
        super(original.getRequest(), original.getResponse());
        this.original = original;
        this.snapshot = snapshot;
    }

    @Override
    public @Nullable Object getAttribute(String name, int scope) {
        return snapshot.getAttribute(name, scope);
    }

    @Override
    public void setAttribute(String name, Object value, int scope) {
        snapshot.setAttribute(name, value, scope);
    }

    @Override
    public void removeAttribute(String name, int scope) {
        // The original's, since it forgets the callback as well.
        original.removeAttribute(name, scope);
    }

    @Override
    public String[] getAttributeNames(int scope) {
        return snapshot.getAttributeNames(scope);
    }

    /** Where the request is over, nothing is left that could call it. */
    @Override
    public void registerDestructionCallback(String name, Runnable callback, int scope) {
        if (scope != SCOPE_REQUEST || goesOn()) {
            original.registerDestructionCallback(name, callback, scope);
        }
    }

    private boolean goesOn() {
        try {
            original.getAttribute(NOTHING, SCOPE_REQUEST);
            return true;
        } catch (IllegalStateException over) {
            return false;
        }
    }
}
