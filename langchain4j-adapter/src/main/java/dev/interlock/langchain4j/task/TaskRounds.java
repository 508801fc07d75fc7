package dev.interlock.langchain4j.task;

import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundListener;
import dev.interlock.execution.ContextPropagator;
import dev.interlock.langchain4j.TaskEvent;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Knows which run a round belongs to. A round starts on the thread that executes the run, or on a streaming model's
 * thread that calls back for it. All later events of the round, on any thread, carry its number. Thread-safe.
 *
 * <p>As a propagator it makes tools run outside any run, on every thread, since what they execute themselves does not
 * belong to the task.
 */
final class TaskRounds implements RoundListener, ContextPropagator {

    private final Map<Long, TaskRun> runs = new ConcurrentHashMap<>();

    @Override
    public void onEvent(RoundEvent event) {
        TaskRun run = runOf(event);
        if (run == null) {
            return;
        }
        if (event instanceof RoundEvent.RoundEnded ended) {
            run.add(ended.report());
        }
        run.tell(new TaskEvent.RoundProgress(run.number(), event));
    }

    private @Nullable TaskRun runOf(RoundEvent event) {
        return switch (event) {
            case RoundEvent.RoundStarted started -> {
                TaskRun run = TaskRun.current();
                if (run != null) {
                    runs.put(started.round(), run);
                }
                yield run;
            }
            case RoundEvent.RoundEnded ended -> runs.remove(ended.round());
            case RoundEvent.CallEvent during -> runs.get(during.round());
        };
    }

    /** Forgets a run that is over. A hanging round that it left behind belongs to no run. */
    void forget(TaskRun run) {
        runs.values().removeIf(run::equals);
    }

    @Override
    public @Nullable Captured capture() {
        TaskRun run = TaskRun.current();
        return run == null ? null : new InTool(run);
    }

    private record InTool(TaskRun run) implements Captured {
        @Override
        public <T extends @Nullable Object> T call(Callable<T> body) throws Exception {
            return run.inTool(body);
        }
    }
}
