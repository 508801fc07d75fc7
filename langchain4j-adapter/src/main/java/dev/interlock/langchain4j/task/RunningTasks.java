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
 * The runs of an agent that are not over. Those of a memory have their turns, in the order in which they came: so it stays
 * whole. Thread-safe.
 */
final class RunningTasks {

    /** Serialises the arrivals at all agents: of two that would wait for each other the second must find the first. */
    private static final Object ARRIVAL = new Object();

    /**
     * What has the last turn.
     *
     * @param turn of the last run; null if the memory is only being forgotten
     * @param over when whatever comes next has its turn
     */
    private record Last(@Nullable TaskTurn turn, CompletableFuture<?> over) {}

    private final Set<TaskRun> runs = ConcurrentHashMap.newKeySet();

    /** By memory. */
    private final Map<Object, Last> last = new ConcurrentHashMap<>();

    /** A run comes. To be told before it is executed. */
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

    /** A tool would never end if it executed a task that, directly or not, has to wait for that tool. */
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
                        + "' waits for this call, so it cannot execute a task now");
            }
            next.waitsFor().filter(found::add).forEach(open::add);
        }
    }

    /** A run has ended, or never begins. */
    void leave(TaskRun run) {
        runs.remove(run);
        run.end();
        TaskTurn turn = run.turn();
        turn.leave();
        Last own = new Last(turn, turn.over());
        var unused = own.over().whenComplete((nothing, never) -> last.remove(run.memoryId(), own));
    }

    /**
     * Has a memory evicted when all runs of it that have come are over, and before the next has its turn.
     *
     * @return what the eviction gave; true if it has to wait
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
