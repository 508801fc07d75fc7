package dev.interlock.replicas;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A claim that was asked for. Thread-safe. */
public final class ReplicaAsk {

    private final ReplicaClaim claim;
    private final CompletableFuture<Boolean> answered = new CompletableFuture<>();
    private final CompletableFuture<Boolean> granted = new CompletableFuture<>();

    /** What it waits for, as the server said last. */
    private volatile String heldUpBy = Reply.RESOURCE;

    // Guarded by the session's monitor.
    boolean sent;

    ReplicaAsk(ReplicaClaim claim) {
        this.claim = claim;
    }

    /**
     * What is wanted.
     *
     * @return the claim
     */
    public ReplicaClaim claim() {
        return claim;
    }

    /**
     * The first answer, which takes one exchange with the server.
     *
     * @return true if the claim is granted, false if it waits; exceptionally, if the server is lost and calls fail then, with
     *     a {@link LimitServerLostException}
     */
    public CompletionStage<Boolean> answered() {
        return answered.minimalCompletionStage();
    }

    /**
     * That the claim is granted, however long it takes.
     *
     * @return true if the server granted it, false if the server is lost and calls run then; exceptionally as
     *     {@link #answered}
     */
    public CompletionStage<Boolean> granted() {
        return granted.minimalCompletionStage();
    }

    /**
     * What it waits for, as far as is known.
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
