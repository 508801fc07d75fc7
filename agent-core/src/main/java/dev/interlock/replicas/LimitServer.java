package dev.interlock.replicas;

import java.time.Duration;
import java.util.List;

/**
 * Keeps the limits of all replicas, in a store that all of them reach. Users create one, such as that of module
 * {@code interlock-replicas} for Redis, and pass it to {@link ReplicaLimits}. Implement it for another store.
 *
 * <p>Under its name it stores <i>sessions</i> (one for each replica, with a lease) and their claims. It grants a claim
 * at once, or the claim waits; claims that want the same thing are served first come, first served. When a lease ends,
 * its session no longer holds or wants anything. The server decides all of this by its own clock, inside
 * {@link #exchange}, which is atomic.
 *
 * <p>Implementations must be thread-safe. {@link ReplicaLimits} does one exchange after another, on one thread of its
 * own.
 */
public interface LimitServer extends AutoCloseable {

    /**
     * Returns the name of the limits. Replicas that use the same name share them.
     *
     * @return such as {@code orders}
     */
    String name();

    /**
     * Returns what the server is, and where, for messages.
     *
     * @return such as {@code Redis at redis://10.0.0.5:6379}
     */
    String description();

    /**
     * Does all of the following atomically, in this order. Ends sessions whose lease is over. Begins the session, or
     * extends its lease. Takes back what the replica returns. Adds the new claims, unless they are known. Grants all
     * claims, of all sessions, that nothing holds up any more, in the order of their arrival.
     *
     * <p>Doing the same exchange twice must have the same effect as doing it once, because a reply may be lost. An
     * exchange is refused, which is to say that all it does is to end sessions whose lease is over, and that its reply
     * {@linkplain Reply#knewSession knew no session} and grants nothing,
     *
     * <ul>
     *   <li>if its {@linkplain Exchange#number number} is less than that of the last exchange of its session: it comes
     *       late;
     *   <li>if the session has come less far than its replica {@linkplain Exchange#answered knows}, or is not there
     *       though the replica was told that it is: it was lost. What is left of it ends.
     * </ul>
     *
     * <p>One that tells and asks nothing new need not prolong the lease if that was done within the last tenth of it.
     *
     * <p>The ids of claims, and of those that one is made within, count within their session.
     *
     * @param exchange the replica's message
     * @return the answer
     * @throws Exception if the server cannot be reached or fails; the exchange may or may not have happened
     */
    Reply exchange(Exchange exchange) throws Exception;

    /**
     * Returns the granted claims of all replicas, for messages and for people.
     *
     * @return the claims, in no order
     * @throws Exception if the server cannot be reached, or fails
     */
    List<HeldClaim> held() throws Exception;

    /**
     * Returns how soon a replica with waiting calls must ask again whether they were granted.
     *
     * @return more than zero; short if the server cannot {@linkplain #whenGranted notify} the replica
     */
    Duration askAgainAfter();

    /**
     * Notifies a session as soon as another session's exchange has granted one of its waiting claims. Notifications may
     * come too often, late or never, since the session asks again anyway.
     *
     * @param session the session; in place of the one that was given before
     * @param wake the action to run then, on any thread; must be brief
     */
    default void whenGranted(String session, Runnable wake) {}

    /** Ends all notifications. The user's own objects, such as a client or a pool, stay open. */
    @Override
    default void close() {}
}
