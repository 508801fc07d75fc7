package dev.interlock.execution;

import dev.interlock.effect.Access;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the rounds of one executor share: caps on calls that run at the same time, and resources that calls of other
 * rounds hold.
 *
 * <p>A call first gets all its resources at once, then its caps one after another in one order that is the same for all
 * calls, waiting first come, first served. So calls that hold caps only wait for caps that come later in that order, and
 * there is no circle of calls that wait for each other. While a call's body waits for a round of its own it holds no cap,
 * see {@link Dispatcher#lend}; and it waits for a resource that another conversation's call holds only for a limited
 * time, since it holds resources itself.
 *
 * <p>Thread-safe. Its monitor is the innermost lock: nothing else is called with it held.
 */
final class SharedLimits {

    /** A limit of calls that run at the same time. */
    static final class Cap {
        private static final Comparator<Claim> FIRST_COME = Comparator.comparingLong(claim -> claim.ticket);

        private final int limit;

        // Guarded by the shared limits' monitor.
        private int used;
        private final TreeSet<Claim> queue = new TreeSet<>(FIRST_COME);

        Cap(int limit) {
            this.limit = limit;
        }
    }

    /** What one call wants and holds. Its fields are guarded by the shared limits' monitor. */
    static final class Claim {
        final CallTask task;
        final Dispatcher dispatcher;
        final long round;
        private final Object conversation;
        private final List<Access> accesses;
        private final List<Cap> caps;
        private final @Nullable Claim ancestor;
        private long ticket;
        private int capsHeld;
        private boolean waitsForResources;
        private boolean holdsResources;
        private boolean abandoned;

        Claim(CallTask task, Dispatcher dispatcher, Object conversation, @Nullable Claim ancestor) {
            this.task = task;
            this.dispatcher = dispatcher;
            this.round = dispatcher.round().number();
            this.conversation = conversation;
            this.accesses = task.accesses;
            this.caps = task.binding().caps();
            this.ancestor = ancestor;
        }

        /** Whether all that conflicts with the other conflicts with this. */
        private boolean covers(Claim other) {
            return other.accesses.stream().allMatch(theirs -> accesses.stream().anyMatch(own -> own.covers(theirs)));
        }

        private boolean isWithin(Claim other) {
            for (Claim claim = ancestor; claim != null; claim = claim.ancestor) {
                if (claim.equals(other)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** The calls that hold, or wait for, resources of one conversation; or of all. */
    private static final class Scope {
        private final AccessIndex<Claim> holders = new AccessIndex<>(Cap.FIRST_COME);
        private final AccessIndex<Claim> waiting = new AccessIndex<>(Cap.FIRST_COME);

        /** Those of them that another call's body waits for. */
        private final AccessIndex<Claim> waitingWithin = new AccessIndex<>(Cap.FIRST_COME);

        private boolean isEmpty() {
            return holders.isEmpty() && waiting.isEmpty() && waitingWithin.isEmpty();
        }

        private AccessIndex<Claim> waitingLike(Claim claim) {
            return claim.ancestor == null ? waiting : waitingWithin;
        }

        private boolean someWaitBefore(Claim claim) {
            return isBefore(claim, waiting) || isBefore(claim, waitingWithin);
        }

        private static boolean isBefore(Claim claim, AccessIndex<Claim> others) {
            Claim first = others.conflicting(claim.accesses).next();
            return first != null && first.ticket < claim.ticket;
        }
    }

    private static final Object ALL_CONVERSATIONS = new Object();

    private final boolean exclusive;

    // Guarded by this.
    private final Map<Object, Scope> scopes = new HashMap<>();
    private long lastTicket;

    /** Written under the monitor. */
    private volatile int abandoned;

    /**
     * Makes the limits of an executor.
     *
     * @param exclusive whether conflicting calls of different conversations exclude each other
     */
    SharedLimits(boolean exclusive) {
        this.exclusive = exclusive;
    }

    /** Whether calls must ask here even if they want no cap. */
    boolean concernsAll() {
        return exclusive || abandoned > 0;
    }

    Claim claim(CallTask task, Dispatcher dispatcher, Object conversation, @Nullable Claim ancestor) {
        return new Claim(task, dispatcher, exclusive ? ALL_CONVERSATIONS : conversation, ancestor);
    }

    /** Gets all that a call wants, or has it wait; {@link RoundState#granted} is called when it has it all. */
    synchronized boolean acquire(Claim claim) {
        giveTicket(claim);
        if (!claim.holdsResources && isBlocked(claim)) {
            claim.waitsForResources = true;
            scopeOf(claim).waitingLike(claim).add(claim, claim.accesses);
            return false;
        }
        holdResources(claim);
        return acquireCaps(claim);
    }

    /** Gets the caps again that a call gave back; it has kept its resources. */
    synchronized boolean acquireAgain(Claim claim) {
        return acquireCaps(claim);
    }

    private Scope scopeOf(Claim claim) {
        return scopes.computeIfAbsent(claim.conversation, conversation -> new Scope());
    }

    private void holdResources(Claim claim) {
        if (exclusive && !claim.holdsResources) {
            hold(claim);
        }
    }

    private void giveTicket(Claim claim) {
        if (claim.ticket == 0) {
            claim.ticket = ++lastTicket;
        }
    }

    private void hold(Claim claim) {
        claim.holdsResources = true;
        scopeOf(claim).holders.add(claim, claim.accesses);
    }

    private static boolean acquireCaps(Claim claim) {
        while (claim.capsHeld < claim.caps.size()) {
            Cap cap = claim.caps.get(claim.capsHeld);
            if (cap.used == cap.limit
                    || (!cap.queue.isEmpty() && Cap.FIRST_COME.compare(cap.queue.first(), claim) < 0)) {
                cap.queue.add(claim);
                return false;
            }
            cap.used++;
            claim.capsHeld++;
        }
        return true;
    }

    private boolean isBlocked(Claim claim) {
        Scope scope = scopes.get(claim.conversation);
        return scope != null
                && (scope.holders.findConflicting(claim.accesses, holder -> holdsUp(holder, claim)) != null
                        || isBehindAnother(claim, scope));
    }

    private static boolean holdsUp(Claim holder, Claim claim) {
        return !holder.equals(claim) && !claim.isWithin(holder);
    }

    /** Whoever waited first goes first; but not before a call that those wait for, perhaps, through its caller. */
    private static boolean isBehindAnother(Claim claim, Scope scope) {
        return claim.ancestor == null && scope.someWaitBefore(claim);
    }

    /**
     * What a call waits for that may never end: an abandoned call; or, if the call was made by another call's body, any.
     *
     * @return its claim, or null if there is none
     */
    synchronized @Nullable Claim suspect(Claim claim) {
        if (!claim.waitsForResources) {
            return null;
        }
        Scope scope = scopes.get(claim.conversation);
        return scope == null
                ? null
                : scope.holders.findConflicting(
                        claim.accesses,
                        holder -> (holder.abandoned || claim.ancestor != null) && holdsUp(holder, claim));
    }

    /** The calls that wait, among others perhaps, for what one holds. */
    synchronized List<Claim> waitingFor(Claim holder) {
        Scope scope = scopes.get(holder.conversation);
        if (scope == null) {
            return List.of();
        }
        List<Claim> claims = scope.waiting.conflicting(holder.accesses).all();
        claims.addAll(scope.waitingWithin.conflicting(holder.accesses).all());
        claims.removeIf(claim -> !holdsUp(holder, claim));
        return claims;
    }

    synchronized boolean waitsForResources(Claim claim) {
        return claim.waitsForResources;
    }

    /** Whether a call has all that it wants, now. */
    synchronized boolean hasAll(Claim claim) {
        return !claim.waitsForResources && claim.capsHeld == claim.caps.size();
    }

    /** Gives back caps, but no resources. To be followed by {@link RoundState#granted} for each claim that it returns. */
    synchronized List<Claim> releaseCaps(Claim claim) {
        List<Claim> granted = new ArrayList<>();
        giveCapsBack(claim, granted);
        return granted;
    }

    /** Gives back everything, or stops waiting for it. */
    synchronized List<Claim> release(Claim claim) {
        List<Claim> granted = new ArrayList<>();
        giveCapsBack(claim, granted);
        if (claim.abandoned) {
            claim.abandoned = false;
            abandoned--;
        }
        Scope scope = scopes.get(claim.conversation);
        if (scope != null && (claim.waitsForResources || claim.holdsResources)) {
            claim.waitsForResources = false;
            claim.holdsResources = false;
            scope.waitingLike(claim).remove(claim, claim.accesses);
            scope.holders.remove(claim, claim.accesses);
            grantResources(claim, scope, granted);
            if (scope.isEmpty()) {
                scopes.remove(claim.conversation);
            }
        }
        return granted;
    }

    /** The call is abandoned: it gives its caps back, and keeps its resources. */
    synchronized List<Claim> abandon(Claim claim) {
        List<Claim> granted = new ArrayList<>();
        giveCapsBack(claim, granted);
        claim.abandoned = true;
        abandoned++;
        giveTicket(claim);
        hold(claim);
        return granted;
    }

    private void giveCapsBack(Claim claim, List<Claim> granted) {
        if (claim.capsHeld < claim.caps.size()) {
            claim.caps.get(claim.capsHeld).queue.remove(claim);
        }
        while (claim.capsHeld > 0) {
            claim.capsHeld--;
            Cap cap = claim.caps.get(claim.capsHeld);
            cap.used--;
            grantCap(cap, granted);
        }
    }

    private static void grantCap(Cap cap, List<Claim> granted) {
        while (cap.used < cap.limit && !cap.queue.isEmpty()) {
            Claim next = cap.queue.first();
            cap.queue.remove(next);
            cap.used++;
            next.capsHeld++;
            if (acquireCaps(next)) {
                granted.add(next);
            }
        }
    }

    /** To those that waited for, or behind, a call that neither holds nor wants anything any more. */
    private void grantResources(Claim first, Scope scope, List<Claim> granted) {
        Deque<Claim> gone = new ArrayDeque<>(List.of(first));
        for (Claim one = gone.poll(); one != null; one = gone.poll()) {
            for (Claim claim : scope.waitingWithin.conflicting(one.accesses).all()) {
                grantResourcesIfFree(claim, scope, granted, gone);
            }
            AccessIndex.InOrder<Claim> candidates = scope.waiting.conflicting(one.accesses);
            for (Claim claim = candidates.next(); claim != null; claim = candidates.next()) {
                grantResourcesIfFree(claim, scope, granted, gone);
                if ((claim.waitsForResources || claim.holdsResources) && claim.covers(one)) {
                    // All others conflict with this one, and are behind it.
                    break;
                }
            }
        }
    }

    private void grantResourcesIfFree(Claim claim, Scope scope, List<Claim> granted, Deque<Claim> gone) {
        if (isBlocked(claim)) {
            return;
        }
        claim.waitsForResources = false;
        scope.waitingLike(claim).remove(claim, claim.accesses);
        holdResources(claim);
        if (!claim.holdsResources) {
            gone.add(claim);
        }
        if (acquireCaps(claim)) {
            granted.add(claim);
        }
    }
}
