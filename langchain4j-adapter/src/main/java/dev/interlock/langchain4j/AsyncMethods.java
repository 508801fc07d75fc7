package dev.interlock.langchain4j;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The methods of an AI service that return futures or publishers, also those of reactive libraries. LangChain4j passes
 * only a method's name, so methods of one name count together. Thread-safe.
 */
final class AsyncMethods {

    private static final Set<String> TYPES = Set.of(
            "java.util.concurrent.CompletionStage",
            "java.util.concurrent.Flow$Publisher",
            "org.reactivestreams.Publisher",
            "io.smallrye.mutiny.Uni",
            "io.reactivex.rxjava3.core.SingleSource",
            "io.reactivex.rxjava3.core.MaybeSource");

    private final @Nullable Class<?> service;
    private final Map<String, Boolean> known = new ConcurrentHashMap<>();

    AsyncMethods(@Nullable Class<?> service) {
        this.service = service;
    }

    /** Whether a method of that name returns a future or a publisher. */
    boolean contain(@Nullable String name) {
        return name != null && service != null && isKnownOrFound(name);
    }

    /** Searches outside the map, because the search may load classes with a loader of the user's. */
    private boolean isKnownOrFound(String name) {
        Boolean before = known.get(name);
        if (before != null) {
            return before;
        }
        boolean found = find(name);
        known.put(name, found);
        return found;
    }

    private boolean find(String name) {
        if (service == null) {
            return false;
        }
        for (Method method : service.getMethods()) {
            if (method.getName().equals(name) && isAsync(method.getReturnType())) {
                return true;
            }
        }
        return false;
    }

    private static boolean isAsync(@Nullable Class<?> type) {
        if (type == null) {
            return false;
        }
        if (TYPES.contains(type.getName()) || isAsync(type.getSuperclass())) {
            return true;
        }
        for (Class<?> implemented : type.getInterfaces()) {
            if (isAsync(implemented)) {
                return true;
            }
        }
        return false;
    }
}
