package dev.interlock.event;

/**
 * Receives the events of rounds, on the threads where they happen and outside all locks.
 *
 * <p>An implementation must be thread-safe, since calls of one round end on different threads at the same time. The
 * events of one call come one after another. The only exception is a call that is abandoned while its thread is in a
 * listener: the round does not wait for that, so the call's last events may come meanwhile. A listener should be quick,
 * since its call or round waits for it. The engine logs and otherwise ignores what it throws.
 *
 * <p>{@link RoundEvent.RoundStarted} comes inside the context that propagators captured on the owner.
 */
@FunctionalInterface
public interface RoundListener {

    /**
     * Receives an event.
     *
     * @param event what happened
     */
    void onEvent(RoundEvent event);

    /**
     * Receives a tool when its effects are settled, before its first call. This happens once for each definition of a
     * tool, on the thread that registers the tool or first calls it. A tool that comes and goes is reported each time
     * it comes.
     *
     * @param tool the tool with its effects and their source
     */
    default void onTool(KnownTool tool) {}
}
