package dev.interlock.execution;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
        private final Object scope;
        private final List<Cap> caps;
        private final @Nullable Claim ancestor;
        private long ticket;
        private int capsHeld;
        private boolean waitsForResources;
        private boolean holdsResources;
        private boolean abandoned;

        Claim(CallTask task, Dispatcher dispatcher, Object scope, @Nullable Claim ancestor) {
            this.task = task;
            this.dispatcher = dispatcher;
            this.round = dispatcher.round().number();
            this.scope = scope;
            this.caps = task.binding().caps();
            this.ancestor = ancestor;
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

    private static final Object ALL_CONVERSATIONS = new Object();

    private final boolean exclusive;

    // Guarded by this.
    private final Map<Object, Set<Claim>> holders = new HashMap<>();
    private final TreeSet<Claim> waitForResources = new TreeSet<>(Cap.FIRST_COME);
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
        if (claim.ticket == 0) {
            claim.ticket = ++lastTicket;
        }
        if (!claim.holdsResources && isBlocked(claim)) {
            claim.waitsForResources = true;
            waitForResources.add(claim);
            return false;
        }
        holdResources(claim);
        return acquireCaps(claim);
    }

    /** Gets the caps again that a call gave back; it has kept its resources. */
    synchronized boolean acquireAgain(Claim claim) {
        return acquireCaps(claim);
    }

    private void holdResources(Claim claim) {
        if (exclusive && !claim.holdsResources) {
            claim.holdsResources = true;
            holders.computeIfAbsent(claim.scope, scope -> new LinkedHashSet<>()).add(claim);
        }
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
        for (Claim holder : holders.getOrDefault(claim.scope, Set.of())) {
            if (blocks(holder, claim)) {
                return true;
            }
        }
        return isBehindAnother(claim);
    }

    private static boolean blocks(Claim holder, Claim claim) {
        return !holder.equals(claim) && !claim.isWithin(holder) && claim.task.conflictsWith(holder.task);
    }

    /** Whoever waited first goes first; but not before a call that those wait for, perhaps, through its caller. */
    private boolean isBehindAnother(Claim claim) {
        if (claim.ancestor != null) {
            return false;
        }
        for (Claim other : waitForResources.headSet(claim)) {
            if (other.scope.equals(claim.scope) && claim.task.conflictsWith(other.task)) {
                return true;
            }
        }
        return false;
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
        for (Claim holder : holders.getOrDefault(claim.scope, Set.of())) {
            if ((holder.abandoned || claim.ancestor != null) && blocks(holder, claim)) {
                return holder;
            }
        }
        return null;
    }

    /** The calls that wait, among others perhaps, for what one holds. */
    synchronized List<Claim> waitingFor(Claim holder) {
        return waitForResources.stream()
                .filter(claim -> claim.scope.equals(holder.scope) && blocks(holder, claim))
                .toList();
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
        if (claim.waitsForResources) {
            claim.waitsForResources = false;
            waitForResources.remove(claim);
            grantResources(granted);
        } else if (claim.holdsResources) {
            claim.holdsResources = false;
            Set<Claim> others = holders.get(claim.scope);
            if (others != null) {
                others.remove(claim);
                if (others.isEmpty()) {
                    holders.remove(claim.scope);
                }
            }
            grantResources(granted);
        }
        return granted;
    }

    /** The call is abandoned: it gives its caps back, and keeps its resources. */
    synchronized List<Claim> abandon(Claim claim) {
        List<Claim> granted = new ArrayList<>();
        giveCapsBack(claim, granted);
        claim.abandoned = true;
        abandoned++;
        claim.holdsResources = true;
        holders.computeIfAbsent(claim.scope, scope -> new LinkedHashSet<>()).add(claim);
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

    private void grantResources(List<Claim> granted) {
        for (Claim claim : List.copyOf(waitForResources)) {
            if (!isBlocked(claim)) {
                waitForResources.remove(claim);
                claim.waitsForResources = false;
                holdResources(claim);
                if (acquireCaps(claim)) {
                    granted.add(claim);
                }
            }
        }
    }
}
