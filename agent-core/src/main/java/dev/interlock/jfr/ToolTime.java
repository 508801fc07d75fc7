package dev.interlock.jfr;

import dev.interlock.event.CallTrace;
import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundEvent.CallEvent;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Adds up how long the tool of a call took, from its events: the same as {@link CallTrace#toolTime()}, without a trace.
 * The threads that deliver the events access it one after another.
 */
final class ToolTime {

    private long nanos;

    /** Since when the tool runs, or the call waits for another attempt; null while it does neither. */
    private @Nullable Instant since;

    private Instant begun = Instant.EPOCH;
    private boolean runs;

    long nanos() {
        return nanos;
    }

    void add(CallEvent event) {
        switch (event) {
            case RoundEvent.CallStarted started -> {
                goOn(started.at(), true);
                begun = started.at();
                runs = true;
            }
            case RoundEvent.CallAttemptEnded ended -> {
                goOn(ended.at(), false);
                // Listeners ran between the event of the start and the body.
                nanos -= Math.max(0, Duration.between(begun, ended.start()).toNanos());
                runs = false;
            }
            case RoundEvent.CallRetrying retrying -> goOn(retrying.at(), true);
            case RoundEvent.CallReady ready -> goOn(ready.at(), runs);
            case RoundEvent.CallWaiting waiting -> goOn(waiting.at(), false);
            case RoundEvent.CallCoalesced coalesced -> goOn(coalesced.at(), false);
            case RoundEvent.CallEnded ended -> goOn(ended.at(), false);
            case CallEvent other -> {}
        }
    }

    private void goOn(Instant at, boolean counts) {
        if (since != null) {
            nanos += Math.max(0, Duration.between(since, at).toNanos());
        }
        since = counts ? at : null;
    }
}
