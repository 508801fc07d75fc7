package dev.interlock.replicas;

import java.util.Map;
import java.util.Set;

/**
 * A limit server's answer to an exchange.
 *
 * @param knewSession whether the session was there before, its lease had not ended, and the exchange was not refused:
 *     if not, it holds only what is granted here
 * @param granted the ids of the new and waiting claims that are granted now
 * @param heldUp the thing that each other claim waits for, by id: the name of a cap, or {@link #RESOURCE}
 */
public record Reply(boolean knewSession, Set<String> granted, Map<String, String> heldUp) {

    /** Stands in place of a cap's name if another claim holds a resource or came first. */
    public static final String RESOURCE = "";

    /** Copies the collections. */
    public Reply {
        granted = Set.copyOf(granted);
        heldUp = Map.copyOf(heldUp);
    }
}
