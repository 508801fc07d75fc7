package dev.interlock.langchain4j;

import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.execution.RoundCall;
import dev.interlock.execution.ToolBinding;
import dev.interlock.support.PrivateField;
import dev.langchain4j.agent.tool.CompensateFor;
import dev.langchain4j.exception.ToolExecutionException;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.service.IllegalConfigurationException;
import dev.langchain4j.service.tool.DefaultToolExecutor;
import dev.langchain4j.service.tool.ToolExecution;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolService;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** LangChain4j's compensating actions by tool, which it keeps in a private map. */
final class Compensations {

    private static final PrivateField ACTIONS = PrivateField.of(
            MethodHandles.lookup(),
            ToolService.class,
            "compensatingExecutors",
            Map.class,
            "Streamed invocations are not compensated, and compensation does not wait for abandoned calls");

    /** Whether LangChain4j's actions give futures, as they do from 1.20 on. */
    private static final boolean GIVE_FUTURES = giveFutures();

    private Compensations() {}

    private static boolean giveFutures() {
        try {
            return ToolService.class
                    .getDeclaredField("compensatingExecutors")
                    .getGenericType()
                    .getTypeName()
                    .contains(BiFunction.class.getName());
        } catch (NoSuchFieldException e) {
            return false;
        }
    }

    /** Returns the action that undoes calls of a tool, or null. */
    static @Nullable Consumer<ToolExecution> action(ToolService service, @Nullable String tool) {
        return ACTIONS.get(service) instanceof Map<?, ?> actions ? plain(actions.get(tool)) : null;
    }

    /**
     * Wraps all actions.
     *
     * @param way runs an action; gets the execution to undo and the action
     * @return whether there are any actions actions
     */
    @SuppressWarnings("unchecked")
    static boolean guard(ToolService service, BiConsumer<ToolExecution, Consumer<ToolExecution>> way) {
        if (ACTIONS.get(service) instanceof HashMap<?, ?> actions) {
            ((Map<String, Object>) actions).replaceAll((tool, action) -> {
                Consumer<ToolExecution> plain = plain(action);
                if (plain == null || action instanceof Guarded || action instanceof GuardedFuture) {
                    return action;
                }
                return action instanceof BiFunction<?, ?, ?> newer
                        ? new GuardedFuture(way, (BiFunction<ToolExecution, InvocationContext, Object>) newer)
                        : new Guarded(way, plain);
            });
            return !actions.isEmpty();
        }
        return false;
    }

    /**
     * Adds the actions of a proxy, which LangChain4j does not find.
     *
     * @throws IllegalConfigurationException if one cannot undo the tool that it names
     */
    @SuppressWarnings("unchecked")
    static void addThrough(Object object, Class<?> behind, ToolService service) {
        for (ToolMethods.Annotated found : ToolMethods.of(behind, CompensateFor.class)) {
            String tool = found.annotated().getAnnotation(CompensateFor.class).value();
            Consumer<ToolExecution> action = actionThrough(
                    object, found.method(), tool, service.toolExecutors().get(tool));
            if (ACTIONS.get(service) instanceof HashMap<?, ?> actions) {
                ((Map<String, Object>) actions)
                        .put(tool, GIVE_FUTURES ? new ThroughFuture(action) : new Through(action));
            }
        }
    }

    private static Consumer<ToolExecution> actionThrough(
            Object object, Method method, String tool, @Nullable ToolExecutor executor) {
        if (!(executor instanceof DefaultToolExecutor undone)) {
            throw new IllegalConfigurationException(
                    "@CompensateFor(\"%s\") on method '%s.%s' names no tool that is annotated with @Tool"
                            .formatted(tool, method.getDeclaringClass().getName(), method.getName()));
        }
        Method original = undone.originalMethod();
        if (Arrays.equals(method.getParameterTypes(), new Class<?>[] {ToolExecution.class})) {
            return execution -> invoke(object, method, execution);
        }
        if (!Arrays.equals(method.getParameterTypes(), original.getParameterTypes())) {
            throw new IllegalConfigurationException(
                    ("@CompensateFor(\"%s\") on method '%s.%s' must have the parameters of the tool, or one"
                                    + " ToolExecution")
                            .formatted(tool, method.getDeclaringClass().getName(), method.getName()));
        }
        ProxiedExecutor action = ProxiedExecutor.of(object, original, method, method.getDeclaringClass());
        return execution -> action.executeWithContext(execution.request(), execution.invocationContext());
    }

    private static void invoke(Object object, Method method, ToolExecution execution) {
        try {
            method.setAccessible(true);
            method.invoke(object, execution);
        } catch (InvocationTargetException e) {
            throw new ToolExecutionException(e.getCause());
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Adapts an action of any version: before LangChain4j 1.19 actions also take the context, from 1.20 on they return
     * a future.
     */
    @SuppressWarnings("unchecked")
    private static @Nullable Consumer<ToolExecution> plain(@Nullable Object action) {
        if (action instanceof Consumer<?> plain) {
            return (Consumer<ToolExecution>) plain;
        }
        if (action instanceof BiFunction<?, ?, ?> newer) {
            return execution -> join(((BiFunction<ToolExecution, InvocationContext, Object>) newer)
                    .apply(execution, execution.invocationContext()));
        }
        return action instanceof BiConsumer<?, ?> older
                ? execution -> ((BiConsumer<ToolExecution, InvocationContext>) older)
                        .accept(execution, execution.invocationContext())
                : null;
    }

    private static void join(@Nullable Object future) {
        if (future instanceof CompletableFuture<?> known) {
            try {
                known.join();
            } catch (CompletionException e) {
                throw e.getCause() instanceof RuntimeException cause ? cause : e;
            }
        }
    }

    /** A wrapped action. It has both types, because LangChain4j uses it as its own. */
    private record Guarded(BiConsumer<ToolExecution, Consumer<ToolExecution>> way, Consumer<ToolExecution> action)
            implements Consumer<ToolExecution>, BiConsumer<ToolExecution, InvocationContext> {
        @Override
        public void accept(ToolExecution execution) {
            way.accept(execution, action);
        }

        @Override
        public void accept(ToolExecution execution, InvocationContext context) {
            accept(execution);
        }
    }

    /** An action that calls a method through a proxy. It has both types too. */
    private record Through(Consumer<ToolExecution> action)
            implements Consumer<ToolExecution>, BiConsumer<ToolExecution, InvocationContext> {
        @Override
        public void accept(ToolExecution execution) {
            action.accept(execution);
        }

        @Override
        public void accept(ToolExecution execution, InvocationContext context) {
            accept(execution);
        }
    }

    /** An action through a proxy, of the type that LangChain4j has from 1.20 on. */
    private record ThroughFuture(Consumer<ToolExecution> action)
            implements BiFunction<ToolExecution, InvocationContext, CompletableFuture<@Nullable Void>> {
        @Override
        public CompletableFuture<@Nullable Void> apply(ToolExecution execution, InvocationContext context) {
            action.accept(execution);
            return CompletableFuture.completedFuture(null);
        }
    }

    /** A wrapped action of the newer type. LangChain4j, not this class, waits for the action's future. */
    private record GuardedFuture(
            BiConsumer<ToolExecution, Consumer<ToolExecution>> way,
            BiFunction<ToolExecution, InvocationContext, Object> action)
            implements BiFunction<ToolExecution, InvocationContext, Object> {
        @Override
        public Object apply(ToolExecution execution, InvocationContext context) {
            AtomicReference<@Nullable Object> begun = new AtomicReference<>();
            way.accept(execution, run -> begun.set(action.apply(run, context)));
            Object future = begun.get();
            return future == null ? CompletableFuture.completedFuture(null) : future;
        }
    }

    /** Runs an action as a call of the tool that it undoes, because it touches the same resources. */
    static final class ActionCall extends RoundCall {
        private final ToolExecution execution;
        private final Consumer<ToolExecution> action;

        ActionCall(ToolBinding binding, ToolExecution execution, Consumer<ToolExecution> action) {
            super(binding);
            this.execution = execution;
            this.action = action;
        }

        @Override
        protected ToolCall call() {
            return new ToolCall(
                    execution.request().id(),
                    execution.request().name(),
                    RequestArguments.read(execution.request().arguments(), false)
                            .json());
        }

        @Override
        protected @Nullable Object run() {
            action.accept(execution);
            return null;
        }

        /** Throws the action's failure, which LangChain4j logs and ignores. */
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
