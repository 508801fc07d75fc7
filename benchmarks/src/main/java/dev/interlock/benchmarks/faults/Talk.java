package dev.interlock.benchmarks.faults;

import dev.interlock.benchmarks.faults.ScriptedBatch.Mode;
import dev.interlock.call.CallResult;
import dev.interlock.call.ToolCall;
import dev.interlock.execution.AbandonedCall;
import dev.interlock.execution.Cancellation;
import dev.interlock.execution.CapturedContext;
import dev.interlock.execution.Round;
import dev.interlock.execution.RoundCall;
import dev.interlock.execution.StreamedRound;
import dev.interlock.execution.ToolBinding;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.execution.ToolDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;

/** One conversation: its batches are run one after another on one thread. */
final class Talk {

    final Episode episode;
    final Object key;
    final Model model = new Model();
    final List<ScriptedBatch> batches = new ArrayList<>();

    private final SplittableRandom random;
    private final BatchWriter writer;

    /** Whether a call's resources were released while it ran: then nothing can be said of the state any more. */
    private boolean released;

    Talk(Episode episode, Object key, SplittableRandom random) {
        this.episode = episode;
        this.key = key;
        this.random = random;
        this.writer = new BatchWriter(episode, random.split());
    }

    void run() {
        for (int i = 0; i < episode.setup.batches && !episode.overdue(); i++) {
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
            episode.later(batch.cancelAfterNanos, () -> cancel(batch, cancellation));
        }
        if (batch.interruptAfterNanos >= 0) {
            episode.later(batch.interruptAfterNanos, batch::interrupt);
        }
        if (batch.interruptBefore) {
            batch.interrupt();
        }
        episode.watchdog.watch(batch);
        try {
            batch.results = cancellation.call(() -> execute(batch));
        } catch (Throwable e) {
            batch.thrown = e;
        }
        batch.returned(episode.sequence.incrementAndGet());
        batch.flagAfter = Thread.interrupted();
        episode.watchdog.done(batch);
        new ReturnCheck(batch).check();
        if (quiet && isQuiet() && batch.thrown == null) {
            new SerialCheck(batch).check(before, model);
        }
        releaseSome();
    }

    private void cancel(ScriptedBatch batch, Cancellation cancellation) {
        batch.cancelled = true;
        cancellation.cancel("the harness cancels");
        batch.cancelSeq = episode.sequence.incrementAndGet();
    }

    /** Called by a body, on its thread. */
    void runNested(ScriptedBatch batch) throws Exception {
        batch.caller = Thread.currentThread();
        try {
            batch.results = execute(batch);
        } catch (Throwable e) {
            batch.thrown = e;
            throw e;
        } finally {
            batch.returned(episode.sequence.incrementAndGet());
        }
        new ReturnCheck(batch).check();
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
        return episode.executor.abandoned().stream()
                .filter(call -> key == null ? call.conversation() == null : key.equals(call.conversation()))
                .toList();
    }

    private void releaseSome() {
        if (random.nextInt(10) != 0) {
            return;
        }
        for (AbandonedCall abandoned : abandoned()) {
            ScriptedCall call = episode.script(abandoned.call());
            if (call != null) {
                released = true;
                call.releasedSeq = episode.sequence.incrementAndGet();
                if (episode.executor.release(abandoned.id())) {
                    episode.tally.add("calls released");
                }
            }
        }
    }

    private List<CallResult> execute(ScriptedBatch batch) {
        ToolCallExecutor executor = episode.executor;
        episode.tally.add("rounds, " + batch.mode.name().toLowerCase(Locale.ROOT));
        if (batch.mode == Mode.EXECUTE) {
            return key == null
                    ? executor.execute(batch.toolCalls(), episode.tools.set)
                    : executor.execute(batch.toolCalls(), episode.tools.set, key);
        }
        List<Task> tasks = batch.calls.stream().map(call -> task(call.call)).toList();
        CapturedContext context = executor.rounds().captureContext();
        if (batch.mode == Mode.CARRIED) {
            Round round = executor.rounds().round(tasks, episode.carrier(), key, context);
            round.execute();
            return round.results();
        }
        Executor carrier = batch.parent == null && batch.calls.size() % 4 == 0 ? episode.carrier() : null;
        StreamedRound round = executor.rounds().streamedRound(carrier, key, context);
        for (int i = 0; i < tasks.size(); i++) {
            if (i % 3 == 2) {
                LockSupport.parkNanos(50_000);
            }
            round.admit(tasks.get(i));
            if (batch.streamCancelled && i == tasks.size() / 2) {
                batch.cancelled = true;
                round.cancel("the harness cancels the stream");
                batch.cancelSeq = episode.sequence.incrementAndGet();
            }
        }
        round.await();
        return round.results();
    }

    private Task task(ToolCall call) {
        ToolDefinition tool = episode.tools.set.find(call.tool());
        ToolBinding binding = episode.binding(call.tool(), tool);
        return new Task(binding, call, tool);
    }

    /** A call as an integration has it. */
    private static final class Task extends RoundCall {
        private final ToolCall call;
        private final ToolDefinition tool;

        Task(ToolBinding binding, ToolCall call, ToolDefinition tool) {
            super(binding);
            this.call = call;
            this.tool = tool;
        }

        @Override
        protected ToolCall call() {
            return call;
        }

        @Override
        protected Object run() throws Exception {
            if (tool == null) {
                throw new IllegalArgumentException("there is no tool named '" + call.tool() + "'");
            }
            return tool.body().run(call);
        }
    }
}
