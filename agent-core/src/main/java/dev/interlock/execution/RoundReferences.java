package dev.interlock.execution;

import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.effect.Access;
import dev.interlock.effect.ParameterType;
import dev.interlock.execution.DrivenCall.Numbering;
import dev.interlock.reference.ArgumentReferences;
import dev.interlock.reference.ReferredResult;
import dev.interlock.reference.ReferringCall;
import dev.interlock.reference.UnresolvableException;
import dev.interlock.schedule.Outcomes;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the calls that a call's references name, in its round or in earlier ones, and replaces references by results.
 */
final class RoundReferences {

    private RoundReferences() {}

    /** Finds the references of all calls of a round; false if there are none, so that it may need no plan. */
    static boolean findIn(RoundFrame frame) {
        if (!frame.settings().chaining()) {
            return false;
        }
        DrivenCall[] calls = frame.calls();
        List<DrivenCall> all = Arrays.asList(calls);
        boolean found = false;
        for (DrivenCall call : calls) {
            find(call, all, true);
            found |= call.references() != null;
        }
        return found;
    }

    /**
     * Finds a call's references. A wrong one makes the call fail.
     *
     * @param calls the calls of its round, at least all that come before it
     * @param complete whether these are all
     */
    static void find(DrivenCall call, List<DrivenCall> calls, boolean complete) {
        CallBody body = call.body();
        SuspendedCall before = call.before();
        if (call.settled() != null || (before != null && before.edited())) {
            return;
        }
        if (call.presetOutcome() != null
                || !body.mayHoldReferences()
                || !body.call().hasObjectArguments()) {
            return;
        }
        Numbering own = call.numbering();
        Numbering numbering = own == null ? new Numbering(calls::get, calls.size(), call.index()) : own;
        ArgumentReferences references = ArgumentReferences.in(
                new Referring(call),
                numbering.place() + 1,
                complete ? OptionalInt.of(numbering.size()) : OptionalInt.empty());
        if (references == null) {
            return;
        }
        Map<Integer, DrivenCall> producers = new TreeMap<>();
        for (int number : references.numbers()) {
            producers.put(number, numbering.callAt().apply(number - 1));
        }
        call.setReferences(references, producers);
        waitFor(call, producers);
        String problem = references.problem();
        Outcome preset =
                problem == null ? skippedFromTheStart(call, producers) : new Outcome.Failed(call.notRun(problem));
        if (preset != null) {
            call.preset(preset);
        }
    }

    /** Makes the call wait for the producers in its round, each once, by the first number that names it. */
    private static void waitFor(DrivenCall call, Map<Integer, DrivenCall> producers) {
        Map<Integer, Integer> numbers = new TreeMap<>();
        producers.forEach((number, producer) -> {
            if (producer.round() == call.round()) {
                numbers.putIfAbsent(producer.index(), number);
            }
        });
        for (int used : call.body().dataDependencies()) {
            numbers.putIfAbsent(used, used + 1);
        }
        call.setUses(
                numbers.keySet().stream().mapToInt(Integer::intValue).toArray(),
                numbers.values().stream().mapToInt(Integer::intValue).toArray());
    }

    /** Returns the outcome of a call that refers to a failed call of an earlier round; null if there is none. */
    private static @Nullable Outcome skippedFromTheStart(DrivenCall call, Map<Integer, DrivenCall> producers) {
        for (Map.Entry<Integer, DrivenCall> producer : producers.entrySet()) {
            DrivenCall other = producer.getValue();
            Outcome known = other.settled();
            if (other.round() != call.round() && (known == null || !known.isSuccess())) {
                return Outcomes.skipped(call, other, producer.getKey());
            }
        }
        return null;
    }

    /**
     * Returns the call with its references replaced.
     *
     * @throws CallRefusedException if a part is missing, or too long
     */
    static ToolCall resolve(DrivenCall call, ArgumentReferences references, BatchLimits limits)
            throws CallRefusedException {
        ToolCall resolved;
        try {
            resolved = references.resolved(limits.maxArgumentBytes());
        } catch (UnresolvableException e) {
            throw call.notRun(Objects.requireNonNull(e.getMessage()));
        }
        limits.checkResolved(call, resolved);
        Access unplanned = call.binding().unplanned(call.accesses(), resolved);
        if (unplanned != null) {
            throw call.notRun("with its references replaced it would access more than was planned: " + unplanned);
        }
        return resolved;
    }

    /** A call as references see it. The calls that it refers to are known once its references have been found. */
    private record Referring(DrivenCall of) implements ReferringCall {

        @Override
        public ToolCall call() {
            return of.body().call();
        }

        @Override
        public ToolPolicy policy() {
            return of.tool().policy();
        }

        @Override
        public boolean isReadOnly() {
            return of.tool().readOnly();
        }

        @Override
        public ParameterType typeOf(String parameter) {
            return of.binding().typeOf(parameter);
        }

        @Override
        public String toolOf(int number) {
            return of.producer(number).tool().name();
        }

        @Override
        public ReferredResult resultOf(int number) {
            return of.producer(number).referredResult();
        }
    }
}
