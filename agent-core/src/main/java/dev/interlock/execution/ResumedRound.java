package dev.interlock.execution;

import dev.interlock.durable.ResumeClaims;
import dev.interlock.durable.SuspendedRound;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a round goes on from, and its right to do so. Only accessed by the owner.
 *
 * <p>Invariant: of a round no two resumes run in this process at a time; and of one suspension no two ever run, in all
 * processes that share {@link ResumeClaims}, but for those that have started nothing.
 */
final class ResumedRound {

    private static final Logger log = LoggerFactory.getLogger(ResumedRound.class);

    /** The ids of all rounds that are being resumed in this process, by any executor. */
    private static final Set<String> RUNNING = ConcurrentHashMap.newKeySet();

    private final String id;
    private final int suspension;
    private final @Nullable ResumeClaims claims;
    private boolean running;
    private boolean claimed;

    ResumedRound(SuspendedRound suspended, @Nullable ResumeClaims claims) {
        this.id = suspended.id();
        this.suspension = suspended.suspension();
        this.claims = claims;
    }

    int suspension() {
        return suspension;
    }

    /** Before anything of the round runs; null if it may, else why not. Runs code of the user. */
    @Nullable
    Throwable begin() {
        running = RUNNING.add(id);
        if (!running) {
            return new IllegalStateException("round " + id + " is just being resumed, by another thread");
        }
        try {
            claimed = claims != null && claims.claim(id, suspension);
        } catch (Throwable e) {
            return e;
        }
        return claims == null || claimed
                ? null
                : new IllegalStateException("round " + id + " was resumed before from its suspension " + suspension
                        + ": resume each suspended round once, and then the one that it was suspended as again");
    }

    /**
     * Nothing of the round runs any more, or it has not begun.
     *
     * @param untouched whether nothing of it was started
     */
    void end(boolean untouched) {
        try {
            if (claims != null && claimed && untouched) {
                claims.giveBack(id, suspension);
            }
        } catch (Throwable e) {
            log.warn("The claim of round {} could not be given back, so that it cannot be resumed again", id, e);
        } finally {
            if (running) {
                RUNNING.remove(id);
            }
        }
    }
}
