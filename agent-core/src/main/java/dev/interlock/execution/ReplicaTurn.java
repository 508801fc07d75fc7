package dev.interlock.execution;

import dev.interlock.event.Wait;
import dev.interlock.replicas.HeldClaim;
import dev.interlock.replicas.ReplicaAsk;
import dev.interlock.replicas.Reply;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Makes a call with its turn in its own replica wait until other replicas let it run. Only accessed by the call's
 * thread.
 *
 * <p>Replicas cannot wait for each other in a circle. A call asks for all that it wants at once, and while it waits for
 * more than one answer it holds neither a permit nor a slot of its own replica. So a call that holds those waits only
 * for its tool. A call may hold resources while it waits for slots, before a retry or after a round of its own. But
 * calls that hold slots wait at most for slots of their own replica. A call inside another's body waits only for a
 * limited time for resources that others hold.
 */
final class ReplicaTurn {

    private final Replicas replicas;
    private final ReplicaHold hold;
    private final DrivenCall call;
    private final CallControl control;
    private final Pauses pauses;
    private final TimeSource time;
    private final long heldResourceNanos;

    ReplicaTurn(
            Replicas replicas,
            ReplicaHold hold,
            DrivenCall call,
            CallControl control,
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
        ReplicaAsk ask = hold.ask();
        if (ask == null) {
            return true;
        }
        long since = time.nanos();
        CompletableFuture<Boolean> answered = ask.answered().toCompletableFuture();
        if (!control.parkUntil(call, answered::isDone, false, 0)) {
            return false;
        }
        CompletableFuture<Boolean> granted = ask.granted().toCompletableFuture();
        if (!granted.isDone() && !await(ask, granted, since)) {
            return false;
        }
        try {
            granted.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
        hold.granted();
        return true;
    }

    private boolean await(ReplicaAsk ask, CompletableFuture<Boolean> granted, long since) throws Exception {
        String by = ask.heldUpBy();
        Wait what = new Wait.ForReplicas(replicas.limits().name(), by.equals(Reply.RESOURCE) ? null : by);
        return pauses.until(granted::isDone, heldResourceNanos, () -> goOn(ask, since), what);
    }

    /** Throws if the awaited resource may never become free. */
    private boolean goOn(ReplicaAsk ask, long since) {
        HeldClaim holder = suspect(ask);
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

    /**
     * Returns an abandoned call that holds what this one wants; if this one is inside another's body, any such call.
     */
    private @Nullable HeldClaim suspect(ReplicaAsk ask) {
        if (!ask.heldUpBy().equals(Reply.RESOURCE)) {
            return null;
        }
        boolean within = !hold.claim().within().isEmpty();
        try {
            return replicas.limits().held().stream()
                    .filter(held -> (within || held.abandonedFor().isPresent()) && held.holdsUp(hold.claim()))
                    .findFirst()
                    .orElse(null);
        } catch (Exception e) {
            // If the server is lost, the next exchange tells.
            return null;
        }
    }

    /** Gives the slots back while the call waits for its retry. */
    void pause() {
        hold.returnSlots();
    }
}
