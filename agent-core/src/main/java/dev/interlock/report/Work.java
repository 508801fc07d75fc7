package dev.interlock.report;

import dev.interlock.effect.Access;
import dev.interlock.event.CallTrace;
import java.util.List;

/**
 * A call in a simulation. Times are in nanoseconds from the start of its round.
 *
 * @param tool the call's tool
 * @param arguments tells calls with different arguments apart
 * @param arrival when the call came
 * @param asked when the call had everything but its turn, such as its approval; never before {@code arrival}
 * @param parts what the call did once it had its turn
 * @param accesses what the call reads and writes
 * @param uses the calls whose results it needs
 * @param onOwner whether the call needs the owner
 * @param settings the call's priority and caps
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
     * @param busy whether the call had its permit and its caps
     * @param nanos how long the part took
     */
    record Part(boolean busy, long nanos) {}

    /** Returns the call with other accesses. It runs on a thread of its own if its effects are known now. */
    Work with(List<Access> others, boolean owner) {
        return new Work(tool, arguments, arrival, asked, parts, others, uses, owner, settings, expected);
    }

    Work with(CallTrace.Settings other) {
        return new Work(tool, arguments, arrival, asked, parts, accesses, uses, onOwner, other, expected);
    }

    /** Returns the call with another time of arrival. */
    Work arriving(long at) {
        return new Work(tool, arguments, at, Math.max(at, asked), parts, accesses, uses, onOwner, settings, expected);
    }
}
