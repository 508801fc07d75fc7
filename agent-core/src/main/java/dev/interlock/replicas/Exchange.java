package dev.interlock.replicas;

import java.time.Duration;
import java.util.List;

/**
 * One message from a replica to its limit server, with all that it reports and asks for.
 *
 * <p>What a server must not do is an exchange that comes late, after the replica gave it up and went on: so they have
 * numbers.
 *
 * @param session the server's id for the replica, until it has lost the session: then the replica begins another
 * @param number greater than those of all exchanges before, if this one tells or asks something new; otherwise that of
 *     the one before
 * @param answered the number of the last exchange of the session whose reply has come; 0 for none
 * @param replica the replica in words for people, such as {@code 4711@web-3}
 * @param lease how long the replica keeps what it holds without another exchange
 * @param asked the new claims, in the order of their arrival
 * @param waiting the ids of earlier claims that were not granted, as far as the replica knows
 * @param slotsReturned the ids of claims that give back their slots but not their resources
 * @param abandoned the ids of claims whose call was abandoned; they also give back their slots
 * @param released the ids of claims that no longer hold or want anything
 * @param ends whether the session ends and gives back all that it holds
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
