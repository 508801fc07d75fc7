package dev.interlock.reference;

import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.ParameterType;

/**
 * A call whose arguments may refer to results of earlier calls, and what it needs to know of those. Calls are numbered
 * from 1, as the model numbers them.
 */
public interface ReferringCall {

    /**
     * Returns the call as the model wrote it.
     *
     * @return a call whose arguments are a JSON object
     */
    ToolCall call();

    /**
     * Returns the tool's policy.
     *
     * @return a policy that says which parameters take references
     */
    ToolPolicy policy();

    /**
     * Tells whether the tool is known to change nothing.
     *
     * @return false also for an unknown tool
     */
    boolean isReadOnly();

    /**
     * Returns what the tool's schema says about a parameter.
     *
     * @param parameter its name
     */
    ParameterType typeOf(String parameter);

    /**
     * Returns the tool of a call that this one refers to.
     *
     * @param number of the call, one of {@link ArgumentReferences#numbers()}
     * @return the tool's name
     */
    String toolOf(int number);

    /**
     * Returns the result of a call that this one refers to. The engine asks on this call's thread, after that call has
     * succeeded.
     *
     * @param number of the call, one of {@link ArgumentReferences#numbers()}
     */
    ReferredResult resultOf(int number);
}
