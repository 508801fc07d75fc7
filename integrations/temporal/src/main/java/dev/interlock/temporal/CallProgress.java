package dev.interlock.temporal;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.interlock.durable.PendingKind;
import org.jspecify.annotations.Nullable;

/**
 * How far a call of a running round has come, for pages that show it and ask for decisions.
 *
 * @param place the place of the call, from 0: the number that a {@link CallDecision} has
 * @param call the call
 * @param state what it does
 * @param pending what kind of decision it waits for; null unless it is pending
 * @param why in words, such as {@code waits for approval of call 3}; null where there is nothing to say
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record CallProgress(
        int place,
        RoundRequest.Call call,
        State state,
        @Nullable PendingKind pending,
        @Nullable String why) {

    /** What a call does. */
    public enum State {
        /** It waits for others, or for room. */
        WAITING,
        /** It waits for a decision. */
        PENDING,
        /** Its tool runs, or is about to on the next worker that has room. */
        RUNNING,
        /** It has ended. */
        ENDED
    }
}
