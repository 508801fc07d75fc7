package dev.interlock.langchain4j;

import dev.interlock.execution.ContextPropagator;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Carries a thread-local. */
record ThreadLocalPropagator(ThreadLocal<String> local) implements ContextPropagator {

    @Override
    public Captured capture() {
        String value = local.get();
        return new Captured() {
            @Override
            public <T extends @Nullable Object> T call(Callable<T> body) throws Exception {
                String before = local.get();
                local.set(value);
                try {
                    return body.call();
                } finally {
                    local.set(before);
                }
            }
        };
    }
}
