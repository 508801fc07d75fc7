package dev.interlock.langchain4j;

import dev.interlock.durable.SuspendedRound;
import dev.interlock.effect.EffectSource;
import dev.interlock.execution.CapturedContext;
import dev.interlock.execution.Round;
import dev.interlock.execution.StreamedRound;
import dev.interlock.execution.ToolCallExecutor;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calls of a response while it streams. The client's reports are preliminary; the complete response's message
 * counts. Each call of the message runs once, with the message's arguments. An early started call is one of them only
 * if the message confirms it ({@link Confirmation}).
 *
 * <p>A call starts early as soon as the client reports it complete and all calls before it are admitted. So conflicting
 * calls keep the message's order, no matter in which order the stream completes them. The first call that may not start
 * early ({@link EarlyStart}), and all after it, wait for the response's end, since the response may still turn out to
 * be an error.
 *
 * <p>Early calls run on threads of their own. So nothing starts early unless the engine's guards allow any thread, both
 * on the thread that asks the model and creates this object, and on the one that reports the call. When the response is
 * complete, the engine asks the guards about all its calls, on the thread that waits for them, since a sequential run
 * would use that thread.
 *
 * <p>Used by the stream's thread, one at a time; only {@link #cancel}, {@link #cancelAndWait} and {@link #mayMatter}
 * may be called by others.
 */
final class StreamedCalls {

    private static final Logger log = LoggerFactory.getLogger(StreamedCalls.class);

    static final String CANCELLED = "the stream was cancelled";
    static final String NOT_HELD = "the response does not hold it";
    static final String OWN_ERROR = "a callback of the stream threw an exception";

    private final ToolCallExecutor engine;
    private final EarlyStart earlyStart;
    private final @Nullable Executor callExecutor;
    private final @Nullable Object conversation;
    private final CapturedContext context;

    private final Map<Integer, ToolExecutionRequest> early = new HashMap<>();
    private boolean noMoreEarly;

    /** Whether a guard, asked on the thread that asks the model, restricts where calls may run. */
    private final boolean guarded;

    /** The early started calls, in the order of their starts; written by the stream's thread, guarded by itself. */
    private final List<RequestCall> started = new ArrayList<>();

    /** The calls that the guards were asked about: the early started ones, and the first that must not start early. */
    private final Prefixes<RequestCall> asked = new Prefixes<>();

    // Written by the stream's thread.
    private volatile @Nullable StreamedRound round;

    /** Whether a call that may change something was started early. */
    private volatile boolean writes;

    /** Counts the early started calls. */
    private volatile @Nullable ResponseLimits counting;

    /** The early started reads that {@link #suspect} has ended; only accessed by the stream's thread. */
    private final Set<RequestCall> withdrawn = new HashSet<>();

    private volatile @Nullable String cancelled;

    /** Held by the thread that waits for the calls: a round has one owner. */
    private final ReentrantLock ending = new ReentrantLock();

    // Guarded by ending.

    /** Whether the round takes no more calls. */
    private boolean awaited;

    /** The started calls that do not count; null until the message is complete. */
    private @Nullable EarlyRuns unconfirmed;

    /** The round, if no call started before the response was complete. */
    private volatile @Nullable Round whole;

    StreamedCalls(
            ToolCallExecutor engine,
            EarlyStart earlyStart,
            @Nullable Executor callExecutor,
            @Nullable Object conversation,
            CapturedContext context) {
        this.engine = engine;
        this.earlyStart = earlyStart;
        this.callExecutor = callExecutor;
        this.conversation = conversation;
        this.context = context;
        this.guarded = !engine.rounds().mayStartEarly(List.of());
        this.noMoreEarly = guarded || earlyStart == EarlyStart.OFF;
    }

    boolean isGuarded() {
        return guarded;
    }

    /**
     * Handles a call that the client reports as complete.
     *
     * @param index its place in the message, from 0
     */
    void completed(int index, ToolExecutionRequest request, RequestCallFactory factory) {
        if (noMoreEarly) {
            return;
        }
        ToolExecutionRequest before =
                index < started.size() ? started.get(index).request() : early.putIfAbsent(index, request);
        if (before != null) {
            // If it now reports something else, it mixes up the pieces of several calls, and no report is reliable.
            noMoreEarly = !Confirmation.areSame(factory.call(before), factory.call(request));
            return;
        }
        while (!noMoreEarly && cancelled == null) {
            ToolExecutionRequest next = early.remove(started.size());
            if (next == null) {
                return;
            }
            RequestCall call = factory.call(next);
            if (mayStartEarly(call, factory) && factory.limits().countEarly(call)) {
                startEarly(call, factory.limits());
            } else {
                noMoreEarly = true;
            }
        }
    }

    private boolean mayStartEarly(RequestCall call, RequestCallFactory factory) {
        return call.binding().source() != EffectSource.UNDECLARED
                && call.hasObjectArguments()
                && (earlyStart == EarlyStart.ALL || call.isKnownToRead())
                && factory.missing(call).isEmpty()
                && (!engine.rounds().isGuarded() || engine.rounds().mayStartEarly(asked.add(call)));
    }

    private void startEarly(RequestCall call, ResponseLimits limits) {
        counting = limits;
        StreamedRound current = round;
        if (current == null) {
            current = engine.rounds().streamedRound(callExecutor, conversation, context);
            round = current;
        }
        // A cancelling thread sees the round, unless it cancelled before the round existed.
        String why = cancelled;
        if (why != null) {
            current.cancel(why);
        }
        synchronized (started) {
            started.add(call);
        }
        if (!call.isKnownToRead()) {
            writes = true;
        }
        current.admit(call);
    }

    private List<RequestCall> startedSoFar() {
        synchronized (started) {
            return List.copyOf(started);
        }
    }

    /** Whether an early started call may have changed something. */
    boolean mayMatter() {
        return writes;
    }

    /**
     * Handles an exception of the user's own callback. The model may go on as if nothing had happened, or it may end
     * without another word. So no further call starts early, and started reads end; a complete message has them run
     * again. Writes must not run twice and go on, and so do the reads before them, which would see the writes.
     *
     * @return in words which writes may go on; null if there are none
     */
    @Nullable
    String suspect() {
        noMoreEarly = true;
        StreamedRound current = round;
        if (current == null) {
            return null;
        }
        List<RequestCall> all = startedSoFar();
        List<String> going = new ArrayList<>();
        int afterWrites = 0;
        for (int place = 0; place < all.size(); place++) {
            if (!all.get(place).isKnownToRead()) {
                going.add(EarlyRuns.name(place, all.get(place)));
                afterWrites = place + 1;
            }
        }
        for (RequestCall read : all.subList(afterWrites, all.size())) {
            withdrawn.add(read);
            current.withdraw(read, OWN_ERROR);
        }
        return going.isEmpty()
                ? null
                : "before the response was complete, these calls were started, which go on and may take effect: "
                        + String.join("; ", going);
    }

    /** Ends running calls; no further call starts. Does not wait. */
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

    /** Whether the current thread waits for the calls, perhaps while it runs one. */
    boolean isAwaitedHere() {
        return ending.isHeldByCurrentThread();
    }

    /**
     * Ends running calls, and waits for them.
     *
     * @return the calls that ran and that no message contains
     */
    EarlyRuns cancelAndWait(String why) {
        cancel(why);
        if (isAwaitedHere()) {
            return EarlyRuns.NONE;
        }
        ending.lock();
        try {
            StreamedRound current = round;
            if (current == null) {
                return EarlyRuns.NONE;
            }
            List<RequestCall> all = startedSoFar();
            if (!awaited && counting != null) {
                counting.takeBack(all);
            }
            current.await();
            awaited = true;
            return unconfirmed == null ? EarlyRuns.of(all, all, current.results()) : unconfirmed;
        } finally {
            ending.unlock();
        }
    }

    /**
     * Handles the complete response: executes the calls that have no valid early run, and waits for all.
     *
     * @param requests the message's requests, with the ids for their results
     * @param factory creates calls for requests that have not started
     */
    StreamedEnd finish(List<ToolExecutionRequest> requests, RequestCallFactory factory, ResponseEnd end) {
        ending.lock();
        try {
            StreamedRound streamed = round;
            if (streamed == null) {
                List<RequestCall> calls = end.calls(requests, factory);
                return ended(calls, executeWhole(whole(calls)), EarlyRuns.NONE, factory);
            }
            List<RequestCall> written = factory.calls(requests);
            List<@Nullable String> flaws = end.flaws(written, factory);
            Confirmation confirmed = Confirmation.of(startedSoFar(), written, flaws, withdrawn);
            if (!awaited) {
                // Each call of the message counts once.
                factory.limits().takeBack(confirmed.left());
            }
            List<RequestCall> calls = new ArrayList<>(written.size());
            List<RequestCall> rest = new ArrayList<>();
            for (int i = 0; i < written.size(); i++) {
                RequestCall run = confirmed.run(i);
                if (run == null) {
                    RequestCall call = written.get(i);
                    factory.limits().count(call);
                    end.ruleOut(call, i, flaws.get(i), confirmed.isDropped(i));
                    // References number the calls of the message, but the round may have others.
                    call.referTo(calls, i);
                    rest.add(call);
                }
                calls.add(run == null ? written.get(i) : run);
            }
            if (awaited) {
                // The round is cancelled, since nothing else awaits it earlier, so these calls do not start.
                executeWhole(whole(rest));
                streamed.await();
            } else {
                confirmed.left().forEach(call -> streamed.withdraw(call, NOT_HELD));
                streamed.await(rest, calls);
            }
            awaited = true;
            EarlyRuns left = EarlyRuns.of(confirmed.left(), startedSoFar(), streamed.results());
            unconfirmed = left;
            if (left.matter()) {
                log.warn(
                        "Calls were started while the response streamed, but its complete message does not contain"
                                + " them: {}",
                        left.words());
            }
            String why = cancelled;
            RoundEnd roundEnd = why == null
                    ? RoundEnd.of(
                            streamed.failure(),
                            streamed.interrupted(),
                            streamed.cancelled(),
                            ofMessage(streamed, calls, rest))
                    : RoundEnd.of(streamed.failure(), streamed.interrupted(), why, null);
            return ended(calls, roundEnd, left, factory);
        } finally {
            ending.unlock();
        }
    }

    /**
     * Resumes a suspended round, with all its calls at once.
     *
     * @param calls the calls of the suspended round, in the same order
     * @return a result without calls if the round could not go on and is still suspended
     */
    StreamedEnd resume(SuspendedInvocation suspended, List<RequestCall> calls, RequestCallFactory factory) {
        ending.lock();
        try {
            Round round = engine.rounds().resumed(suspended.round(), calls, callExecutor, conversation, context);
            StreamedEnd ended = ended(calls, executeWhole(round), EarlyRuns.NONE, factory);
            return ended.round().thrown() == null || !round.isUntouched()
                    ? ended
                    : new StreamedEnd(List.of(), ended.round(), EarlyRuns.NONE);
        } finally {
            ending.unlock();
        }
    }

    private static StreamedEnd ended(
            List<RequestCall> calls, RoundEnd round, EarlyRuns unconfirmed, RequestCallFactory factory) {
        return new StreamedEnd(calls, round.within(factory.limits(), calls), unconfirmed);
    }

    /**
     * Returns what is known about a message's calls that will not be executed; all running calls have ended.
     *
     * @return the calls, with null for each one that did not run
     */
    List<@Nullable RequestCall> known(List<ToolExecutionRequest> requests, RequestCallFactory factory) {
        List<RequestCall> calls = factory.calls(requests);
        Confirmation confirmed =
                Confirmation.of(startedSoFar(), calls, ResponseEnd.UNKNOWN.flaws(calls, factory), withdrawn);
        List<@Nullable RequestCall> known = new ArrayList<>(calls.size());
        for (int i = 0; i < calls.size(); i++) {
            known.add(confirmed.run(i));
        }
        return known;
    }

    /** Executes an ordinary round here, as no call has started. A cancelled stream is told no suspension. */
    private RoundEnd executeWhole(Round current) {
        whole = current;
        // A cancelling thread sees the round, unless it cancelled before the round existed.
        String why = cancelled;
        if (why != null) {
            current.cancel(why);
        }
        current.execute();
        String since = cancelled;
        return since == null
                ? RoundEnd.of(current)
                : RoundEnd.of(current.failure(), current.interrupted(), since, null);
    }

    private Round whole(List<RequestCall> calls) {
        return engine.rounds().round(calls, callExecutor, conversation, context);
    }

    /** The suspended round with only the message's calls, in their order; the streamed round may have had others. */
    private @Nullable SuspendedRound ofMessage(
            StreamedRound streamed, List<RequestCall> calls, List<RequestCall> rest) {
        SuspendedRound round = streamed.suspended();
        if (round == null) {
            return null;
        }
        List<RequestCall> admitted = new ArrayList<>(startedSoFar());
        admitted.addAll(rest);
        return StreamedEnd.ofMessage(round, admitted, calls);
    }
}
