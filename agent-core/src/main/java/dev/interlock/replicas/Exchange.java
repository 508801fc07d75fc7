package dev.interlock.replicas;

import java.time.Duration;
import java.util.List;

/**
 * What a replica tells its limit server, and asks it, at once.
 *
 * <p>What a server must not do is an exchange that comes late, after the replica gave it up and went on: so they have numbers.
 *
 * @param session what the server knows the replica by, until it has lost the session: then the replica begins another
 * @param number greater than those of all exchanges before, if this one tells or asks something new; otherwise that of the
 *     one before
 * @param answered the number of the last exchange of the session whose reply has come; 0 for none
 * @param replica the replica, for people, such as {@code 4711@web-3}
 * @param lease how long what it holds stays its own if it does not exchange again
 * @param asked new claims, in the order in which they came
 * @param waiting ids of claims that it asked for before and that were not granted as far as it knows
 * @param slotsReturned ids of claims whose slots are given back, but not their resources
 * @param abandoned ids of those whose call was abandoned: as {@code slotsReturned}
 * @param released ids of claims that hold, and want, nothing any more
 * @param ends whether the session ends, with all that it holds
 */
public record Exchange(
        String session,
        long number,
        long answered,
        String replica,
        Duration lease,
        List<ReplicaClaim> asked,
        List<String> waiting,
        List<String> slotsReturned,
        List<String> abandoned,
        List<String> released,
        boolean ends) {

    /** Copies the lists. */
    public Exchange {
        asked = List.copyOf(asked);
        waiting = List.copyOf(waiting);
        slotsReturned = List.copyOf(slotsReturned);
        abandoned = List.copyOf(abandoned);
        released = List.copyOf(released);
    }
}
