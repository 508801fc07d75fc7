package dev.interlock.observation;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.event.CallEnd;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;

/**
 * Follows OpenTelemetry's conventions for generative AI on a tool's execution: the span {@code execute_tool {tool}} and
 * the metric {@code gen_ai.execute_tool.duration}.
 *
 * <ul>
 *   <li>Low cardinality: {@code gen_ai.operation.name} is {@code execute_tool}; {@code gen_ai.tool.name}, which is
 *       {@code _OTHER} in metrics for an unknown tool, so that names made up by models do not fill them;
 *       {@code gen_ai.tool.type}; {@code error.type}, which is {@code none} in metrics for a success;
 *       {@code interlock.end}, see {@link CallEnd#key()}.
 *   <li>High cardinality: {@code gen_ai.tool.call.id}, {@code interlock.round.number}, {@code interlock.call.number}
 *       (its place from 1), {@code interlock.call.attempts}; {@code gen_ai.tool.call.arguments} and
 *       {@code gen_ai.tool.call.result} only if {@link ToolCallContext#content()} shows them.
 *   <li>{@code error.type} is the class of what the tool threw, or {@code timeout}, {@code cancelled}, {@code skipped},
 *       {@code rejected}.
 * </ul>
 */
public class DefaultToolCallConvention implements ToolCallConvention {

    /** The name of a call's observation, and so of its timer. */
    public static final String NAME = "gen_ai.execute_tool.duration";

    /** The name of an unknown tool in metrics. */
    public static final String OTHER = Names.OTHER;

    private static final KeyValue EXECUTES = KeyValue.of(Names.OPERATION, Names.EXECUTE_TOOL);
    private static final KeyValue NO_ERROR = KeyValue.of(Names.ERROR_TYPE, Names.NONE);

    /** Creates a convention. It has no state. */
    public DefaultToolCallConvention() {}

    @Override
    public String getName() {
        return NAME;
    }

    @Override
    public String getContextualName(ToolCallContext context) {
        return Names.EXECUTE_TOOL + " " + context.call().tool();
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(ToolCallContext context) {
        CallResult result = context.result();
        if (result == null) {
            return KeyValues.of(
                    EXECUTES,
                    KeyValue.of(Names.TOOL_NAME, toolName(context)),
                    KeyValue.of(Names.TOOL_TYPE, toolType(context)),
                    NO_ERROR);
        }
        // The start noted the rest.
        CallEnd end = context.requireEnd();
        KeyValue how = KeyValue.of(Names.END, end.key());
        return result.isSuccess() || end == CallEnd.SUSPENDED
                ? KeyValues.of(how)
                : KeyValues.of(how, KeyValue.of(Names.ERROR_TYPE, errorType(result.outcome(), end)));
    }

    @Override
    public KeyValues getHighCardinalityKeyValues(ToolCallContext context) {
        CallResult result = context.result();
        if (result == null) {
            return KeyValues.empty();
        }
        KeyValues values = KeyValues.of(
                KeyValue.of(Names.ROUND, String.valueOf(context.round())),
                KeyValue.of(Names.CALL, String.valueOf(context.index() + 1)),
                KeyValue.of(Names.ATTEMPTS, String.valueOf(result.attempts())));
        String id = context.call().id();
        if (id != null) {
            values = values.and(Names.CALL_ID, id);
        }
        String arguments = context.content().arguments(result);
        if (arguments != null) {
            values = values.and(Names.ARGUMENTS, arguments);
        }
        String shown = context.content().result(result);
        return shown == null ? values : values.and(Names.RESULT, shown);
    }

    /**
     * Returns the tool's name for metrics.
     *
     * @param context the call
     * @return the name, or {@link #OTHER} for an unknown tool
     */
    protected String toolName(ToolCallContext context) {
        return context.planned().namesNoTool() ? OTHER : context.call().tool();
    }

    /**
     * Returns the kind of tool: {@code function}, {@code extension} or {@code datastore}.
     *
     * @param context the call
     * @return {@code function}, unless a subclass overrides this
     */
    protected String toolType(ToolCallContext context) {
        return Names.FUNCTION;
    }

    /**
     * Returns what went wrong, in a word.
     *
     * @param outcome not a success
     * @param end how the call ended
     * @return one of few values
     */
    static String errorType(Outcome outcome, CallEnd end) {
        return switch (outcome) {
            case Outcome.Succeeded succeeded -> Names.NONE;
            case Outcome.Failed failed ->
                end == CallEnd.REJECTED ? end.key() : failed.error().getClass().getName();
            case Outcome.TimedOut timedOut -> "timeout";
            case Outcome.Cancelled cancelled -> CallEnd.CANCELLED.key();
            // It has not ended, which is no error.
            case Outcome.Skipped skipped -> end == CallEnd.SUSPENDED ? Names.NONE : CallEnd.SKIPPED.key();
        };
    }
}
