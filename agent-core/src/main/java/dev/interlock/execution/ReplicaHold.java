package dev.interlock.execution;

import dev.interlock.replicas.ReplicaClaim;
import dev.interlock.replicas.ReplicaLimits;
import dev.interlock.replicas.ReplicaRequest;
import dev.interlock.replicas.Reply;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What one call holds and wants of all that replicas share. It requests its resources once, and keeps them until its
 * body has really ended. It gives its slots back when it is abandoned, and while it waits for something other than its
 * tool; then it requests slots anew, with a claim of their own. Thread-safe; nothing here waits.
 */
final class ReplicaHold {

    private final ReplicaLimits limits;
    private final ReplicaClaim claim;
    private final TimeSource time;

    // Guarded by this.
    /** The claim that has the slots or waits for them; null if there is none. */
    private @Nullable ReplicaRequest ofSlots;

    /** It has been granted its resources, if it wants any; or calls run without. */
    private boolean granted;

    /** Not because calls run while the server is lost. */
    private boolean byServer;

    private int claims;
    private int lends;
    private boolean over;
    private boolean waits;
    private long sinceNanos;

    ReplicaHold(ReplicaLimits limits, ReplicaClaim claim, TimeSource time) {
        this.limits = limits;
        this.claim = claim;
        this.time = time;
    }

    String id() {
        return claim.id();
    }

    ReplicaClaim claim() {
        return claim;
    }

    /**
     * Requests what the call lacks, before an attempt begins; null if it has all, or is over. If its resources have
     * been lost meanwhile, with the lease, it lacks these again. Has the current thread unparked by the answer.
     */
    synchronized @Nullable ReplicaRequest request() {
        if (byServer && !claim.holds().isEmpty() && !limits.holds(claim.id())) {
            giveSlotsBack();
            granted = false;
            byServer = false;
        }
        return requestRest();
    }

    private synchronized @Nullable ReplicaRequest requestRest() {
        if (over || ofSlots != null || (granted && claim.caps().isEmpty())) {
            return null;
        }
        ReplicaClaim wanted = granted
                ? new ReplicaClaim(
                        claim.id() + "/" + ++claims, claim.call(), claim.caps(), List.of(), List.of(), List.of())
                : claim;
        ReplicaRequest request = limits.request(wanted);
        ofSlots = request;
        waits = true;
        sinceNanos = time.nanos();
        Thread thread = Thread.currentThread();
        var unused = request.answered().whenComplete((answer, lost) -> LockSupport.unpark(thread));
        var unusedToo = request.granted().whenComplete((byServer, lost) -> LockSupport.unpark(thread));
        return request;
    }

    /** Records whether it has what it asked for, also without an answer of the server where calls then run. */
    synchronized void countGranted() {
        ReplicaRequest request = ofSlots;
        CompletableFuture<Boolean> answer =
                request == null ? null : request.granted().toCompletableFuture();
        if (answer != null && answer.isDone() && !answer.isCompletedExceptionally()) {
            byServer |= !granted && answer.join();
            granted = true;
            waits = false;
        }
    }

    private String inWords(ReplicaRequest request) {
        String by = request.heldUpBy();
        for (ReplicaClaim.Cap cap : claim.caps()) {
            if (cap.name().equals(by)) {
                return "the cap of " + by + " (" + cap.limit() + ")";
            }
        }
        return by.equals(Reply.RESOURCE) ? "a resource" : "the cap of " + by;
    }

    /** Returns the words for the message of a time-out. */
    synchronized String keptWaiting() {
        ReplicaRequest request = ofSlots;
        return waits && request != null
                ? ": it waited " + (time.nanos() - sinceNanos) / 1_000_000 + " ms for " + inWords(request)
                        + " that all replicas of '" + limits.name() + "' share"
                : "";
    }

    /** Gives the slots back, or stops asking for them. */
    synchronized void giveSlotsBack() {
        countGranted();
        ReplicaRequest request = ofSlots;
        ofSlots = null;
        if (request == null) {
            return;
        }
        if (!granted || !request.claim().id().equals(claim.id())) {
            limits.giveBackAll(request.claim().id());
        } else if (!claim.caps().isEmpty()) {
            limits.giveSlotsBack(claim.id());
        }
    }

    synchronized void end() {
        if (!over) {
            over = true;
            giveSlotsBack();
            limits.giveBackAll(claim.id());
        }
    }

    /** Abandons the call, which keeps only its resources. */
    synchronized void abandon() {
        if (over) {
            return;
        }
        giveSlotsBack();
        if (claim.holds().isEmpty()) {
            limits.giveBackAll(claim.id());
        } else {
            limits.abandon(claim.id());
        }
    }

    /** Gives the slots back: the body is about to wait for a round of its own, perhaps inside another. */
    synchronized void lend() {
        if (++lends == 1) {
            giveSlotsBack();
        }
    }

    /** The body goes on: what it has to wait for, or null. Also if its resources have been lost: it has begun. */
    synchronized @Nullable ReplicaRequest takeBack() {
        return --lends == 0 ? requestRest() : null;
    }
}
