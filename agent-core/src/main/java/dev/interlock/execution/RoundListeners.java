package dev.interlock.execution;

import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundEvent.CallEvent;
import dev.interlock.event.RoundListener;
import dev.interlock.schedule.Note;
import java.time.Instant;
import java.util.List;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who listens to one round. A listener runs on the calling thread, which holds no lock, and its failure is logged.
 *
 * @param all the listeners, Flight Recorder last if it records; at least one
 * @param clock the round's
 * @param maker makes the event of a note
 */
record RoundListeners(List<RoundListener> all, RoundClock clock, BiFunction<Note, Instant, CallEvent> maker) {

    private static final Logger log = LoggerFactory.getLogger("dev.interlock.execution.RoundReporter");

    static void tell(RoundEvent event, RoundListener listener) {
        try {
            listener.onEvent(event);
        } catch (Throwable e) {
            logFailure(event, e);
        }
    }

    /** Whether the current thread tells a listener of an event, and so is within {@link #tell}. */
    static boolean isTelling() {
        String own = RoundListeners.class.getName();
        return StackWalker.getInstance()
                .walk(frames -> frames.anyMatch(frame -> frame.getClassName().equals(own)
                        && frame.getMethodName().equals("tell")));
    }

    /** An exception of a user's class may fail to be printed. */
    static void logFailure(RoundEvent event, Throwable failure) {
        try {
            log.warn("A listener failed on {}", event.getClass().getSimpleName(), failure);
        } catch (Throwable e) {
            log.warn(
                    "A listener failed on {} with a {}",
                    event.getClass().getSimpleName(),
                    failure.getClass().getName());
        }
    }
}
