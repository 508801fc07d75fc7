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
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calls of a response that is being streamed. A call whose effects are known starts as soon as it is complete and all
 * calls before it have been admitted; so conflicting calls keep the order of the message, in whatever order the stream
 * completes them. The first call of which nothing is known, and all after it, wait for the end of the response, as they
 * would without this library: the response might still turn out to be an error.
 *
 * <p>Used by the stream's thread, one at a time; only {@link #cancel} may be called by others.
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
            current = engine.streamedRound(carrier, conversation, context);
            round = current;
        }
        started.add(task);
        current.admit(task);
        String why = cancelled;
        if (why != null) {
            current.cancel(why);
        }
    }

    /** Ends what runs; no further call starts. Does not wait. */
    void cancel(String why) {
        cancelled = why;
        StreamedRound current = round;
        if (current != null) {
            current.cancel(why);
        }
    }

    /** Ends what runs, and waits for it. */
    void cancelAndWait(String why) {
        cancel(why);
        StreamedRound current = round;
        if (current != null) {
            current.await();
        }
    }

    /**
     * The response is complete: executes what has not been started, and waits for all.
     *
     * @param requests those of the message
     * @param factory makes the tasks of those that have not been started
     */
    Executed finish(List<ToolExecutionRequest> requests, RequestTasks factory) {
        List<RequestTask> tasks = inOrder(requests, factory);
        StreamedRound streamed = round;
        if (streamed != null) {
            streamed.await();
            return new Executed(tasks, leaving(streamed.failure(), streamed.interrupted(), streamed.cancelled()));
        }
        String why = cancelled;
        if (why != null) {
            // Gives every call its outcome.
            StreamedRound none = engine.streamedRound(carrier, conversation, context);
            none.cancel(why);
            tasks.forEach(none::admit);
            none.await();
            return new Executed(tasks, leaving(null, none.interrupted(), null));
        }
        Round whole = engine.round(tasks, carrier, conversation, context);
        whole.execute();
        return new Executed(tasks, leaving(whole.failure(), whole.interrupted(), whole.cancelled()));
    }

    /**
     * What {@link #finish} did.
     *
     * @param tasks in the order of the requests
     * @param leaving what must leave the loop, or null
     */
    record Executed(List<RequestTask> tasks, @Nullable Throwable leaving) {}

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
        List<RequestTask> tasks = new ArrayList<>(requests.size());
        for (ToolExecutionRequest request : requests) {
            RequestTask known = take(left, request);
            if (known == null) {
                known = factory.task(request);
                if (round != null) {
                    admit(known);
                }
            }
            tasks.add(known);
        }
        for (RequestTask task : left) {
            log.warn(
                    "Tool '{}' was started for a call that the model completed, but that is not in its message",
                    task.request().name());
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
}
