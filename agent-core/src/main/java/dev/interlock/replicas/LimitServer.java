package dev.interlock.replicas;

import java.time.Duration;
import java.util.List;

/**
 * What keeps the limits of all replicas: to be implemented for an engine that they all reach. Users make one, such as that of
 * module {@code interlock-replicas} for Redis, and give it to {@link ReplicaLimits}.
 *
 * <p>It keeps, under its name, <i>sessions</i> (one a replica, each with a lease) and their claims. A claim is granted at once
 * or waits; first come, first served, as far as claims want the same. What a session whose lease has ended held, or waited
 * for, belongs to no replica. All of this is decided by the server's own clock, within {@link #exchange}, which is atomic.
 *
 * <p>Implementations must be thread-safe. {@link ReplicaLimits} exchanges on one thread of its own, one after another.
 */
public interface LimitServer extends AutoCloseable {

    /**
     * What the limits are of: replicas that use the same name share them.
     *
     * @return such as {@code orders}
     */
    String name();

    /**
     * What and where it is, for messages.
     *
     * @return such as {@code Redis at redis://10.0.0.5:6379}
     */
    String description();

    /**
     * Does all of this at once, in this order: ends sessions whose lease is over; begins the session, or prolongs its lease;
     * takes back what is given back; notes new claims, unless they are known; and grants, in the order in which they came,
     * those claims of all sessions that nothing holds up any more.
     *
     * <p>The same exchange done twice must be as good as once: a reply may have been lost. An exchange is refused, which is to
     * say that all it does is to end sessions whose lease is over, and that its reply {@linkplain Reply#knewSession knew no
     * session} and grants nothing,
     *
     * <ul>
     *   <li>if its {@linkplain Exchange#number number} is less than that of the last exchange of its session: it comes late;
     *   <li>if the session has come less far than its replica {@linkplain Exchange#answered knows}, or is not there though the
     *       replica was told that it is: it was lost. What is left of it ends.
     * </ul>
     *
     * <p>One that tells and asks nothing new need not prolong the lease if that was done within the last tenth of it.
     *
     * <p>The ids of claims, and of those that one is made within, count within their session.
     *
     * @param exchange what a replica tells and asks
     * @return the answer
     * @throws Exception if the server cannot be reached, or fails; the exchange may have been done or not
     */
    Reply exchange(Exchange exchange) throws Exception;

    /**
     * Which claims are granted now, of all replicas: for messages, and for people who look.
     *
     * @return in no order
     * @throws Exception if the server cannot be reached, or fails
     */
    List<HeldClaim> held() throws Exception;

    /**
     * How soon a replica whose calls wait is to ask again whether they have been granted meanwhile.
     *
     * @return more than zero; short where the server cannot {@linkplain #whenGranted tell} it
     */
    Duration askAgainAfter();

    /**
     * Has a session told as soon as one of its waiting claims was granted by another session's exchange. May be told too
     * often, and may be told too late or never: it asks again all the same.
     *
     * @param session the session; in place of the one that was given before
     * @param wake to be run then, on any thread; brief
     */
    default void whenGranted(String session, Runnable wake) {}

    /** Ends what {@link #whenGranted} began. What the user made, such as a client or a pool, stays open. */
    @Override
    default void close() {}
}
