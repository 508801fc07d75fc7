package dev.interlock.temporal;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.interlock.durable.PendingKind;
import org.jspecify.annotations.Nullable;

/**
 * The progress of a call in a running round, for pages that show it and ask for decisions.
 *
 * @param place the place of the call, from 0, as in a {@link CallDecision}
 * @param call the call
 * @param state the call's state
 * @param pending the kind of decision that it waits for; null unless it is pending
 * @param why the reason in words, such as {@code waits for approval of call 3}; null if there is none
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record CallProgress(
        int place,
        RoundRequest.Call call,
        State state,
        @Nullable PendingKind pending,
        @Nullable String why) {

    /** The states of a call. */
    public enum State {
        /** It waits for other calls or for a permit. */
        WAITING,
        /** It waits for a decision. */
        PENDING,
        /** Its tool runs, or will run on the next free worker. */
        RUNNING,
        /** It has ended. */
        ENDED
    }
}
