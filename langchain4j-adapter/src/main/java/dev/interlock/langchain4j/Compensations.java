package dev.interlock.langchain4j;

import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.execution.CallTask;
import dev.interlock.execution.ToolBinding;
import dev.langchain4j.exception.ToolExecutionException;
import dev.langchain4j.service.tool.ToolExecution;
import dev.langchain4j.service.tool.ToolService;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** LangChain4j's compensating actions by tool, which it keeps in a private map. */
final class Compensations {

    private static final PrivateField ACTIONS = PrivateField.of(
            ToolService.class,
            "compensatingExecutors",
            Map.class,
            "Streamed invocations are not compensated, and compensation does not wait for abandoned calls");

    private Compensations() {}

    /** The action that undoes calls of a tool, or null. */
    @SuppressWarnings("unchecked")
    static @Nullable Consumer<ToolExecution> action(ToolService service, @Nullable String tool) {
        // Before LangChain4j 1.19 they are of another type.
        return ACTIONS.get(service) instanceof Map<?, ?> actions && actions.get(tool) instanceof Consumer<?> action
                ? (Consumer<ToolExecution>) action
                : null;
    }

    /** Has all actions wait for abandoned calls. */
    @SuppressWarnings("unchecked")
    static void guard(InterlockToolService service) {
        if (ACTIONS.get(service) instanceof HashMap<?, ?> actions) {
            ((Map<String, Object>) actions)
                    .replaceAll((tool, action) -> action instanceof Consumer<?> plain && !(action instanceof Guarded)
                            ? new Guarded(service, (Consumer<ToolExecution>) plain)
                            : action);
        }
    }

    private record Guarded(InterlockToolService service, Consumer<ToolExecution> action)
            implements Consumer<ToolExecution> {
        @Override
        public void accept(ToolExecution execution) {
            service.compensate(execution, action);
        }
    }

    /** An action as a call of the tool that it undoes: it touches the same. */
    static final class Task extends CallTask {
        private final ToolExecution execution;
        private final Consumer<ToolExecution> action;

        Task(ToolBinding binding, ToolExecution execution, Consumer<ToolExecution> action) {
            super(binding);
            this.execution = execution;
            this.action = action;
        }

        @Override
        protected ToolCall call() {
            return ToolCall.parse(
                    execution.request().id(),
                    execution.request().name(),
                    execution.request().arguments());
        }

        @Override
        protected @Nullable Object run() {
            action.accept(execution);
            return null;
        }

        /** LangChain4j logs an action that fails, and goes on. */
        void rethrow() {
            if (outcome() instanceof Outcome.Failed failed && failed.error() instanceof RuntimeException error) {
                throw error;
            }
            if (!outcome().isSuccess()) {
                throw new ToolExecutionException(outcome().message());
            }
        }
    }
}
