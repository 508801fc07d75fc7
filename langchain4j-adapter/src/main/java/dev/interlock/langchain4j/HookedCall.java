package dev.interlock.langchain4j;

import dev.interlock.execution.RoundCall;
import dev.interlock.execution.RoundFailure;
import dev.interlock.execution.ToolBinding;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.service.tool.BeforeToolExecution;
import dev.langchain4j.service.tool.ToolExecution;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A call with the user's hooks and handlers around its tool. Each runs while no other of the invocation does. A veto
 * ends the call before its tool, or the tool of any later call, starts.
 */
abstract class HookedCall extends RoundCall {

    private static final Logger log = LoggerFactory.getLogger(HookedCall.class);

    final InvocationContext context;
    final ErrorHandling handling;

    /** Whether the hook before the call has run; only accessed by the call's thread. */
    private boolean beforeTold;

    /** The call's thread while it runs a hook or a handler. */
    private volatile @Nullable Thread inHook;

    HookedCall(ToolBinding binding, InvocationContext context, ErrorHandling handling) {
        super(binding);
        this.context = context;
        this.handling = handling;
    }

    @Override
    protected final boolean announces() {
        return handling.before() != null && handling.turnstile() != null;
    }

    final void announce(Consumer<BeforeToolExecution> before, ToolExecutionRequest effective) throws Exception {
        if (!beforeTold) {
            BeforeToolExecution event = BeforeToolExecution.builder()
                    .request(effective)
                    .invocationContext(context)
                    .build();
            alone(() -> {
                beforeTold = true;
                before.accept(event);
                return event;
            });
        }
        if (announces()) {
            announced();
        }
    }

    /**
     * Runs the hook after the call. If the call is ended while it waits for the hook's turn, its result still counts.
     */
    final void tell(Consumer<ToolExecution> after, ToolExecution execution) throws Exception {
        Turnstile turnstile = handling.turnstile();
        if (turnstile != null && !turnstile.tryEnter()) {
            giveCapsBack();
            try {
                enter(turnstile);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                log.warn(
                        "afterToolExecution was not called for a call of tool '{}', because the call was interrupted",
                        binding().name());
                return;
            }
        }
        inside(turnstile, () -> {
            after.accept(execution);
            return execution;
        });
    }

    /** Enters the turnstile. The wait does not count as the tool's time. */
    private void enter(Turnstile turnstile) throws Exception {
        untimed(() -> {
            turnstile.enter(place());
            return turnstile;
        });
    }

    /** A hook that does not return must not keep other hooks from running. */
    @Override
    protected final void onAbandoned() {
        Turnstile turnstile = handling.turnstile();
        Thread thread = inHook;
        if (turnstile != null && thread != null) {
            turnstile.forfeit(thread);
        }
    }

    /** Calls a hook or a handler when no other one of the invocation runs. Its exception must leave the round. */
    final <T> T alone(Supplier<T> part) throws Exception {
        Turnstile turnstile = handling.turnstile();
        if (turnstile == null || turnstile.tryEnter()) {
            return inside(turnstile, part);
        }
        return lendingCaps(() -> {
            enter(turnstile);
            return inside(turnstile, part);
        });
    }

    /** Calls a hook or a handler on a thread inside the turnstile, if there is one, and then leaves the turnstile. */
    private <T> T inside(@Nullable Turnstile turnstile, Supplier<T> part) throws RoundFailure {
        inHook = Thread.currentThread();
        try {
            return part.get();
        } catch (Throwable e) {
            throw new RoundFailure(e);
        } finally {
            inHook = null;
            if (turnstile != null) {
                turnstile.leave();
            }
        }
    }
}
