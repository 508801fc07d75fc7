package dev.interlock.replicas;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A request for a claim. Thread-safe. */
public final class ReplicaRequest {

    private final ReplicaClaim claim;
    private final CompletableFuture<Boolean> answered = new CompletableFuture<>();
    private final CompletableFuture<Boolean> granted = new CompletableFuture<>();

    /** The thing that the claim waits for, by the server's last reply. */
    private volatile String heldUpBy = Reply.RESOURCE;

    // Guarded by the session's monitor.
    boolean sent;

    ReplicaRequest(ReplicaClaim claim) {
        this.claim = claim;
    }

    /** {@return the requested claim} */
    public ReplicaClaim claim() {
        return claim;
    }

    /**
     * Returns the first answer, which takes one exchange with the server.
     *
     * @return completes with true if the claim is granted, with false if it waits. If the server is lost and the limits
     *     fail closed, it completes with a {@link LimitServerLostException}
     */
    public CompletionStage<Boolean> answered() {
        return answered.minimalCompletionStage();
    }

    /**
     * Returns the grant of the claim, however long it takes.
     *
     * @return completes with true if the server has granted the claim, with false if the server is lost and the limits
     *     fail open; with an exception like {@link #answered}
     */
    public CompletionStage<Boolean> granted() {
        return granted.minimalCompletionStage();
    }

    /**
     * Returns the thing that the claim waits for, as far as known.
     *
     * @return the name of a cap, or {@link Reply#RESOURCE}
     */
    public String heldUpBy() {
        return heldUpBy;
    }

    void heldUp(String by) {
        heldUpBy = by;
        answered.complete(false);
    }

    void grant(boolean byServer) {
        granted.complete(byServer);
        answered.complete(true);
    }

    void fail(LimitServerLostException lost) {
        granted.completeExceptionally(lost);
        answered.completeExceptionally(lost);
    }
}
