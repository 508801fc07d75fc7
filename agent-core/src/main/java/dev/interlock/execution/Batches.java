package dev.interlock.execution;

import dev.interlock.call.CallResult;
import dev.interlock.call.ToolCall;
import dev.interlock.plan.CallPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Batches of calls of tools with bodies: as one round, or as several, one after another. Thread-safe. */
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

    /** Each chunk is a round of its own; references count the calls of the whole batch. */
    List<CallResult> executeInChunks(List<ToolCall> calls, ToolSet tools, int size) {
        List<CallResult> results = new ArrayList<>(calls.size());
        List<BodyCall> all = countingCalls(calls, tools);
        for (int from = 0; from < calls.size(); from += size) {
            results.addAll(execute(rounds.round(all.subList(from, Math.min(calls.size(), from + size)))));
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
                    execute(rounds.round(places.stream().map(all::get).toList()));
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

    private static List<CallResult> execute(Round round) {
        round.execute();
        Throwable error = round.frame().internalError();
        if (error != null) {
            throw new IllegalStateException("round " + round.frame().number() + " ended by an internal error", error);
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
