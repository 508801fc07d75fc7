package dev.interlock.execution;

import dev.interlock.call.CallResult;
import dev.interlock.call.ToolCall;
import dev.interlock.durable.RoundSuspendedException;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import dev.interlock.plan.CallPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
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

    /** Executes each chunk as a round of its own. References number the calls of the whole batch. */
    List<CallResult> executeInChunks(List<ToolCall> calls, ToolSet tools, int size) {
        List<CallResult> results = new ArrayList<>(calls.size());
        List<BodyCall> all = countingCalls(calls, tools);
        for (int from = 0; from < calls.size(); from += size) {
            int first = from;
            int next = Math.min(calls.size(), from + size);
            results.addAll(execute(rounds.round(all.subList(from, next)), part -> {
                List<SuspendedCall> whole = new ArrayList<>(calls.size());
                results.forEach(result -> whole.add(new SuspendedCall.Ended(result)));
                calls.subList(first, calls.size())
                        .forEach(call -> whole.add(new SuspendedCall.Waiting(call, "waits for the chunk before it")));
                return within(whole, part, IntStream.range(first, next).boxed().toList());
            }));
        }
        return results;
    }

    /** Runs unsuccessful calls once more. All other results stay the same, also for calls that refer to them. */
    List<CallResult> retry(List<CallResult> results, ToolSet tools, Predicate<? super CallResult> which) {
        List<CallResult> merged = new ArrayList<>(results);
        List<BodyCall> all =
                countingCalls(results.stream().map(CallResult::call).toList(), tools);
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            CallResult result = results.get(i);
            if (!result.isSuccess() && which.test(result)) {
                places.add(i);
            } else {
                all.get(i).cameTo(result.outcome());
            }
        }
        if (!places.isEmpty()) {
            List<CallResult> repeated =
                    execute(rounds.round(places.stream().map(all::get).toList()), part -> {
                        List<SuspendedCall> whole = new ArrayList<>(results.size());
                        results.forEach(result -> whole.add(new SuspendedCall.Ended(result)));
                        return within(whole, part, places);
                    });
            for (int i = 0; i < places.size(); i++) {
                merged.set(places.get(i), repeated.get(i));
            }
        }
        return List.copyOf(merged);
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
     * Returns the whole batch of which the suspended round was a part. It gets an id of its own, since its calls have
     * other places.
     */
    private static SuspendedRound within(List<SuspendedCall> whole, SuspendedRound part, List<Integer> places) {
        for (int i = 0; i < places.size(); i++) {
            SuspendedCall call = part.calls().get(i);
            if (call instanceof SuspendedCall.Waiting waiting && waiting.follows() >= 0) {
                call = new SuspendedCall.Waiting(
                        waiting.call(),
                        waiting.edited(),
                        waiting.reason(),
                        waiting.approved(),
                        places.get(waiting.follows()));
            }
            whole.set(places.get(i), call);
        }
        return new SuspendedRound(UUID.randomUUID().toString(), whole);
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
        Throwable refused = round.refused();
        if (refused != null) {
            throw refused instanceof RuntimeException own ? own : new IllegalStateException(refused);
        }
        return results;
    }

    private static List<CallResult> execute(Round round) {
        return execute(round, suspended -> suspended);
    }

    /**
     * Executes a round.
     *
     * @param whole makes the suspended batch of which this round is a part
     */
    private static List<CallResult> execute(Round round, UnaryOperator<SuspendedRound> whole) {
        round.execute();
        Throwable error = round.frame().internalError();
        if (error != null) {
            throw new IllegalStateException("round " + round.frame().number() + " ended by an internal error", error);
        }
        SuspendedRound suspended = round.suspended();
        if (suspended != null) {
            throw new RoundSuspendedException(whole.apply(suspended));
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
