package dev.interlock.event;

/**
 * Is told what happens in rounds, on the thread on which it happens and outside all locks.
 *
 * <p>An implementation must be thread-safe: calls of one round end on different threads at the same time. It holds up
 * the call or the round it is told about, so it should be quick. What it throws is logged and otherwise ignored.
 *
 * <p>{@link RoundEvent.RoundStarted} is told within what propagators have captured of the thread that called in.
 */
@FunctionalInterface
public interface RoundListener {

    /**
     * Something happened.
     *
     * @param event what
     */
    void onEvent(RoundEvent event);
}
