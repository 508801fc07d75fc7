package dev.interlock.langchain4j;

import dev.interlock.durable.SuspendedRound;
import dev.interlock.execution.CapturedContext;
import dev.interlock.execution.Round;
import dev.interlock.execution.RoundCall;
import dev.interlock.execution.ToolBinding;
import dev.interlock.execution.ToolCallExecutor;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.service.tool.ToolExecution;
import dev.langchain4j.service.tool.ToolServiceContext;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Creates the rounds of one AI service and their calls, from the engine and the service's tools, hooks and
 * conversations. Thread-safe.
 */
final class ServiceRounds {

    private final ToolCallExecutor engine;
    private final ToolBindings tools;
    private final ServiceHooks hooks;
    private final ServiceConversations conversations;
    private final InvocationLimits invocationLimits;
    private final EarlyStart earlyStart;

    ServiceRounds(
            ToolCallExecutor engine,
            ToolBindings tools,
            ServiceSettings settings,
            ServiceHooks hooks,
            ServiceConversations conversations) {
        this.engine = engine;
        this.tools = tools;
        this.hooks = hooks;
        this.conversations = conversations;
        this.invocationLimits = new InvocationLimits(settings.limits());
        this.earlyStart = settings.earlyStart();
    }

    ToolBindings tools() {
        return tools;
    }

    ServiceHooks hooks() {
        return hooks;
    }

    ServiceConversations conversations() {
        return conversations;
    }

    CapturedContext captureContext() {
        return engine.rounds().captureContext();
    }

    /** Why the current thread's work was cancelled; null if it was not. */
    @Nullable
    String cancelled() {
        return engine.cancelled();
    }

    Round round(List<? extends RoundCall> calls, InvocationContext invocation, CapturedContext context) {
        return engine.rounds().round(calls, hooks.callExecutor(), conversations.of(invocation), context);
    }

    /** Creates a round that resumes a suspended one, with its calls in the same order. */
    Round resumed(
            SuspendedRound suspended,
            List<? extends RoundCall> calls,
            InvocationContext invocation,
            CapturedContext context) {
        return engine.rounds().resumed(suspended, calls, hooks.callExecutor(), conversations.of(invocation), context);
    }

    /** Restores a suspended invocation under a new context. */
    void restore(InvocationContext invocation, Map<String, Integer> callsOfTools) {
        invocationLimits.restore(invocation, true, callsOfTools);
    }

    StreamedCalls streamedCalls(@Nullable InvocationContext invocation, CapturedContext captured) {
        return new StreamedCalls(
                engine,
                earlyStart,
                hooks.callExecutor(),
                invocation == null ? null : conversations.of(invocation),
                captured);
    }

    /**
     * Creates the factory of a response's calls.
     *
     * @param available the tools that the calls may name
     * @param handling the service's hooks and handlers, see {@link ServiceHooks#handling}
     */
    RequestCallFactory callFactory(ToolServiceContext available, InvocationContext invocation, ErrorHandling handling) {
        return new RequestCallFactory(
                tools, available, invocation, handling, invocationLimits.nextResponse(invocation));
    }

    /**
     * Undoes a call with the arguments that it ran with, but not while an abandoned call touches the same resources.
     */
    void undo(ToolExecution told, Consumer<ToolExecution> action) {
        conversations.undone().add(told);
        ToolExecution execution = hooks.asRun(told);
        if (engine.abandoned().isEmpty()) {
            action.accept(execution);
            return;
        }
        String tool = execution.request().name();
        ToolBinding binding = tools.known(tool);
        Compensations.ActionCall call =
                new Compensations.ActionCall(binding == null ? tools.unknown(tool) : binding, execution, action);
        round(List.of(call), execution.invocationContext(), captureContext()).execute();
        call.rethrow();
    }
}
