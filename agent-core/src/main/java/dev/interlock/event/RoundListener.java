package dev.interlock.event;

/**
 * Receives the events of rounds, on the threads where they happen and outside all locks.
 *
 * <p>An implementation must be thread-safe, since calls of one round end on different threads at the same time. Each
 * listener hears the events of one call one after another, in the order in which they happened, whatever other
 * listeners do. Two events overlap in two cases only, and only for the listener that causes it:
 *
 * <ul>
 *   <li>It hangs while it handles an event of a call, so that the call is abandoned. The round does not wait for that:
 *       the listener may hear the call's last events meanwhile, on another thread. The other listeners hear all events
 *       in order, also the one that it hangs on.
 *   <li>It calls the engine while it handles an event, and that ends the round: it may hear what follows within its own
 *       call. The other listeners hear first the event that it handles.
 * </ul>
 *
 * <p>A listener should be quick. Its call waits for it, and often the whole round does: the thread that called in tells
 * most events of calls that have not started, and it also watches the limits. So other calls may start later, and
 * limits may take effect later. The engine logs and otherwise ignores what a listener throws.
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
