package dev.interlock.execution;

import dev.interlock.schedule.Actions;
import dev.interlock.schedule.EngineFailure;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles failures of the engine itself in one round, such as lack of memory. Thread-safe, and throws nothing: the
 * engine may fail again meanwhile, so this first ends the calls, and tries that again if need be.
 */
final class Collapsing {

    private static final Logger log = LoggerFactory.getLogger(Collapsing.class);

    /** How often to try to end the calls of a round after one failure. */
    private static final int MOST_TRIES = 3;

    private final long round;
    private final Function<EngineFailure, Actions> decide;
    private final Runnable wake;

    /**
     * Prepares for the failures of a round.
     *
     * @param round its number
     * @param decide tells the round's schedule a failure, and returns what is to be done
     * @param wake makes the owner look again
     */
    Collapsing(long round, Function<EngineFailure, Actions> decide, Runnable wake) {
        this.round = round;
        this.decide = decide;
        this.wake = wake;
    }

    void handle(EngineFailure failure, Consumer<Actions> perform) {
        Throwable error = failure.error();
        boolean ended = false;
        for (int tries = 1; !ended && tries <= MOST_TRIES; tries++) {
            try {
                perform.accept(decide.apply(failure));
                ended = true;
            } catch (Throwable e) {
                suppress(error, e);
            }
        }
        try {
            wake.run();
        } catch (Throwable e) {
            suppress(error, e);
        }
        // Not earlier: the logger may fail, too, and so may the message of the error.
        tell(round, error);
    }

    /** Logs what ends a round. Throws nothing. */
    static void tell(long round, Throwable error) {
        try {
            log.error("Round {} ends by an internal error", round, error);
        } catch (Throwable e) {
            suppress(error, e);
        }
    }

    /** Keeps another failure for the log, if it can be kept. */
    private static void suppress(Throwable error, Throwable another) {
        try {
            error.addSuppressed(another);
        } catch (Throwable e) {
            // It is the same error, or there is no room.
        }
    }
}
