package dev.interlock.observation;

import io.micrometer.common.KeyValue;

/**
 * The names of attributes: those of OpenTelemetry's conventions, and the library's own, which begin with
 * {@code interlock}.
 */
final class Names {

    static final String EXECUTE_TOOL = "execute_tool";
    static final String FUNCTION = "function";

    /** Stands for an unknown tool. */
    static final String OTHER = "_OTHER";

    /** Stands for no error. */
    static final String NONE = KeyValue.NONE_VALUE;

    static final String OPERATION = "gen_ai.operation.name";
    static final String TOOL_NAME = "gen_ai.tool.name";
    static final String TOOL_TYPE = "gen_ai.tool.type";
    static final String CALL_ID = "gen_ai.tool.call.id";
    static final String ARGUMENTS = "gen_ai.tool.call.arguments";
    static final String RESULT = "gen_ai.tool.call.result";
    static final String ERROR_TYPE = "error.type";

    static final String END = "interlock.end";
    static final String CALL = "interlock.call.number";
    static final String ATTEMPTS = "interlock.call.attempts";
    static final String ROUND = "interlock.round.number";
    static final String CALLS = "interlock.round.calls";
    static final String UNSUCCESSFUL = "interlock.round.unsuccessful";

    private Names() {}
}
