package dev.interlock.execution;

import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Access;
import dev.interlock.effect.ParameterType;
import dev.interlock.reference.ArgumentReferences;
import dev.interlock.reference.ReferredResult;
import dev.interlock.reference.ReferringCall;
import dev.interlock.reference.UnresolvableException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the arguments of a call of a round refer to, and in which calls that is found. Immutable. */
final class TaskReferences {

    /** Where the references of a call count the calls, if that is not its round. */
    record Numbering(List<? extends CallTask> calls, int place) {}

    private final CallTask task;
    private final ArgumentReferences references;
    private final Map<Integer, CallTask> producers;
    private final int[] dependencies;

    private TaskReferences(CallTask task, ArgumentReferences references, Map<Integer, CallTask> producers) {
        this.task = task;
        this.references = references;
        this.producers = producers;
        this.dependencies = producers.values().stream()
                .filter(producer -> Objects.equals(producer.round, task.round))
                .mapToInt(producer -> producer.index)
                .distinct()
                .sorted()
                .toArray();
    }

    /**
     * Finds the references of a call; wrong ones give it a refusal.
     *
     * @param calls the calls of its round, at least those before it
     * @param complete whether these are all
     */
    static void prepare(CallTask task, List<? extends CallTask> calls, boolean complete) {
        if (!task.mayHoldReferences() || !task.call().hasObjectArguments()) {
            return;
        }
        Numbering numbering = task.numbering == null ? new Numbering(calls, task.index) : task.numbering;
        Map<Integer, CallTask> producers = new TreeMap<>();
        ArgumentReferences references = ArgumentReferences.in(
                new Referring(task, producers),
                numbering.place() + 1,
                complete ? OptionalInt.of(numbering.calls().size()) : OptionalInt.empty());
        if (references == null) {
            return;
        }
        for (int number : references.numbers()) {
            producers.put(number, numbering.calls().get(number - 1));
        }
        TaskReferences found = new TaskReferences(task, references, producers);
        String problem = references.problem();
        task.references = found;
        task.refusal = problem == null ? found.skippedFromTheStart() : new Outcome.Failed(refusal(task, problem));
    }

    private static CallRefusedException refusal(CallTask task, String why) {
        return new CallRefusedException(task.toolInQuotes() + " was not run: " + why);
    }

    /** A call of an earlier round that it refers to may have failed there. */
    private @Nullable Outcome skippedFromTheStart() {
        for (Map.Entry<Integer, CallTask> producer : producers.entrySet()) {
            CallTask other = producer.getValue();
            if (!Objects.equals(other.round, task.round) && (other.outcome == null || !other.outcome.isSuccess())) {
                return Messages.skipped(task, other, producer.getKey());
            }
        }
        return null;
    }

    /** The calls of its round that it waits for. */
    int[] dependencies() {
        return dependencies;
    }

    /** How the call counts the one that it refers to. */
    int numberOf(CallTask producer) {
        for (Map.Entry<Integer, CallTask> entry : producers.entrySet()) {
            if (entry.getValue().equals(producer)) {
                return entry.getKey();
            }
        }
        return producer.index + 1;
    }

    /** The call as far as it is known before there are results. */
    ToolCall known() {
        return references.known();
    }

    /** Whether there is more to the call than is known. */
    boolean isOpen() {
        return references.isOpen();
    }

    /**
     * The call with what its references stand for.
     *
     * @throws CallRefusedException if a part is missing, or too long
     */
    ToolCall resolve(BatchLimits limits) throws CallRefusedException {
        ToolCall resolved;
        try {
            resolved = references.resolved(limits.maxArgumentBytes());
        } catch (UnresolvableException e) {
            throw refusal(task, Objects.requireNonNull(e.getMessage()));
        }
        limits.checkResolved(task, resolved);
        Access unplanned = task.unplanned(resolved);
        if (unplanned != null) {
            throw refusal(task, "with the results that it refers to it would " + unplanned + ", which was not planned");
        }
        return resolved;
    }

    /** A call of the round as references see it; the producers are known once its references have been found. */
    private record Referring(CallTask task, Map<Integer, CallTask> producers) implements ReferringCall {

        @Override
        public ToolCall call() {
            return task.call();
        }

        @Override
        public ToolPolicy policy() {
            return task.binding().policy();
        }

        @Override
        public boolean isReadOnly() {
            return task.binding().isReadOnly();
        }

        @Override
        public ParameterType typeOf(String parameter) {
            return task.binding().typeOf(parameter);
        }

        @Override
        public String toolOf(int number) {
            return producer(number).binding().name();
        }

        @Override
        public ReferredResult resultOf(int number) {
            return producer(number).referredResult();
        }

        private CallTask producer(int number) {
            CallTask producer = producers.get(number);
            if (producer == null) {
                throw new IllegalStateException("a reference to call " + number + " was not found before");
            }
            return producer;
        }
    }
}
