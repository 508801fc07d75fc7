package dev.interlock.reference;

import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.ParameterType;

/**
 * A call whose arguments may refer to results of earlier calls, and what is to be known of those. Calls are numbered from 1,
 * as the model counts them.
 */
public interface ReferringCall {

    /**
     * The call as the model wrote it.
     *
     * @return its arguments are a JSON object
     */
    ToolCall call();

    /**
     * How calls of the tool are run.
     *
     * @return says which parameters take references
     */
    ToolPolicy policy();

    /**
     * Whether the tool is known to change nothing.
     *
     * @return false also if nothing is known about it
     */
    boolean isReadOnly();

    /**
     * What the tool's schema says of a parameter.
     *
     * @param parameter its name
     * @return the type
     */
    ParameterType typeOf(String parameter);

    /**
     * The tool of a call that this one refers to.
     *
     * @param number of the call, one of {@link ArgumentReferences#numbers()}
     * @return the tool's name
     */
    String toolOf(int number);

    /**
     * What a call that this one refers to has come to. Asked for once it has succeeded, on this call's thread.
     *
     * @param number of the call, one of {@link ArgumentReferences#numbers()}
     * @return its result
     */
    ReferredResult resultOf(int number);
}
