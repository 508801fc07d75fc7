package dev.interlock.execution;

import dev.interlock.call.ToolCall;
import java.util.Optional;

/**
 * Tells a tool which call it runs, above all the call's {@linkplain #idempotencyKey() idempotency key}. Only the thread
 * that runs the tool's body knows it; a tool that hands work to other threads can pass this object on. Immutable.
 *
 * {@snippet :
 * String key = CallScope.current().map(CallScope::idempotencyKey).orElseGet(() -> UUID.randomUUID().toString());
 * payments.charge(order, key);
 * }
 */
public final class CallScope {

    private final DrivenCall call;

    private CallScope(DrivenCall call) {
        this.call = call;
    }

    /**
     * Returns the innermost call whose body or interceptor the current thread runs.
     *
     * @return empty if it runs none
     */
    public static Optional<CallScope> current() {
        DrivenCall running = Within.current().runningCall();
        return running == null ? Optional.empty() : Optional.of(new CallScope(running));
    }

    /**
     * Returns a key for services that do a thing only once for each key. No other call has it. It is the same in every
     * attempt of the call. It also stays the same when the call runs again in another process, after its round was
     * suspended and resumed or recovered from a {@linkplain SettingsBuilder#journal journal}, when the call is
     * {@linkplain ToolCallExecutor#retryFailed tried again}, and on another worker of an integration such as that of
     * Temporal. A call that makes several requests appends to the key what tells them apart.
     *
     * @return the key, of letters, digits and {@code -}
     */
    public String idempotencyKey() {
        return CallKeys.of(call);
    }

    /**
     * Returns the id of the call's round, as in journals and suspended rounds.
     *
     * @return an id that is unique among the rounds of all processes
     */
    public String round() {
        return CallKeys.roundOf(call);
    }

    /**
     * Returns the call's place in its round; in the batch if that is executed in chunks.
     *
     * @return the place, from 0
     */
    public int index() {
        return CallKeys.indexOf(call);
    }

    /**
     * Returns the call.
     *
     * @return the call as the model wrote it
     */
    public ToolCall call() {
        return call.body().call();
    }

    @Override
    public String toString() {
        return "call " + (index() + 1) + " of round " + round();
    }
}
