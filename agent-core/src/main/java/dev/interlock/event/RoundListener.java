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

    /**
     * A tool became known: its effects are settled, before its first call. Told once for each definition of a tool, on the
     * thread that registers it or calls it first; tools that come and go are told of each time that they come.
     *
     * @param tool the tool, with its effects, and who said so
     */
    default void onTool(KnownTool tool) {}
}
