package dev.interlock.observation;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.event.CallEnd;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;

/**
 * OpenTelemetry's conventions for generative AI, of a tool's execution: the span {@code execute_tool {tool}} and the metric
 * {@code gen_ai.execute_tool.duration}.
 *
 * <ul>
 *   <li>Low cardinality: {@code gen_ai.operation.name} is {@code execute_tool}; {@code gen_ai.tool.name}, {@code _OTHER} in
 *       metrics if there is no such tool, so that names that models make up do not fill them; {@code gen_ai.tool.type};
 *       {@code error.type}, {@code none} in metrics if the call succeeded; {@code interlock.end}, see {@link CallEnd#key()}.
 *   <li>High cardinality: {@code gen_ai.tool.call.id}, {@code interlock.round.number}, {@code interlock.call.number} (its
 *       place from 1), {@code interlock.call.attempts}; and only where {@link ToolCallContext#content()} wants them
 *       {@code gen_ai.tool.call.arguments} and {@code gen_ai.tool.call.result}.
 *   <li>{@code error.type} is the class of what the tool threw, or {@code timeout}, {@code cancelled}, {@code skipped},
 *       {@code rejected}.
 * </ul>
 */
public class DefaultToolCallConvention implements ToolCallConvention {

    /** The name of a call's observation, and so of the timer that is made of it. */
    public static final String NAME = "gen_ai.execute_tool.duration";

    /** The value for a tool that does not exist, in metrics. */
    public static final String OTHER = "_OTHER";

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

    static final String EXECUTE_TOOL = "execute_tool";
    static final String FUNCTION = "function";

    private static final KeyValue EXECUTES = KeyValue.of(OPERATION, EXECUTE_TOOL);
    private static final KeyValue NO_ERROR = KeyValue.of(ERROR_TYPE, KeyValue.NONE_VALUE);

    /** Makes a convention, which has no state. */
    public DefaultToolCallConvention() {}

    @Override
    public String getName() {
        return NAME;
    }

    @Override
    public String getContextualName(ToolCallContext context) {
        return EXECUTE_TOOL + " " + context.call().tool();
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(ToolCallContext context) {
        CallResult result = context.result();
        if (result == null) {
            return KeyValues.of(
                    EXECUTES,
                    KeyValue.of(TOOL_NAME, toolName(context)),
                    KeyValue.of(TOOL_TYPE, toolType(context)),
                    NO_ERROR);
        }
        // The rest was said when it started.
        CallEnd end = context.requireEnd();
        KeyValue how = KeyValue.of(END, end.key());
        return result.isSuccess()
                ? KeyValues.of(how)
                : KeyValues.of(how, KeyValue.of(ERROR_TYPE, errorType(result.outcome(), end)));
    }

    @Override
    public KeyValues getHighCardinalityKeyValues(ToolCallContext context) {
        CallResult result = context.result();
        if (result == null) {
            return KeyValues.empty();
        }
        KeyValues values = KeyValues.of(
                KeyValue.of(DefaultRoundConvention.ROUND, String.valueOf(context.round())),
                KeyValue.of(CALL, String.valueOf(context.index() + 1)),
                KeyValue.of(ATTEMPTS, String.valueOf(result.attempts())));
        String id = context.call().id();
        if (id != null) {
            values = values.and(CALL_ID, id);
        }
        String arguments = context.content().arguments(result);
        if (arguments != null) {
            values = values.and(ARGUMENTS, arguments);
        }
        String shown = context.content().result(result);
        return shown == null ? values : values.and(RESULT, shown);
    }

    /**
     * The name of the tool in metrics.
     *
     * @param context the call
     * @return its name, {@link #OTHER} if there is no tool of that name
     */
    protected String toolName(ToolCallContext context) {
        return context.planned().namesNoTool() ? OTHER : context.call().tool();
    }

    /**
     * What kind of tool it is: {@code function}, {@code extension} or {@code datastore}.
     *
     * @param context the call
     * @return {@code function} for all, unless overridden
     */
    protected String toolType(ToolCallContext context) {
        return FUNCTION;
    }

    /**
     * What went wrong, in a word.
     *
     * @param outcome not a success
     * @param end how the call ended
     * @return one of few values
     */
    static String errorType(Outcome outcome, CallEnd end) {
        return switch (outcome) {
            case Outcome.Succeeded succeeded -> KeyValue.NONE_VALUE;
            case Outcome.Failed failed ->
                end == CallEnd.REJECTED ? end.key() : failed.error().getClass().getName();
            case Outcome.TimedOut timedOut -> "timeout";
            case Outcome.Cancelled cancelled -> CallEnd.CANCELLED.key();
            case Outcome.Skipped skipped -> CallEnd.SKIPPED.key();
        };
    }
}
