package dev.interlock.spring;

import org.jspecify.annotations.Nullable;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * A request for tools on other threads. It is Spring's own snapshot, which stays readable when the request is over,
 * with one difference: beans that a tool creates in the request's scope end with the request. A plain snapshot keeps
 * their destruction callbacks to itself, where nothing calls them. This class loads only in servlet applications. It is
 * as thread-safe as the request.
 */
final class CarriedRequest extends ServletRequestAttributes {

    /** A dummy attribute. Reading it throws if the request is over, and nothing else tells. */
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
        // Remove it from the original, which also drops the callback.
        original.removeAttribute(name, scope);
    }

    @Override
    public String[] getAttributeNames(int scope) {
        return snapshot.getAttributeNames(scope);
    }

    /** After the request is over, nothing would call the callback. */
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
