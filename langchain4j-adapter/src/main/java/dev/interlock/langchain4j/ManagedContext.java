package dev.interlock.langchain4j;

import dev.interlock.execution.ContextPropagator;
import dev.langchain4j.invocation.LangChain4jManaged;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Carries LangChain4j's own thread-local, through which agents find their scope, to the threads of calls. */
final class ManagedContext implements ContextPropagator {

    @Override
    public @Nullable Captured capture() {
        Map<Class<? extends LangChain4jManaged>, LangChain4jManaged> managed = LangChain4jManaged.current();
        return managed == null ? null : new Managed(managed);
    }

    private record Managed(Map<Class<? extends LangChain4jManaged>, LangChain4jManaged> values) implements Captured {
        @Override
        public <T extends @Nullable Object> T call(Callable<T> body) throws Exception {
            Map<Class<? extends LangChain4jManaged>, LangChain4jManaged> before = LangChain4jManaged.current();
            LangChain4jManaged.setCurrent(values);
            try {
                return body.call();
            } finally {
                if (before == null) {
                    LangChain4jManaged.removeCurrent();
                } else {
                    LangChain4jManaged.setCurrent(before);
                }
            }
        }
    }
}
