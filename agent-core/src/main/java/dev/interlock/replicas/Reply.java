package dev.interlock.replicas;

import java.util.Map;
import java.util.Set;

/**
 * What a limit server answers.
 *
 * @param knewSession whether the session was there before, its lease had not ended, and the exchange was not refused: if not,
 *     it holds only what is granted here
 * @param granted ids of those asked claims, and of those waiting, that are granted now
 * @param heldUp by id, what the others wait for: the name of a cap, or {@link #RESOURCE}
 */
public record Reply(boolean knewSession, Set<String> granted, Map<String, String> heldUp) {

    /** In place of a cap's name: another claim holds a resource, or came first. */
    public static final String RESOURCE = "";

    /** Copies the collections. */
    public Reply {
        granted = Set.copyOf(granted);
        heldUp = Map.copyOf(heldUp);
    }
}
