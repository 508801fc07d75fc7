package dev.interlock.learn;

import dev.interlock.call.ToolCall;
import dev.interlock.effect.Access;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A call and what it really touched. Immutable.
 *
 * @param call the call
 * @param accesses what the call touched; empty if it touched nothing that observers watch
 * @param run what the call was a part of, such as a conversation or a test; null if unknown. Calls of one run share
 *     state, such as a login or a current folder, so what they have in common may differ in other runs
 * @param failed whether the call failed, maybe before it touched everything
 */
public record ObservedCall(
        ToolCall call, Set<Access> accesses, @Nullable String run, boolean failed) {

    /** Copies the set, rejects nulls. */
    public ObservedCall {
        Objects.requireNonNull(call, "call");
        accesses = Set.copyOf(accesses);
    }

    /**
     * Creates the observation of a call that did not fail.
     *
     * @param call the call
     * @param accesses what it touched
     * @param run what the call was a part of, or null
     */
    public ObservedCall(ToolCall call, Set<Access> accesses, @Nullable String run) {
        this(call, accesses, run, false);
    }

    /**
     * Creates the observation of a call that did not fail, in an unknown run.
     *
     * @param call the call
     * @param accesses what it touched
     */
    public ObservedCall(ToolCall call, Set<Access> accesses) {
        this(call, accesses, null);
    }
}
