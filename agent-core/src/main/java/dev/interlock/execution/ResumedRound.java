package dev.interlock.execution;

import dev.interlock.durable.ResumeRegister;
import dev.interlock.durable.SuspendedCall;
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
 * processes that share a {@link ResumeRegister}, but for those that have started nothing.
 */
final class ResumedRound {

    private static final Logger log = LoggerFactory.getLogger(ResumedRound.class);

    /** The ids of all rounds that are being resumed in this process, by any executor. */
    private static final Set<String> RUNNING = ConcurrentHashMap.newKeySet();

    private final String id;
    private final int suspension;
    private final @Nullable ResumeRegister register;
    private boolean running;
    private boolean entered;

    ResumedRound(SuspendedRound suspended, @Nullable ResumeRegister register) {
        this.id = suspended.id();
        this.suspension = suspended.suspension();
        this.register = register;
    }

    int suspension() {
        return suspension;
    }

    /** Returns why a round that is confined to its owner cannot be resumed; null if it can. */
    @Nullable
    IllegalStateException whyNotConfined(DrivenCall[] calls) {
        for (DrivenCall call : calls) {
            if (call.before() instanceof SuspendedCall.Pending pending) {
                return new IllegalStateException("round " + id
                        + " cannot be resumed here: a guard confines it to the"
                        + " calling thread, perhaps because of its transaction, and it still waits for "
                        + pending.kind().inWords(call.index()) + ". Decide that too, or resume the round outside"
                        + " the transaction");
            }
        }
        return null;
    }

    /** Before anything of the round runs; null if it may, else why not. Runs code of the user. */
    @Nullable
    Throwable begin() {
        running = RUNNING.add(id);
        if (!running) {
            return new IllegalStateException("round " + id + " is just being resumed, by another thread");
        }
        try {
            entered = register != null && register.enter(id, suspension);
        } catch (Throwable e) {
            Interrupts.restoreFlag(e);
            return e;
        }
        return register == null || entered
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
            if (register != null && entered && untouched) {
                register.remove(id, suspension);
            }
        } catch (Throwable e) {
            Interrupts.restoreFlag(e);
            log.warn(
                    "Round {} has not been started, but stays in the register of resumes: it cannot be resumed", id, e);
        } finally {
            if (running) {
                RUNNING.remove(id);
            }
        }
    }
}
