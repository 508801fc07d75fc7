package dev.interlock.share;

import dev.interlock.board.AccessIndex;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Hands out what the rounds of one executor share: caps on calls that run at the same time, and resources.
 *
 * <p>A call first gets all its resources at once, then its caps one after another, in an order that is the same for all
 * calls; first come, first served. So a call that holds caps only waits for caps later in that order, and calls cannot
 * wait for each other in a circle. While a call's body waits for a round of its own, the call holds no cap: it
 * {@linkplain #giveCapsBack gives them back} and {@linkplain #acquireAgain takes them again} in the same order. Since
 * it keeps its resources, the calls of that round wait only for a limited time for resources of another conversation.
 *
 * <p>A machine: it starts no thread, waits for nothing and makes no callbacks; its results name the calls to inform.
 * Thread-safe. Its monitor is the innermost lock: with it held, it calls nothing but {@code equals} and
 * {@code hashCode} of conversations' ids.
 */
public final class SharedLimits {

    private static final Object ALL_CONVERSATIONS = new Object();

    private final boolean exclusive;

    // Guarded by this.
    private final Map<Object, Contenders> contenders = new HashMap<>();
    private final Map<Cap, Slots> slots = new WeakHashMap<>();
    private long lastArrival;

    /** Written under the monitor. */
    private volatile int abandoned;

    /**
     * Makes the limits of an executor.
     *
     * @param exclusive whether conflicting calls of different conversations exclude each other
     */
    public SharedLimits(boolean exclusive) {
        this.exclusive = exclusive;
    }

    /**
     * Tells whether calls must come here even if they want no cap.
     *
     * @return true if a call may have to wait for a resource
     */
    public boolean concernsAll() {
        return exclusive || abandoned > 0;
    }

    /**
     * Makes a call's claim, which does not hold or wait for anything yet.
     *
     * @param conversation identifies the conversation; conflicting calls of one conversation exclude each other
     * @param ancestor the claim of the innermost call, perhaps of another executor, whose body waits for this one; null
     *     if there is none
     */
    public Claim claim(Claimant claimant, Object conversation, @Nullable Claim ancestor) {
        return new Claim(claimant, exclusive ? ALL_CONVERSATIONS : conversation, ancestor);
    }

    /**
     * Gives a call all that it wants, or makes it wait.
     *
     * @return true if it has all; false if it waits. Another method then returns its claim once it has all
     */
    public synchronized boolean acquire(Claim claim) {
        recordArrival(claim);
        if (!claim.holdsResources && isBlocked(claim)) {
            claim.waitsForResources = true;
            contendersWith(claim).waitingLike(claim).add(claim, claim.accesses);
            return false;
        }
        holdResources(claim);
        return acquireCaps(claim);
    }

    /**
     * Gives a call the caps again that it had given back; it has kept its resources.
     *
     * @return as {@link #acquire}
     */
    public synchronized boolean acquireAgain(Claim claim) {
        return acquireCaps(claim);
    }

    private Contenders contendersWith(Claim claim) {
        assert Thread.holdsLock(this);
        return contenders.computeIfAbsent(claim.conversation, conversation -> new Contenders());
    }

    private void holdResources(Claim claim) {
        assert Thread.holdsLock(this);
        if (exclusive && !claim.holdsResources) {
            hold(claim);
        }
    }

    private void recordArrival(Claim claim) {
        assert Thread.holdsLock(this);
        if (claim.arrival == 0) {
            claim.arrival = ++lastArrival;
        }
    }

    private void hold(Claim claim) {
        assert Thread.holdsLock(this);
        claim.holdsResources = true;
        contendersWith(claim).holders.add(claim, claim.accesses);
    }

    private boolean acquireCaps(Claim claim) {
        assert Thread.holdsLock(this);
        while (claim.capsHeld < claim.caps.size()) {
            Slots wanted = slotsOf(claim.caps.get(claim.capsHeld));
            if (!wanted.take(claim)) {
                wanted.enqueue(claim);
                return false;
            }
            claim.capsHeld++;
        }
        return true;
    }

    private Slots slotsOf(Cap cap) {
        assert Thread.holdsLock(this);
        return slots.computeIfAbsent(cap, key -> new Slots(key.limit()));
    }

    private boolean isBlocked(Claim claim) {
        assert Thread.holdsLock(this);
        Contenders others = contenders.get(claim.conversation);
        return others != null && others.blocks(claim);
    }

    /**
     * Finds a call that this one waits for and that may never end: an abandoned call, or any call if this one was made
     * inside another call's body.
     *
     * @return the other's claim, or null if there is none
     */
    public synchronized @Nullable Claim suspect(Claim claim) {
        if (!claim.waitsForResources) {
            return null;
        }
        Contenders others = contenders.get(claim.conversation);
        return others == null
                ? null
                : others.holders.findConflicting(
                        claim.accesses,
                        holder -> (holder.abandoned || claim.ancestor != null) && Contenders.holdsUp(holder, claim));
    }

    /**
     * Returns the calls that wait, perhaps among other things, for what a call holds.
     *
     * @return the claims of the waiting calls
     */
    public synchronized List<Claim> waitingFor(Claim holder) {
        Contenders others = contenders.get(holder.conversation);
        if (others == null) {
            return List.of();
        }
        List<Claim> claims = others.waiting.conflicting(holder.accesses).all();
        claims.addAll(others.waitingWithin.conflicting(holder.accesses).all());
        claims.removeIf(claim -> !Contenders.holdsUp(holder, claim));
        return claims;
    }

    /** Tells whether a call waits for resources, and so not yet for caps. */
    public synchronized boolean waitsForResources(Claim claim) {
        return claim.waitsForResources;
    }

    /**
     * Returns the cap that a call waits for, or will wait for.
     *
     * @param claim the call's; null if it was not made yet
     * @param caps those that hold for the call
     * @return the next cap in its order if it queues; otherwise the first used-up one, or else the first of all; null
     *     if it wants none or has all
     */
    public synchronized @Nullable Cap wantedCap(@Nullable Claim claim, List<Cap> caps) {
        List<Cap> wanted = caps.subList(claim == null ? 0 : claim.capsHeld, caps.size());
        boolean queues = claim != null && claim.arrival != 0;
        Cap first = wanted.isEmpty() ? null : wanted.get(0);
        return queues
                ? first
                : wanted.stream()
                        .filter(cap -> slotsOf(cap).isFull())
                        .findFirst()
                        .orElse(first);
    }

    /**
     * Returns what keeps a call from its resources.
     *
     * @return the claim of a call that holds what it wants, or wants it too and came first; null if it does not wait
     */
    public synchronized @Nullable Claim holderBefore(Claim claim) {
        Contenders others = claim.waitsForResources ? contenders.get(claim.conversation) : null;
        return others == null ? null : others.before(claim);
    }

    /**
     * Tells whether a call has all that it wants now.
     *
     * @return false if it waits, or has given a cap back
     */
    public synchronized boolean hasAll(Claim claim) {
        return !claim.waitsForResources && claim.capsHeld == claim.caps.size();
    }

    /**
     * Gives back a call's caps, or stops waiting for them. It keeps its resources.
     *
     * @return the claims of calls that now have all they want; inform them with no lock held
     */
    public synchronized List<Claim> giveCapsBack(Claim claim) {
        List<Claim> granted = new ArrayList<>();
        giveCapsBack(claim, granted);
        return granted;
    }

    /**
     * Gives back all that a call holds, or stops waiting for it.
     *
     * @return as {@link #giveCapsBack}
     */
    public synchronized List<Claim> giveBackAll(Claim claim) {
        List<Claim> granted = new ArrayList<>();
        giveCapsBack(claim, granted);
        if (claim.abandoned) {
            claim.abandoned = false;
            abandoned--;
        }
        if (claim.waitsForResources || claim.holdsResources) {
            claim.waitsForResources = false;
            claim.holdsResources = false;
            leave(claim, granted);
        }
        return granted;
    }

    private void leave(Claim claim, List<Claim> granted) {
        assert Thread.holdsLock(this);
        Contenders others = contenders.get(claim.conversation);
        if (others == null) {
            // It accesses nothing, and all calls that do have gone.
            return;
        }
        others.waitingLike(claim).remove(claim, claim.accesses);
        others.holders.remove(claim, claim.accesses);
        grantResources(claim, others, granted);
        if (others.isEmpty()) {
            contenders.remove(claim.conversation);
        }
    }

    /**
     * Abandons a call: it gives its caps back, and keeps its resources or gets them now.
     *
     * @return as {@link #giveCapsBack}
     */
    public synchronized List<Claim> abandon(Claim claim) {
        List<Claim> granted = new ArrayList<>();
        giveCapsBack(claim, granted);
        claim.abandoned = true;
        abandoned++;
        recordArrival(claim);
        hold(claim);
        return granted;
    }

    private void giveCapsBack(Claim claim, List<Claim> granted) {
        assert Thread.holdsLock(this);
        if (claim.capsHeld < claim.caps.size()) {
            slotsOf(claim.caps.get(claim.capsHeld)).leaveQueue(claim);
        }
        while (claim.capsHeld > 0) {
            claim.capsHeld--;
            Slots free = slotsOf(claim.caps.get(claim.capsHeld));
            free.giveBack();
            grant(free, granted);
        }
    }

    private void grant(Slots free, List<Claim> granted) {
        assert Thread.holdsLock(this);
        for (Claim next = free.grant(); next != null; next = free.grant()) {
            next.capsHeld++;
            if (acquireCaps(next)) {
                granted.add(next);
            }
        }
    }

    /** Grants resources to calls that waited for, or behind, a call that no longer holds or wants anything. */
    private void grantResources(Claim first, Contenders others, List<Claim> granted) {
        assert Thread.holdsLock(this);
        Deque<Claim> gone = new ArrayDeque<>(List.of(first));
        for (Claim one = gone.poll(); one != null; one = gone.poll()) {
            for (Claim claim : others.waitingWithin.conflicting(one.accesses).all()) {
                grantResourcesIfFree(claim, others, granted, gone);
            }
            AccessIndex.InOrder<Claim> candidates = others.waiting.conflicting(one.accesses);
            for (Claim claim = candidates.next(); claim != null; claim = candidates.next()) {
                grantResourcesIfFree(claim, others, granted, gone);
                if ((claim.waitsForResources || claim.holdsResources) && claim.covers(one)) {
                    // All others conflict with this one and queue behind it.
                    break;
                }
            }
        }
    }

    private void grantResourcesIfFree(Claim claim, Contenders others, List<Claim> granted, Deque<Claim> gone) {
        assert Thread.holdsLock(this);
        if (isBlocked(claim)) {
            return;
        }
        claim.waitsForResources = false;
        others.waitingLike(claim).remove(claim, claim.accesses);
        holdResources(claim);
        if (!claim.holdsResources) {
            gone.add(claim);
        }
        if (acquireCaps(claim)) {
            granted.add(claim);
        }
    }
}
