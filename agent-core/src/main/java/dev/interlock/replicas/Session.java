package dev.interlock.replicas;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Keeps track of what a replica holds, wants and must report, as a machine: it starts no thread, reads no clock and
 * does no exchange. It says what to exchange, and learns the result. Run what it returns without its monitor.
 * Thread-safe.
 *
 * <p>It stays correct even if replies are lost. It gives back a sent claim that is no longer wanted, whether or not the
 * server has it. And it repeats what was given back until an exchange succeeds. What keeps it right where exchanges
 * come late: each has a number, and the server refuses one that is older than the last. A session that the server has
 * lost is not begun again, but another: what a late exchange leaves in a session that is over ends with that.
 */
final class Session {

    /** The longest time between two tries while the server is lost. */
    private static final long TRY_AGAIN_NANOS = 1_000_000_000;

    private final String idOfAll;
    private final String replica;
    private final Duration lease;

    /** The time between two renewals of the lease. */
    private final long renewalNanos;

    /** After an exchange that may not have prolonged the lease, since that was done within its last tenth. */
    private final long leaseOverNanos;

    private final long askAgainNanos;

    // Guarded by this.
    private final Map<String, ReplicaRequest> waiting = new LinkedHashMap<>();
    private final Set<String> held = new LinkedHashSet<>();
    private final Set<String> slotsReturned = new LinkedHashSet<>();
    private final Set<String> abandoned = new LinkedHashSet<>();
    private final Set<String> released = new LinkedHashSet<>();
    private String id;
    private int lives = 1;
    private long number;
    private long answered;
    private long exchangedNanos;
    private long triedNanos;
    private long lostNanos;
    private boolean unsent;
    private boolean wake;
    private boolean lost;
    private boolean leaseOver;

    Session(String id, String replica, Duration lease, Duration askAgain, long now) {
        this.idOfAll = id;
        this.id = id;
        this.replica = replica;
        this.lease = lease;
        this.renewalNanos = lease.toNanos() / 3;
        this.leaseOverNanos = lease.toNanos() / 10 * 9;
        this.askAgainNanos = Math.min(askAgain.toNanos(), renewalNanos);
        this.exchangedNanos = now;
    }

    // Calls.

    /** Adds a request; false if the server is lost, so that it is not asked. */
    synchronized boolean request(ReplicaRequest request) {
        if (lost) {
            return false;
        }
        waiting.put(request.claim().id(), request);
        unsent = true;
        return true;
    }

    synchronized void giveSlotsBack(String claim, boolean isAbandoned) {
        if (held.contains(claim)) {
            (isAbandoned ? abandoned : slotsReturned).add(claim);
            unsent = true;
        }
    }

    /** Gives back all that a claim holds or wants. */
    synchronized void giveBackAll(String claim) {
        ReplicaRequest request = waiting.remove(claim);
        slotsReturned.remove(claim);
        abandoned.remove(claim);
        if (held.remove(claim) || (request != null && request.sent)) {
            released.add(claim);
            unsent = true;
        }
    }

    /** Records that a waiting claim may have been granted. */
    synchronized void wake() {
        wake = true;
    }

    synchronized boolean isLost() {
        return lost;
    }

    /** What the server is to know it by from the next exchange on. */
    synchronized String id() {
        return id;
    }

    /** Whether a claim is granted, and the lease is not over, as far as it knows. */
    synchronized boolean holds(String claim) {
        return held.contains(claim) && !leaseOver;
    }

    // For the thread that exchanges.

    /**
     * Returns the nanoseconds until the next exchange is due; {@link Long#MAX_VALUE} if there is nothing to exchange.
     */
    synchronized long dueIn(long now) {
        if (lost) {
            return Math.max(0, triedNanos + Math.min(renewalNanos, TRY_AGAIN_NANOS) - now);
        }
        if (unsent || (wake && !waiting.isEmpty())) {
            return 0;
        }
        if (!waiting.isEmpty()) {
            return Math.max(0, exchangedNanos + askAgainNanos - now);
        }
        return held.isEmpty() ? Long.MAX_VALUE : Math.max(0, exchangedNanos + renewalNanos - now);
    }

    /** Returns the next exchange. Call {@link #replied} or {@link #failed} afterwards. */
    synchronized Exchange next(boolean ends, long now) {
        if (isIdle() && now - exchangedNanos >= lease.toNanos()) {
            // The server has forgotten it, and would refuse this.
            beginAnew();
        }
        List<ReplicaClaim> asked = new ArrayList<>();
        List<String> asks = new ArrayList<>();
        for (ReplicaRequest request : waiting.values()) {
            if (request.sent) {
                asks.add(request.claim().id());
            } else {
                request.sent = true;
                asked.add(request.claim());
            }
        }
        boolean tells =
                ends || !asked.isEmpty() || !slotsReturned.isEmpty() || !abandoned.isEmpty() || !released.isEmpty();
        number += tells ? 1 : 0;
        Exchange exchange = new Exchange(
                id,
                number,
                answered,
                replica,
                lease,
                asked,
                asks,
                List.copyOf(slotsReturned),
                List.copyOf(abandoned),
                List.copyOf(released),
                ends);
        slotsReturned.clear();
        abandoned.clear();
        released.clear();
        unsent = false;
        wake = false;
        return exchange;
    }

    /** Whether the server has nothing of it, as far as it knows. */
    private boolean isIdle() {
        return held.isEmpty()
                && slotsReturned.isEmpty()
                && abandoned.isEmpty()
                && released.isEmpty()
                && waiting.values().stream().noneMatch(request -> request.sent);
    }

    private void beginAnew() {
        if (answered > 0) {
            answered = 0;
            id = idOfAll + "." + ++lives;
            waiting.values().forEach(request -> request.sent = false);
        }
    }

    /**
     * The result of an exchange.
     *
     * @param held the number of claims that have lost what they held
     * @param lostNanos how long the server had been lost; -1 if it was not
     * @param then the actions to run without the monitor
     */
    record Result(int held, long lostNanos, List<Runnable> then) {}

    /** Handles a reply. {@code began} is the begin of the exchange; the server counts the lease from then or later. */
    synchronized Result replied(Reply reply, long began, long now) {
        int lostClaims = reply.knewSession() ? 0 : held.size();
        if (lostClaims > 0) {
            held.clear();
        }
        boolean forgotten = !reply.knewSession() && answered > 0;
        if (forgotten) {
            beginAnew();
        } else {
            answered = number;
        }
        // A reply this late may refer to a lease that has ended. The next reply tells what is still granted.
        boolean late = now - began >= leaseOverNanos;
        unsent |= late;
        List<Runnable> then = new ArrayList<>();
        for (ReplicaRequest request : List.copyOf(waiting.values())) {
            String claim = request.claim().id();
            String heldUp = reply.heldUp().get(claim);
            if (!request.sent) {
                // It was asked for after the exchange had begun.
                unsent = true;
            } else if (reply.granted().contains(claim)) {
                if (!late) {
                    waiting.remove(claim);
                    held.add(claim);
                    then.add(() -> request.grant(true));
                }
            } else if (heldUp != null) {
                then.add(() -> request.heldUp(heldUp));
            } else {
                // The server has forgotten it, or refused the exchange.
                request.sent = false;
                unsent = true;
            }
        }
        long wasLost = lost ? now - lostNanos : -1;
        lost = false;
        boolean told = leaseOver;
        leaseOver = false;
        exchangedNanos = began;
        return new Result(told ? 0 : lostClaims, wasLost, then);
    }

    /**
     * Handles a failed exchange: tells all waiting claims, and repeats later what was given back. What was asked for is
     * withdrawn, also where calls run all the same: the server may have it in its queue, where it would wait for what
     * no call wants any more, and have others wait behind it.
     */
    synchronized Result failed(Exchange exchange, Consequence consequence, long now) {
        boolean first = !lost;
        lost = true;
        lostNanos = first ? now : lostNanos;
        triedNanos = now;
        boolean over = now - exchangedNanos >= leaseOverNanos;
        int lostClaims = over && !leaseOver ? held.size() : 0;
        leaseOver |= over && !held.isEmpty();
        // No matter how long ago: the server may have done an exchange whose reply was lost, and so have extended the
        // lease.
        slotsReturned.addAll(exchange.slotsReturned());
        abandoned.addAll(exchange.abandoned());
        released.addAll(exchange.released());
        List<Runnable> then = new ArrayList<>();
        for (ReplicaRequest request : waiting.values()) {
            if (request.sent) {
                released.add(request.claim().id());
            }
            then.add(() -> consequence.tell(request));
        }
        waiting.clear();
        return new Result(lostClaims, first ? 0 : -1, then);
    }

    /** What happens to calls while the server is lost. */
    interface Consequence {
        void tell(ReplicaRequest request);
    }

    /** The number of claims that the replica holds, as far as it knows. */
    synchronized int holds() {
        return held.size();
    }
}
