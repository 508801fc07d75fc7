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
 * What is known of an observed call. A convention is asked twice: when the observation starts, which is when the call's first
 * attempt does, and when it stops; only then there are {@link #end()} and {@link #result()}.
 *
 * <p>Low-cardinality values are those of metrics, and must be there whatever happens, since Prometheus wants all time series
 * of a name to have the same labels. Where they say nothing, spans go without: {@link #getAllKeyValues()} leaves out an
 * {@code error.type} of {@code none}, and has the name that the model used where there is no such tool.
 */
public final class ToolCallContext extends Observation.Context {

    private final long round;
    private final int index;
    private final PlannedCall planned;
    private final ReportContent content;

    // Written before the observation stops, by the thread that stops it.
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
     * The number of its round.
     *
     * @return unique in this JVM
     */
    public long round() {
        return round;
    }

    /**
     * Its place in the batch.
     *
     * @return from 0
     */
    public int index() {
        return index;
    }

    /**
     * The call, as the model made it.
     *
     * @return the call
     */
    public ToolCall call() {
        return planned.call();
    }

    /**
     * What it was planned to access, and who said so.
     *
     * @return the plan of this call
     */
    public PlannedCall planned() {
        return planned;
    }

    /**
     * What may be shown of arguments and results.
     *
     * @return nothing by default
     */
    public ReportContent content() {
        return content;
    }

    /**
     * How it ended.
     *
     * @return null as long as it has not
     */
    public @Nullable CallEnd end() {
        return end;
    }

    /**
     * Its result.
     *
     * @return null as long as it has not ended
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

    /** Its end, which is known when the observation stops. */
    CallEnd requireEnd() {
        return Objects.requireNonNull(end, "it has not ended");
    }
}
