package dev.interlock.report;

import dev.interlock.effect.Access;
import dev.interlock.event.CallTrace;
import java.util.List;

/**
 * A call, as a simulation has it. Times are in nanoseconds from the start of its round.
 *
 * @param tool its tool
 * @param arguments tells calls of different arguments apart
 * @param arrival when it came
 * @param asked when what it waited for beside its turn, such as an approval, was there; not before {@code arrival}
 * @param parts what it did once it had its turn
 * @param accesses what it reads and writes
 * @param uses the calls that it needs the results of
 * @param onOwner whether it needs the calling thread
 * @param settings its priority and caps
 * @param expected how long its tool was known to take when it came; 0 if nothing was known
 */
record Work(
        String tool,
        String arguments,
        long arrival,
        long asked,
        List<Part> parts,
        List<Access> accesses,
        List<Integer> uses,
        boolean onOwner,
        CallTrace.Settings settings,
        long expected) {

    /**
     * A part of a call's time.
     *
     * @param busy whether it had a permit, and its caps
     * @param nanos how long it was
     */
    record Part(boolean busy, long nanos) {}

    /** The same with other accesses, on a thread of its own if it is known now what it does. */
    Work with(List<Access> others, boolean owner) {
        return new Work(tool, arguments, arrival, asked, parts, others, uses, owner, settings, expected);
    }

    Work with(CallTrace.Settings other) {
        return new Work(tool, arguments, arrival, asked, parts, accesses, uses, onOwner, other, expected);
    }

    /** The same, known from another instant on. */
    Work arriving(long at) {
        return new Work(tool, arguments, at, Math.max(at, asked), parts, accesses, uses, onOwner, settings, expected);
    }
}
