package dev.interlock.execution;

import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The limits on a batch's size, and on the sizes of arguments and results.
 *
 * @param maxCalls the most calls of a batch that run, {@link Integer#MAX_VALUE} for no limit
 * @param maxArgumentBytes the longest arguments of a call that runs, {@link Long#MAX_VALUE} for no limit
 * @param result the limit of results, null for none
 */
record BatchLimits(
        int maxCalls, long maxArgumentBytes, @Nullable ResultLimit result) {

    static final BatchLimits NONE = new BatchLimits(Integer.MAX_VALUE, Long.MAX_VALUE, null);

    /** Rules a call out that exceeds a limit. */
    void check(DrivenCall call) {
        if (call.index() >= maxCalls) {
            ruleOut(call, "call " + (call.index() + 1) + " exceeds the limit of " + maxCalls + " calls in one batch");
        } else if (maxArgumentBytes != Long.MAX_VALUE) {
            long bytes = call.body().argumentBytes();
            if (bytes > maxArgumentBytes) {
                ruleOut(call, tooLong(bytes));
            }
        }
    }

    /** Checks a call's arguments again, once its references are replaced. */
    void checkResolved(DrivenCall call, ToolCall resolved) throws CallRefusedException {
        if (maxArgumentBytes != Long.MAX_VALUE) {
            long bytes = resolved.arguments().toString().getBytes(StandardCharsets.UTF_8).length;
            if (bytes > maxArgumentBytes) {
                throw call.notRun(tooLong(bytes));
            }
        }
    }

    private String tooLong(long bytes) {
        return "arguments of " + bytes + " bytes exceed the limit of " + maxArgumentBytes + " bytes";
    }

    private static void ruleOut(DrivenCall call, String why) {
        call.preset(new Outcome.Failed(call.notRun(why)));
    }
}
