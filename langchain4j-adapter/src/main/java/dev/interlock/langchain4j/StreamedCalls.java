package dev.interlock.langchain4j;

import dev.interlock.effect.EffectSource;
import dev.interlock.execution.CapturedContext;
import dev.interlock.execution.Round;
import dev.interlock.execution.StreamedRound;
import dev.interlock.execution.ToolCallExecutor;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calls of a response that is being streamed. A call whose effects are known starts as soon as it is complete and all
 * calls before it have been admitted; so conflicting calls keep the order of the message, in whatever order the stream
 * completes them. The first call of which nothing is known, and all after it, wait for the end of the response, as they
 * would without this library: the response might still turn out to be an error.
 *
 * <p>Used by the stream's thread, one at a time; only {@link #cancel} and {@link #cancelAndWait} may be called by others.
 */
final class StreamedCalls {

    private static final Logger log = LoggerFactory.getLogger(StreamedCalls.class);

    static final String CANCELLED = "the stream was cancelled";

    private final ToolCallExecutor engine;
    private final @Nullable Executor carrier;
    private final @Nullable Object conversation;
    private final CapturedContext context;

    private final List<RequestTask> started = new ArrayList<>();
    private final Map<Integer, ToolExecutionRequest> early = new HashMap<>();
    private boolean held;

    // Written by the stream's thread.
    private volatile @Nullable StreamedRound round;

    private volatile @Nullable String cancelled;

    /** Held by the thread that waits for the calls: a round has one owner. */
    private final ReentrantLock ending = new ReentrantLock();

    /** Whether the round takes no more calls; guarded by {@link #ending}. */
    private boolean awaited;

    /** The round of a response of which no call was started before its end. */
    private volatile @Nullable Round whole;

    StreamedCalls(
            ToolCallExecutor engine,
            @Nullable Executor carrier,
            @Nullable Object conversation,
            CapturedContext context) {
        this.engine = engine;
        this.carrier = carrier;
        this.conversation = conversation;
        this.context = context;
    }

    /**
     * The model has completed a call.
     *
     * @param index its place in the message, from 0
     */
    void completed(int index, ToolExecutionRequest request, RequestTasks factory) {
        early.putIfAbsent(index, request);
        while (!held && cancelled == null) {
            ToolExecutionRequest next = early.remove(started.size());
            if (next == null) {
                return;
            }
            RequestTask task = factory.task(next);
            if (!mayStartEarly(task)) {
                held = true;
            } else {
                admit(task);
            }
        }
    }

    private static boolean mayStartEarly(RequestTask task) {
        return task.binding().source() != EffectSource.UNDECLARED && task.hasObjectArguments();
    }

    private void admit(RequestTask task) {
        StreamedRound current = round;
        if (current == null) {
            current = engine.rounds().streamedRound(carrier, conversation, context);
            round = current;
        }
        // Whoever cancels sees the round, or else has cancelled before it was there.
        String why = cancelled;
        if (why != null) {
            current.cancel(why);
        }
        started.add(task);
        current.admit(task);
    }

    /** Ends what runs; no further call starts. Does not wait. */
    void cancel(String why) {
        if (cancelled == null) {
            cancelled = why;
        }
        StreamedRound current = round;
        if (current != null) {
            current.cancel(why);
        }
        Round atEnd = whole;
        if (atEnd != null) {
            atEnd.cancel(why);
        }
    }

    /** Why they were cancelled, or null if they were not. */
    @Nullable
    String cancelled() {
        return cancelled;
    }

    /** Ends what runs, and waits for it. */
    void cancelAndWait(String why) {
        cancel(why);
        if (ending.isHeldByCurrentThread()) {
            // By a call that runs on the thread that waits for it.
            return;
        }
        ending.lock();
        try {
            StreamedRound current = round;
            if (current != null) {
                current.await();
                awaited = true;
            }
        } finally {
            ending.unlock();
        }
    }

    /**
     * The response is complete: executes what has not been started, and waits for all.
     *
     * @param requests those of the message
     * @param factory makes the tasks of those that have not been started
     */
    Executed finish(List<ToolExecutionRequest> requests, RequestTasks factory) {
        ending.lock();
        try {
            List<RequestTask> tasks = inOrder(requests, factory);
            StreamedRound streamed = round;
            if (streamed != null) {
                streamed.await();
                awaited = true;
                return new Executed(tasks, leaving(streamed.failure(), streamed.interrupted(), streamed.cancelled()));
            }
            return executeWhole(tasks);
        } finally {
            ending.unlock();
        }
    }

    /** No call has been started, so this is a round as any other, on the current thread. */
    private Executed executeWhole(List<RequestTask> tasks) {
        Round current = engine.rounds().round(tasks, carrier, conversation, context);
        whole = current;
        // Whoever cancels sees the round, or else has cancelled before it was there.
        String why = cancelled;
        if (why != null) {
            current.cancel(why);
        }
        current.execute();
        return new Executed(tasks, leaving(current.failure(), current.interrupted(), current.cancelled()));
    }

    /** Gives calls that are not to start their outcome. */
    private void refuse(List<RequestTask> tasks) {
        String why = cancelled;
        Round none = engine.rounds().round(tasks, carrier, conversation, context);
        none.cancel(why == null ? CANCELLED : why);
        none.execute();
    }

    /**
     * What {@link #finish} did.
     *
     * @param tasks in the order of the requests
     * @param leaving what must leave the loop, or null
     */
    record Executed(List<RequestTask> tasks, @Nullable Throwable leaving) {}

    /**
     * What must leave the loop, or null.
     *
     * @param failure of the round
     * @param interrupted whether somebody interrupted the thread that waited
     * @param roundCancelled why the round was cancelled, by other means than the stream; or null
     */
    private @Nullable Throwable leaving(
            @Nullable Throwable failure, boolean interrupted, @Nullable String roundCancelled) {
        if (failure != null) {
            return failure;
        }
        if (interrupted) {
            return ToolLoop.interrupted();
        }
        String why = cancelled == null ? roundCancelled : cancelled;
        return why == null ? null : ToolLoop.cancelled(why);
    }

    private List<RequestTask> inOrder(List<ToolExecutionRequest> requests, RequestTasks factory) {
        List<RequestTask> left = new ArrayList<>(started);
        @Nullable RequestTask[] known = new RequestTask[requests.size()];
        for (int i = 0; i < known.length; i++) {
            known[i] = take(left, requests.get(i));
        }
        // A model may tell another id, or other arguments, when the call is complete than when the response is.
        for (int i = 0; i < known.length && i < started.size(); i++) {
            RequestTask there = started.get(i);
            if (known[i] == null && isLikely(there.request(), requests.get(i)) && left.remove(there)) {
                known[i] = there;
            }
        }
        for (RequestTask task : left) {
            log.warn(
                    "Tool '{}' was started for a call that the model completed, but that is not in its message",
                    task.request().name());
        }
        List<RequestTask> tasks = new ArrayList<>(known.length);
        List<RequestTask> tooLate = new ArrayList<>();
        for (int i = 0; i < known.length; i++) {
            RequestTask task = known[i];
            if (task == null) {
                task = factory.task(requests.get(i));
                if (awaited) {
                    tooLate.add(task);
                } else if (round != null) {
                    // The stream may have completed calls that the message does not have.
                    task.referTo(tasks, i);
                    admit(task);
                }
            }
            tasks.add(task);
        }
        if (!tooLate.isEmpty()) {
            refuse(tooLate);
        }
        return tasks;
    }

    /** Usually the first. */
    private static @Nullable RequestTask take(List<RequestTask> left, ToolExecutionRequest request) {
        for (Iterator<RequestTask> tasks = left.iterator(); tasks.hasNext(); ) {
            RequestTask task = tasks.next();
            if (task.request().equals(request)) {
                tasks.remove();
                return task;
            }
        }
        return null;
    }

    /** Whether two requests at the same place are the same call. */
    private static boolean isLikely(ToolExecutionRequest one, ToolExecutionRequest other) {
        return Objects.equals(one.name(), other.name())
                && ((one.id() != null && one.id().equals(other.id()))
                        || Objects.equals(one.arguments(), other.arguments()));
    }
}
