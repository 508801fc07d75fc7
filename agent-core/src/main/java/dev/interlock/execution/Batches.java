package dev.interlock.execution;

import dev.interlock.call.CallResult;
import dev.interlock.call.ToolCall;
import dev.interlock.durable.RoundSuspendedException;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import dev.interlock.plan.CallPlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Executes batches of calls of tools with bodies, as one round or as several in a row. Thread-safe. */
final class Batches {

    private final Rounds rounds;
    private final ToolBinder binder;
    private final boolean chaining;

    Batches(Rounds rounds, ToolBinder binder, boolean chaining) {
        this.rounds = rounds;
        this.binder = binder;
        this.chaining = chaining;
    }

    List<CallResult> execute(@Nullable Object conversation, List<ToolCall> calls, ToolSet tools) {
        return execute(rounds.round(bodyCalls(calls, tools), null, conversation, rounds.captureContext()));
    }

    /**
     * Executes each chunk as a round of its own, of a batch that is kept as one. References number the calls of the
     * whole batch.
     */
    List<CallResult> executeInChunks(@Nullable Object conversation, List<ToolCall> calls, ToolSet tools, int size) {
        if (size < 1) {
            throw new IllegalArgumentException("size must be >= 1, was " + size);
        }
        List<CallResult> results = new ArrayList<>(calls.size());
        List<BodyCall> all = countingCalls(calls, tools);
        KeptBatch batch = new KeptBatch(
                calls.stream()
                        .<SuspendedCall>map(call -> new SuspendedCall.Waiting(call, "waits for the chunk before it"))
                        .toList(),
                Map.of());
        Round round = null;
        try {
            for (int from = 0; from < calls.size(); from += size) {
                int next = Math.min(calls.size(), from + size);
                List<Integer> places = IntStream.range(from, next).boxed().toList();
                round = rounds.part(
                        all.subList(from, next), new BatchPart(batch, places, next == calls.size()), conversation);
                List<CallResult> chunk = execute(round);
                batch.cameTo(places, chunk);
                results.addAll(chunk);
            }
            return results;
        } finally {
            if (round != null) {
                leaveBatch(round.frame());
            }
        }
    }

    /** If something was thrown, also between two rounds, no other round ends the batch: then this ends it. */
    private static void leaveBatch(RoundFrame last) {
        JournalledRound journal = last.journal();
        BatchPart part = last.part();
        if (journal != null && part != null) {
            journal.leavesBatch(last.calls(), part);
        }
    }

    /** Runs unsuccessful calls once more. All other results stay the same, also for calls that refer to them. */
    List<CallResult> retry(
            @Nullable Object conversation,
            List<CallResult> results,
            ToolSet tools,
            Predicate<? super CallResult> which) {
        List<BodyCall> all =
                countingCalls(results.stream().map(CallResult::call).toList(), tools);
        List<Integer> places = new ArrayList<>();
        List<SuspendedCall> known = new ArrayList<>(results.size());
        Map<Integer, String> keys = new HashMap<>();
        for (int i = 0; i < results.size(); i++) {
            CallResult result = results.get(i);
            if (!result.isSuccess() && which.test(result)) {
                places.add(i);
                known.add(triedAgain(result));
                if (KeptRounds.mayHaveStartedEver(result)) {
                    all.get(i).driven().markStartedBefore();
                }
            } else {
                all.get(i).setEarlierOutcome(result.outcome());
                known.add(new SuspendedCall.Ended(result.withKey(null)));
            }
            if (result.idempotencyKey() != null) {
                keys.put(i, result.idempotencyKey());
            }
        }
        List<CallResult> merged = new ArrayList<>(results);
        if (!places.isEmpty()) {
            List<CallResult> repeated =
                    execute(rounds.again(places.stream().map(all::get).toList(), places, known, keys, conversation));
            for (int i = 0; i < places.size(); i++) {
                merged.set(places.get(i), repeated.get(i));
            }
        }
        return List.copyOf(merged);
    }

    private static SuspendedCall triedAgain(CallResult failed) {
        return new SuspendedCall.Waiting(
                failed.call(), false, "is to be tried again", List.of(), -1, KeptRounds.mayHaveStartedEver(failed));
    }

    CallPlan plan(List<ToolCall> calls, ToolSet tools) {
        if (chaining) {
            return rounds.plan(bodyCalls(calls, tools));
        }
        return CallPlan.of(calls.stream()
                .map(call ->
                        binder.bindingOf(tools.find(call.tool()), call.tool()).plan(call))
                .toList());
    }

    /**
     * Resumes a round. Ended calls do not run again, and pending ones stay pending. No call runs if a guard refuses the
     * round.
     */
    List<CallResult> resume(@Nullable Object conversation, SuspendedRound suspended, ToolSet tools) {
        List<ToolCall> calls =
                suspended.calls().stream().map(SuspendedCall::call).toList();
        Round round = rounds.resumed(suspended, bodyCalls(calls, tools), null, conversation, rounds.captureContext());
        List<CallResult> results = execute(round);
        Throwable whyNot = round.whyNot();
        if (whyNot != null) {
            throw whyNot instanceof RuntimeException own ? own : new IllegalStateException(whyNot);
        }
        return results;
    }

    private static List<CallResult> execute(Round round) {
        round.execute();
        Throwable error = round.frame().internalError();
        if (error != null) {
            throw new IllegalStateException("round " + round.frame().number() + " ended by an internal error", error);
        }
        SuspendedRound suspended = round.suspended();
        if (suspended != null) {
            throw new RoundSuspendedException(suspended);
        }
        return round.results();
    }

    private List<BodyCall> bodyCalls(List<ToolCall> calls, ToolSet tools) {
        if (!binder.idle().isTold()) {
            binder.idle().tell(tools.names());
        }
        List<BodyCall> made = new ArrayList<>(calls.size());
        for (ToolCall call : calls) {
            ToolDefinition tool = tools.find(call.tool());
            made.add(new BodyCall(call, tool, binder.bindingOf(tool, call.tool()), tools));
        }
        return made;
    }

    /** Makes calls whose references number the whole list, no matter which of its calls the round has. */
    private List<BodyCall> countingCalls(List<ToolCall> calls, ToolSet tools) {
        List<BodyCall> made = bodyCalls(calls, tools);
        if (chaining) {
            for (int i = 0; i < made.size(); i++) {
                made.get(i).referTo(made, i);
            }
        }
        return made;
    }
}
