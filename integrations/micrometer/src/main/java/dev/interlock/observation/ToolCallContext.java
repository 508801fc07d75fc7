package dev.interlock.observation;

import dev.interlock.call.CallResult;
import dev.interlock.call.ToolCall;
import dev.interlock.event.CallEnd;
import dev.interlock.plan.PlannedCall;
import dev.interlock.report.ReportContent;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An observed call. Conventions get it twice: when the observation starts, with the call's first attempt, and when it
 * stops. Only then does it have an {@link #end()} and a {@link #result()}.
 *
 * <p>Metrics use the low-cardinality values. They must always be present, since Prometheus wants the same labels on all
 * time series of a name. Spans leave out values that say nothing: {@link #getAllKeyValues()} has no {@code error.type}
 * of {@code none}, and it has the model's own name for an unknown tool.
 */
public final class ToolCallContext extends Observation.Context {

    private final long round;
    private final int index;
    private final PlannedCall planned;
    private final ReportContent content;

    // Written by the thread that stops the observation, before it does.
    private volatile @Nullable CallResult result;
    private volatile @Nullable CallEnd end;

    ToolCallContext(long round, int index, PlannedCall planned, ReportContent content) {
        this.round = round;
        this.index = index;
        this.planned = planned;
        this.content = content;
    }

    void ended(CallResult with, CallEnd how) {
        result = with;
        end = how;
    }

    /**
     * Returns the number of the call's round.
     *
     * @return unique in this JVM
     */
    public long round() {
        return round;
    }

    /**
     * Returns the call's place in its round.
     *
     * @return the place, from 0
     */
    public int index() {
        return index;
    }

    /** {@return the call as the model wrote it} */
    public ToolCall call() {
        return planned.call();
    }

    /** {@return the planned accesses of the call and their source} */
    public PlannedCall planned() {
        return planned;
    }

    /**
     * Returns what to show of arguments and results.
     *
     * @return the content; shows nothing by default
     */
    public ReportContent content() {
        return content;
    }

    /**
     * Returns how the call ended.
     *
     * @return the end; null until the call ends
     */
    public @Nullable CallEnd end() {
        return end;
    }

    /**
     * Returns the call's result.
     *
     * @return the result; null until the call ends
     */
    public @Nullable CallResult result() {
        return result;
    }

    @Override
    public KeyValues getAllKeyValues() {
        List<KeyValue> shown = new ArrayList<>();
        for (KeyValue value : getLowCardinalityKeyValues()) {
            boolean none =
                    value.getKey().equals(Names.ERROR_TYPE) && value.getValue().equals(Names.NONE);
            boolean other =
                    value.getKey().equals(Names.TOOL_NAME) && value.getValue().equals(Names.OTHER);
            if (!none) {
                shown.add(other ? KeyValue.of(value.getKey(), call().tool()) : value);
            }
        }
        getHighCardinalityKeyValues().forEach(shown::add);
        return KeyValues.of(shown);
    }

    /** The call's end, which is known when the observation stops. */
    CallEnd requireEnd() {
        return Objects.requireNonNull(end, "the call has not ended");
    }
}
