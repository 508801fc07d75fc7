package dev.interlock.langchain4j.task;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Keeps track of an agent's runs, and gives runs with the same memory their turns in the order of arrival, so that the
 * memory stays consistent. Thread-safe.
 */
final class RunningTasks {

    /**
     * Serialises the arrivals at all agents, so that the second of two runs that would wait for each other finds the
     * first.
     */
    private static final Object ARRIVAL = new Object();

    /**
     * The last turn of a memory.
     *
     * @param turn the turn of the last run; null if the memory is only being forgotten
     * @param over completes when the next one has its turn
     */
    private record Last(@Nullable TaskTurn turn, CompletableFuture<?> over) {}

    private final Set<TaskRun> runs = ConcurrentHashMap.newKeySet();

    /** The last turns, by memory. */
    private final Map<Object, Last> last = new ConcurrentHashMap<>();

    /** Registers a run. Call this before the run is executed. */
    void enter(TaskRun run) {
        Object memoryId = run.memoryId();
        TaskTurn turn = run.turn();
        synchronized (ARRIVAL) {
            Last before = last.get(memoryId);
            if (before != null) {
                check(run, before.turn());
                turn.comesAfter(before.turn(), before.over());
            }
            last.put(memoryId, new Last(turn, turn.over()));
            runs.add(run);
            turn.enter();
        }
    }

    /** Rejects a run that would wait, directly or not, for the tool that asks for it: the tool would never end. */
    private static void check(TaskRun run, @Nullable TaskTurn before) {
        Set<TaskTurn> waiting = new HashSet<>();
        for (TaskTurn outer = run.turn().outer(); outer != null; outer = outer.outer()) {
            if (!outer.isEnded()) {
                waiting.add(outer);
            }
        }
        if (before == null || waiting.isEmpty()) {
            return;
        }
        Set<TaskTurn> found = new HashSet<>(Set.of(before));
        Deque<TaskTurn> open = new ArrayDeque<>(found);
        for (TaskTurn next = open.poll(); next != null; next = open.poll()) {
            if (waiting.contains(next)) {
                throw new IllegalStateException("conversation '" + run.conversation()
                        + "' waits for the tool call that asks for this task, so the task would never begin: give"
                        + " it another conversation");
            }
            next.waitsFor().filter(found::add).forEach(open::add);
        }
    }

    /** Removes a run that has ended or will never begin. */
    void leave(TaskRun run) {
        runs.remove(run);
        run.end();
        TaskTurn turn = run.turn();
        turn.leave();
        Last own = new Last(turn, turn.over());
        var unused = own.over().whenComplete((nothing, never) -> last.remove(run.memoryId(), own));
    }

    /**
     * Evicts a memory when all its present runs are over, and before the next one has its turn.
     *
     * @return the eviction's result; true if it must wait
     */
    boolean forget(Object memoryId, Predicate<Object> evict) {
        CompletableFuture<@Nullable Void> unlocked = new CompletableFuture<>();
        CompletableFuture<Boolean> evicted;
        Last own;
        synchronized (ARRIVAL) {
            Last before = last.get(memoryId);
            CompletableFuture<?> turn = before == null ? unlocked : CompletableFuture.allOf(before.over(), unlocked);
            evicted = turn.thenApply(nothing -> evict.test(memoryId));
            own = new Last(before == null ? null : before.turn(), evicted.exceptionally(never -> false));
            last.put(memoryId, own);
        }
        unlocked.complete(null);
        var unused = own.over().whenComplete((nothing, never) -> last.remove(memoryId, own));
        return evicted.getNow(true);
    }

    void forEach(Consumer<TaskRun> action) {
        runs.forEach(action);
    }
}
