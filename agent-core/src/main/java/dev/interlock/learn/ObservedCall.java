package dev.interlock.learn;

import dev.interlock.call.ToolCall;
import dev.interlock.effect.Access;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A call, and what it really touched. Immutable.
 *
 * @param call the call
 * @param accesses what it touched; empty if nothing that is watched
 * @param run what the call was a part of, such as a conversation or a test: calls of one run share a login, a current
 *     folder and the like, so that what is the same in all of them need not be the same in others; null if not known
 * @param failed whether it failed, perhaps before it touched all that it would have
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
     * @param run what it was a part of, or null
     */
    public ObservedCall(ToolCall call, Set<Access> accesses, @Nullable String run) {
        this(call, accesses, run, false);
    }

    /**
     * Creates the observation of a call that did not fail and of which the run is not known.
     *
     * @param call the call
     * @param accesses what it touched
     */
    public ObservedCall(ToolCall call, Set<Access> accesses) {
        this(call, accesses, null);
    }
}
