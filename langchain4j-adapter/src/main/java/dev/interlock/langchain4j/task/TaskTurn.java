package dev.interlock.langchain4j.task;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which runs a run has to wait for, and which have to wait for it. Thread-safe. */
final class TaskTurn {

    /** Of the run whose tool asked for this one. */
    private final @Nullable TaskTurn outer;

    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();

    // Written before others know of the run.
    private CompletableFuture<?> turn = CompletableFuture.completedFuture(null);
    private CompletableFuture<?> over = ended;

    /** That before this, until it is over. */
    private volatile @Nullable TaskTurn before;

    /** Of the runs that tools of this one asked for, until they have ended. */
    private final Set<TaskTurn> inner = ConcurrentHashMap.newKeySet();

    TaskTurn(@Nullable TaskTurn outer) {
        this.outer = outer;
    }

    @Nullable
    TaskTurn outer() {
        return outer;
    }

    /** Has this wait until all that came before in its conversation is over. To be told before the run is executed. */
    void comesAfter(@Nullable TaskTurn previous, CompletableFuture<?> previousOver) {
        before = previous;
        turn = previousOver;
        over = CompletableFuture.allOf(turn, ended);
        var unused = turn.whenComplete((nothing, never) -> before = null);
    }

    /** The run has come. */
    void enter() {
        if (outer != null) {
            outer.inner.add(this);
        }
    }

    /** The run has ended, or never begins. */
    void leave() {
        if (outer != null) {
            outer.inner.remove(this);
        }
    }

    /** Those that have to end before this can: the one before it, and those that its tools asked for. */
    Stream<TaskTurn> waitsFor() {
        return Stream.concat(Stream.ofNullable(before), inner.stream());
    }

    /** Completed when all that came before in the conversation is over. */
    CompletableFuture<?> turn() {
        return turn;
    }

    /** Completed when the run, and all before it in its conversation, are over. */
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
