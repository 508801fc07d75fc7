package dev.interlock.observation;

import dev.interlock.event.CallEnd;
import dev.interlock.event.RoundReport;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;

/**
 * Names a round {@code interlock.round}. The low-cardinality {@code interlock.end} is {@code ok} if all calls
 * succeeded, {@code failed} if not. Spans also have the round's number, the number of its calls, and how many of them
 * did not succeed. If the round was resumed, the calls that had ended before are not among them.
 */
public class DefaultRoundConvention implements RoundConvention {

    /** The name of a round's observation, and so of its timer. */
    public static final String NAME = "interlock.round";

    private static final KeyValues OK = KeyValues.of(Names.END, CallEnd.OK.key());
    private static final KeyValues FAILED = KeyValues.of(Names.END, CallEnd.FAILED.key());

    /** Creates a convention. It has no state. */
    public DefaultRoundConvention() {}

    @Override
    public String getName() {
        return NAME;
    }

    @Override
    public String getContextualName(RoundContext context) {
        return NAME;
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(RoundContext context) {
        RoundReport report = context.report();
        if (report == null) {
            return KeyValues.empty();
        }
        return report.unsuccessful() == 0 ? OK : FAILED;
    }

    @Override
    public KeyValues getHighCardinalityKeyValues(RoundContext context) {
        RoundReport report = context.report();
        if (report == null) {
            return KeyValues.empty();
        }
        return KeyValues.of(
                KeyValue.of(Names.ROUND, String.valueOf(context.round())),
                KeyValue.of(Names.CALLS, String.valueOf(report.calls())),
                KeyValue.of(Names.UNSUCCESSFUL, String.valueOf(report.unsuccessful())));
    }
}
