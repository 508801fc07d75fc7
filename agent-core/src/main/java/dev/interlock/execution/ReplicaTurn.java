package dev.interlock.execution;

import dev.interlock.event.Wait;
import dev.interlock.replicas.HeldClaim;
import dev.interlock.replicas.ReplicaRequest;
import dev.interlock.replicas.Reply;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Makes a call with its turn in its own replica wait until other replicas let it run. Only accessed by the call's
 * thread.
 *
 * <p>Why replicas do not wait for each other in a circle. There is one order for all calls of all replicas:
 *
 * <ol>
 *   <li>resources, here and then of all replicas;
 *   <li>the permit, the gate and the slots of its own replica, from the outer round to the inner one;
 *   <li>slots of all replicas.
 * </ol>
 *
 * <p>A call waits for something only while it holds nothing that comes later. So one that has slots of all replicas
 * waits for nothing but its tool, and ends. One that comes by slots of all replicas while it has no permit goes on if
 * it gets its permit at once; if not it gives these slots back ({@link RunningCalls#resume}), waits for its permit, and
 * then, with the permit, for slots alone. A body that waits for a round of its own has lent its slots, and takes those
 * of its replica back first. The one exception are resources that a call within another's body wants, which holds some
 * itself: it waits for them for a limited time.
 */
final class ReplicaTurn {

    private final Replicas replicas;
    private final ReplicaHold hold;
    private final DrivenCall call;
    private final RunningCalls control;
    private final Pauses pauses;
    private final TimeSource time;
    private final long heldResourceNanos;

    ReplicaTurn(
            Replicas replicas,
            ReplicaHold hold,
            DrivenCall call,
            RunningCalls control,
            Pauses pauses,
            TimeSource time,
            long heldResourceNanos) {
        this.replicas = replicas;
        this.hold = hold;
        this.call = call;
        this.control = control;
        this.pauses = pauses;
        this.time = time;
        this.heldResourceNanos = heldResourceNanos;
    }

    /** Waits until the call has all that it wants; false if it was ended. */
    boolean take() throws Exception {
        boolean pauses = true;
        for (ReplicaRequest request = hold.request(); request != null; request = hold.request()) {
            if (!take(request, pauses || !request.claim().meets().isEmpty())) {
                return false;
            }
            pauses = false;
        }
        return true;
    }

    /**
     * Waits for a claim.
     *
     * @param pausing whether it gives its permit and its slots here back meanwhile; then it may lack slots of all
     *     replicas again afterwards
     */
    private boolean take(ReplicaRequest request, boolean pausing) throws Exception {
        long since = time.nanos();
        CompletableFuture<Boolean> answered = request.answered().toCompletableFuture();
        if (!control.parkUntil(call, answered::isDone)) {
            return false;
        }
        CompletableFuture<Boolean> granted = request.granted().toCompletableFuture();
        boolean goesOn = granted.isDone()
                || (pausing ? await(request, granted, since) : control.parkUntil(call, granted::isDone));
        if (!goesOn) {
            return false;
        }
        try {
            granted.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
        hold.countGranted();
        return true;
    }

    private boolean await(ReplicaRequest request, CompletableFuture<Boolean> granted, long since) throws Exception {
        String by = request.heldUpBy();
        Wait what = new Wait.ForReplicas(replicas.limits().name(), by.equals(Reply.RESOURCE) ? null : by);
        return pauses.until(granted::isDone, heldResourceNanos, () -> goOn(request, granted, since), what);
    }

    /** Throws if what it waits for may never be free; false if the call has been ended. */
    private boolean goOn(ReplicaRequest request, CompletableFuture<Boolean> granted, long since) {
        if (!request.heldUpBy().equals(Reply.RESOURCE)) {
            return true;
        }
        Thread thread = Thread.currentThread();
        CompletableFuture<List<HeldClaim>> held = replicas.limits().heldLately().toCompletableFuture();
        var unused = held.whenComplete((claims, failed) -> LockSupport.unpark(thread));
        if (!control.parkUntil(call, () -> held.isDone() || granted.isDone())) {
            return false;
        }
        HeldClaim holder = granted.isDone() ? null : suspect(held);
        if (holder == null) {
            return true;
        }
        String state = holder.abandonedFor()
                .map(age -> "was abandoned " + age.toMillis() + " ms ago and is still running")
                .orElse("is still running after " + holder.age().toMillis() + " ms");
        throw new IllegalStateException(
                ("%s gave up after waiting %d ms for a resource that all replicas of '%s' share,"
                                + " held by %s of replica %s, which %s")
                        .formatted(
                                call.inWords(),
                                (time.nanos() - since) / 1_000_000,
                                replicas.limits().name(),
                                holder.call(),
                                holder.replica(),
                                state));
    }

    /** An abandoned call that holds what this one wants; if this one is within another's body, any. */
    private @Nullable HeldClaim suspect(CompletableFuture<List<HeldClaim>> answer) {
        if (answer.isCompletedExceptionally()) {
            // If the server is lost the next exchange says so.
            return null;
        }
        boolean within = !hold.claim().within().isEmpty();
        return answer.join().stream()
                .filter(held -> (within || held.abandonedFor().isPresent()) && held.holdsUp(hold.claim()))
                .findFirst()
                .orElse(null);
    }

    /** Gives the slots back while the call waits for its retry. */
    void pause() {
        hold.giveSlotsBack();
    }
}
