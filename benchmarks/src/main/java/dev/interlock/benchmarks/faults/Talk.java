package dev.interlock.benchmarks.faults;

import dev.interlock.benchmarks.faults.ScriptedBatch.Conversation;
import dev.interlock.benchmarks.faults.ScriptedBatch.Mode;
import dev.interlock.call.CallResult;
import dev.interlock.durable.RoundSuspendedException;
import dev.interlock.durable.SuspendedRound;
import dev.interlock.execution.AbandonedCall;
import dev.interlock.execution.Cancellation;
import dev.interlock.execution.CapturedContext;
import dev.interlock.execution.Round;
import dev.interlock.execution.RoundCall;
import dev.interlock.execution.StreamedRound;
import dev.interlock.execution.ToolCallExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** One conversation, which runs its batches one after another on one thread. */
final class Talk implements Conversation {

    private final Log log;
    private final Subject subject;
    private final Later later;
    private final Watchdog watchdog;
    private final Object key;
    private final Model model = new Model();
    final List<ScriptedBatch> batches = new ArrayList<>();

    private final SplittableRandom random;
    private final BatchWriter writer;

    /** Whether the harness released a call's resources while the call ran; then the state is undefined. */
    private boolean released;

    Talk(Log log, Subject subject, Later later, Watchdog watchdog, Object key, SplittableRandom random) {
        this.log = log;
        this.subject = subject;
        this.later = later;
        this.watchdog = watchdog;
        this.key = key;
        this.random = random;
        this.writer = new BatchWriter(log, random.split());
    }

    void run() {
        for (int i = 0; i < log.setup.batches && !later.isOverdue(); i++) {
            ScriptedBatch batch = writer.next(this);
            batches.add(batch);
            run(batch);
        }
    }

    private void run(ScriptedBatch batch) {
        boolean quiet = isQuiet();
        Model before = model.copy();
        Cancellation cancellation = new Cancellation();
        batch.caller = Thread.currentThread();
        if (batch.cancelBefore) {
            cancel(batch, cancellation);
        }
        if (batch.cancelAfterNanos >= 0) {
            later.in(batch.cancelAfterNanos, () -> cancel(batch, cancellation));
        }
        if (batch.interruptAfterNanos >= 0) {
            later.in(batch.interruptAfterNanos, batch::interrupt);
        }
        if (batch.interruptBefore) {
            batch.interrupt();
        }
        watchdog.watch(batch, log);
        try {
            batch.results = cancellation.call(() -> execute(batch));
        } catch (Throwable e) {
            batch.thrown = e;
        }
        batch.returned(log.sequence.incrementAndGet());
        batch.flagAfter = Thread.interrupted();
        watchdog.done(batch);
        new ReturnCheck(batch, log, subject).check();
        if (quiet && isQuiet() && batch.thrown == null) {
            new SerialCheck(batch, log).check(before, model);
        }
        releaseSome();
    }

    private void cancel(ScriptedBatch batch, Cancellation cancellation) {
        batch.cancelled = true;
        cancellation.cancel("the harness cancels");
        batch.cancelSeq = log.sequence.incrementAndGet();
    }

    @Override
    public Object key() {
        return key;
    }

    @Override
    public Model model() {
        return model;
    }

    @Override
    public void runNested(ScriptedBatch batch) throws Exception {
        batch.caller = Thread.currentThread();
        try {
            batch.results = execute(batch);
        } catch (Throwable e) {
            batch.thrown = e;
            throw e;
        } finally {
            batch.returned(log.sequence.incrementAndGet());
        }
        new ReturnCheck(batch, log, subject).check();
    }

    /** Whether no body of this conversation runs. */
    private boolean isQuiet() {
        for (ScriptedBatch batch : batches) {
            if (!isQuiet(batch)) {
                return false;
            }
        }
        return !released && abandoned().isEmpty();
    }

    private static boolean isQuiet(ScriptedBatch batch) {
        for (ScriptedCall call : batch.calls) {
            if (call.bodies.stream().anyMatch(BodyRun::running) || (call.nested != null && !isQuiet(call.nested))) {
                return false;
            }
        }
        return true;
    }

    private List<AbandonedCall> abandoned() {
        return subject.executor.abandoned().stream()
                .filter(call -> key == null ? call.conversation() == null : key.equals(call.conversation()))
                .toList();
    }

    private void releaseSome() {
        if (random.nextInt(10) != 0) {
            return;
        }
        for (AbandonedCall abandoned : abandoned()) {
            ScriptedCall call = log.script(abandoned.call());
            if (call != null) {
                released = true;
                call.releasedSeq = log.sequence.incrementAndGet();
                if (subject.executor.release(abandoned.id())) {
                    log.tally.add("calls released");
                }
            }
        }
    }

    private List<CallResult> execute(ScriptedBatch batch) {
        try {
            return begin(batch);
        } catch (RoundSuspendedException suspended) {
            return new Suspensions(batch, log, subject, random.split()).finish(suspended.round());
        }
    }

    private static List<CallResult> results(SuspendedRound suspended, Supplier<List<CallResult>> results) {
        if (suspended != null) {
            throw new RoundSuspendedException(suspended);
        }
        return results.get();
    }

    private List<CallResult> begin(ScriptedBatch batch) {
        ToolCallExecutor executor = subject.executor;
        log.tally.add("rounds, " + batch.mode.name().toLowerCase(Locale.ROOT));
        if (batch.mode == Mode.EXECUTE) {
            return key == null
                    ? executor.execute(batch.toolCalls(), subject.tools)
                    : executor.execute(batch.toolCalls(), subject.tools, key);
        }
        List<RoundCall> calls =
                batch.calls.stream().map(call -> subject.roundCall(call.call)).toList();
        CapturedContext context = executor.rounds().captureContext();
        if (batch.mode == Mode.ON_EXECUTOR) {
            Round round = executor.rounds().round(calls, subject.callExecutors.next(), key, context);
            round.execute();
            return results(round.suspended(), round::results);
        }
        Executor callExecutor =
                batch.parent == null && batch.calls.size() % 4 == 0 ? subject.callExecutors.next() : null;
        StreamedRound round = executor.rounds().streamedRound(callExecutor, key, context);
        // The other calls are known only when the response is complete; the engine asks the guards then.
        int early = calls.size() % 3 == 0 ? calls.size() * 2 / 3 : calls.size();
        for (int i = 0; i < early; i++) {
            if (i % 3 == 2) {
                LockSupport.parkNanos(50_000);
            }
            round.admit(calls.get(i));
            if (batch.streamCancelled && i == calls.size() / 2) {
                batch.cancelled = true;
                round.cancel("the harness cancels the stream");
                batch.cancelSeq = log.sequence.incrementAndGet();
            }
        }
        round.await(calls.subList(early, calls.size()), calls);
        return results(round.suspended(), round::results);
    }
}
