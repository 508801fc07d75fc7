package dev.interlock.langchain4j.task;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Records which runs a run must wait for, and which must wait for it. Thread-safe. */
final class TaskTurn {

    /** The turn of the run whose tool asked for this one. */
    private final @Nullable TaskTurn outer;

    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();

    // Written before other threads know the run.
    private CompletableFuture<?> turn = CompletableFuture.completedFuture(null);
    private CompletableFuture<?> over = ended;

    /** The turn before this one, until it is over. */
    private volatile @Nullable TaskTurn before;

    /** The turns of runs that tools of this run asked for, until they have ended. */
    private final Set<TaskTurn> inner = ConcurrentHashMap.newKeySet();

    TaskTurn(@Nullable TaskTurn outer) {
        this.outer = outer;
    }

    @Nullable
    TaskTurn outer() {
        return outer;
    }

    /** Makes this run wait for all earlier runs of its conversation. Call this before the run is executed. */
    void comesAfter(@Nullable TaskTurn previous, CompletableFuture<?> previousOver) {
        before = previous;
        turn = previousOver;
        over = CompletableFuture.allOf(turn, ended);
        var unused = turn.whenComplete((nothing, never) -> before = null);
    }

    /** Registers the run. */
    void enter() {
        if (outer != null) {
            outer.inner.add(this);
        }
    }

    /** Removes a run that has ended or will never begin. */
    void leave() {
        if (outer != null) {
            outer.inner.remove(this);
        }
    }

    /** Returns the turns that must end before this one can: the one before it, and those that its tools asked for. */
    Stream<TaskTurn> waitsFor() {
        return Stream.concat(Stream.ofNullable(before), inner.stream());
    }

    /** A future that completes when all earlier runs of the conversation are over. */
    CompletableFuture<?> turn() {
        return turn;
    }

    /** A future that completes when this run and all earlier ones of its conversation are over. */
    CompletableFuture<?> over() {
        return over;
    }

    void end() {
        ended.complete(null);
    }

    boolean isEnded() {
        return ended.isDone();
    }
}
