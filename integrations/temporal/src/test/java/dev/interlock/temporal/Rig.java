package dev.interlock.temporal;

import static org.awaitility.Awaitility.await;

import dev.interlock.call.ToolCall;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.worker.WorkerOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Temporal's in-memory server, with workers that have some tools. Time is skipped where nothing runs. */
final class Rig implements AutoCloseable {

    static final String QUEUE = "rounds";

    /**
     * No worker keeps a workflow between two of its tasks, so each task is a replay. When a worker stops, it looks
     * often whether its threads have ended. By default it does so every 250 ms, for one of its parts after another,
     * which is most of the time of a short test.
     */
    static final WorkerFactoryOptions NOTHING_KEPT = WorkerFactoryOptions.newBuilder()
            .setWorkflowCacheSize(0)
            .setShutdownCheckInterval(Duration.ofMillis(5))
            .build();

    /**
     * A machine with other things to do may take longer than a second for a task of a workflow. The SDK would take that
     * for a deadlock, and wait ten seconds for another try.
     *
     * <p>Nor does a worker ask for the further tasks of a workflow, as it does even if it keeps none. A real server
     * gives them to it for some seconds; the in-memory one gives them to it only, also when it is gone.
     */
    static final WorkerOptions PATIENT = WorkerOptions.newBuilder()
            .setMaxHeartbeatThrottleInterval(Duration.ofMillis(100))
            .setDefaultDeadlockDetectionTimeout(60_000)
            .setStickyQueueScheduleToStartTimeout(Duration.ZERO)
            .build();

    final TestWorkflowEnvironment env;
    final RoundClient client;

    private final List<WorkerFactory> factories = new ArrayList<>();

    Rig() {
        this(WorkflowClientOptions.getDefaultInstance());
    }

    Rig(WorkflowClientOptions options) {
        env = TestWorkflowEnvironment.newInstance(TestEnvironmentOptions.newBuilder()
                .setWorkflowClientOptions(options)
                .build());
        client = new RoundClient(env.getWorkflowClient(), QUEUE);
    }

    /** Waits, whatever interrupts come, as a tool does that ignores them, and notes each. */
    static void awaitStubbornly(CountDownLatch latch, List<String> log) {
        boolean ended = false;
        while (!ended) {
            try {
                ended = latch.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                log.add("ignored");
            }
        }
    }

    /** A server with one worker, until it is closed. */
    static Rig of(TemporalRounds rounds) {
        Rig rig = new Rig();
        rig.newWorker(rounds);
        return rig;
    }

    /** Another worker, that may be stopped for itself. */
    WorkerFactory newWorker(TemporalRounds rounds) {
        return newWorker(rounds, NOTHING_KEPT);
    }

    WorkerFactory newWorker(TemporalRounds rounds, WorkerFactoryOptions options) {
        WorkerFactory factory = WorkerFactory.newInstance(env.getWorkflowClient(), options);
        Worker worker = factory.newWorker(QUEUE, PATIENT);
        rounds.registerWith(worker);
        factory.start();
        factories.add(factory);
        return factory;
    }

    static void stop(WorkerFactory factory) {
        factory.shutdownNow();
        factory.awaitTermination(10, TimeUnit.SECONDS);
    }

    WorkflowExecutionHistory history(String workflowId) {
        return env.getWorkflowClient().fetchHistory(workflowId);
    }

    /** Waits until the workflow has heard of its latest signal. */
    static void awaitHeard(Rig rig, String workflowId) {
        await().until(() -> rig.hasAfterSignal(workflowId, EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED));
    }

    /** Whether the latest signal was followed by an event of a type. */
    boolean hasAfterSignal(String workflowId, EventType next) {
        List<EventType> types = history(workflowId).getEvents().stream()
                .map(HistoryEvent::getEventType)
                .toList();
        int signal = types.lastIndexOf(EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED);
        return signal >= 0 && types.subList(signal, types.size()).contains(next);
    }

    /** The calls, given as tool and arguments; single quotes stand for double ones. */
    static List<ToolCall> calls(String... calls) {
        return Arrays.stream(calls)
                .map(call -> {
                    int space = call.indexOf(' ');
                    return ToolCall.parse(
                            null,
                            call.substring(0, space),
                            call.substring(space + 1).replace('\'', '"'));
                })
                .toList();
    }

    @Override
    public void close() {
        factories.forEach(Rig::stop);
        env.close();
    }
}
