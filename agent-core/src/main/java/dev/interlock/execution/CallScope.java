package dev.interlock.execution;

import dev.interlock.call.ToolCall;
import java.util.Optional;

/**
 * The call that the current thread runs, for its tool: above all its {@linkplain #idempotencyKey() key}. Known on the thread that
 * runs the tool's body, and not on others that the tool hands work to; the tool may hand this to them. Immutable.
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
     * The innermost call whose body, or an interceptor around it, the current thread runs.
     *
     * @return empty if it runs none
     */
    public static Optional<CallScope> current() {
        DrivenCall running = Within.current().runningCall();
        return running == null ? Optional.empty() : Optional.of(new CallScope(running));
    }

    /**
     * A key for what the call does outside of the process, to be given to those who do a thing once for each key. It is the
     * same in each attempt of the call, and, with a {@linkplain SettingsBuilder#journal journal}, where its round is suspended
     * and resumed, or where an integration such as that of Temporal drives the round, when the call is run again in another
     * process; and no other call has it. A call that asks for several things adds to it what tells them apart.
     *
     * @return letters, digits and {@code -}
     */
    public String idempotencyKey() {
        return round() + "-" + (index() + 1);
    }

    /**
     * Its round, as journals and suspended rounds name it.
     *
     * @return unique among the rounds of all processes
     */
    public String round() {
        return roundOf(call);
    }

    /**
     * Its place in the round.
     *
     * @return from 0
     */
    public int index() {
        return indexOf(call);
    }

    /**
     * The call.
     *
     * @return as the model wrote it
     */
    public ToolCall call() {
        return call.body().call();
    }

    /** As users know it: an integration may know it by another name. */
    static String roundOf(DrivenCall call) {
        String named = call.body().roundForTool();
        return named == null ? call.requireRound().id() : named;
    }

    static int indexOf(DrivenCall call) {
        return call.body().indexForTool(call.index());
    }

    @Override
    public String toString() {
        return "call " + (index() + 1) + " of round " + round();
    }
}
