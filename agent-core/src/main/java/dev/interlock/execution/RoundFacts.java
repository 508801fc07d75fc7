package dev.interlock.execution;

import dev.interlock.schedule.Call;
import dev.interlock.share.Claim;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * What each call of a round knows of it. It never changes, so calls hold it in place of their round.
 *
 * @param name the round's name
 * @param clock gives the wall-clock time of what happens in the round
 * @param conversation the id of the round's conversation; null if unknown
 * @param waits the call whose body waits for the round, or null
 * @param ancestor the claim of the innermost call around the round, or null
 * @param resultLimit the limit of a call's result, or null
 * @param announcesWithTurn whether calls make their announcements with their turn; false if interceptors come in
 *     between
 * @param course what changes while the round runs
 */
record RoundFacts(
        RoundName name,
        RoundClock clock,
        @Nullable Object conversation,
        @Nullable Call waits,
        @Nullable Claim ancestor,
        @Nullable ResultLimit resultLimit,
        boolean announcesWithTurn,
        Course course) {

    /** What a call's body must look up each time, since it changes while the round runs. */
    interface Course {

        /** The driver of the calls; null while the owner runs them one after another. */
        @Nullable
        CallControl control();

        /** Why the round was cancelled, or null. */
        @Nullable
        String cancelled();
    }

    /** Announces that a call's tool comes next; false if the call has ended, so that the tool must not start. */
    boolean announce(Call call) {
        CallControl by = course.control();
        if (by == null && course.cancelled() == null) {
            call.announceAlone();
            // A thread that takes the round over sees this, or this sees that thread.
            by = course.control();
            return by == null || by.announced(call);
        }
        return by != null && by.announced(call);
    }

    /** Waits for something other than a call's tool, while the limit of the attempt stands still. */
    <T extends @Nullable Object> T untimed(Call call, Callable<T> wait) throws Exception {
        CallControl by = course.control();
        if (by == null) {
            return wait.call();
        }
        by.stopClock(call);
        try {
            return wait.call();
        } finally {
            by.startClock(call);
        }
    }
}
