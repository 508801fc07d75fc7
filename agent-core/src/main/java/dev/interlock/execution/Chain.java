package dev.interlock.execution;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.interlock.call.Outcome;
import dev.interlock.call.Reference;
import dev.interlock.call.References;
import dev.interlock.call.References.Occurrence;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Access;
import dev.interlock.effect.ParameterType;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the arguments of a call refer to. Made before the call is planned; references are replaced on the thread of the
 * call, when the calls that it refers to have their outcomes. Immutable.
 */
final class Chain {

    /** How much text results may come to in the arguments of one call: calls that double each other's results must end. */
    static final long MAX_LENGTH = 16L << 20;

    private static final int MAX_DEPTH = 1_000;
    private static final int MAX_SHOWN = 200;

    /** Where the references of a call count the calls, if that is not its round. */
    record Numbering(List<? extends CallTask> calls, int place) {}

    private final CallTask task;
    private final References references;
    private final ToolCall known;
    private final boolean open;
    private final Map<Integer, CallTask> producers;
    private final int[] dependencies;

    private Chain(CallTask task, References references, Map<Integer, CallTask> producers) {
        this.task = task;
        this.references = references;
        this.open = !references.occurrences().isEmpty();
        ToolCall call = task.call();
        this.known = new ToolCall(call.id(), call.tool(), references.known());
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
        if (task.refusal != null || !task.mayHoldReferences() || !task.call().hasObjectArguments()) {
            return;
        }
        ToolPolicy policy = task.binding().policy();
        References references = References.in(task.call().arguments(), parameter -> !policy.isLiteral(parameter));
        if (references.isEmpty()) {
            return;
        }
        Numbering numbering = task.numbering == null ? new Numbering(calls, task.index) : task.numbering;
        Map<Integer, CallTask> producers = new TreeMap<>();
        String problem = references.malformed().isEmpty()
                ? null
                : shown(references.malformed().get(0)) + " is no reference: after the number of the call there may be"
                        + " .name, [index] and ['name'] only";
        for (Occurrence occurrence : references.occurrences()) {
            Reference reference = occurrence.reference();
            String wrong = problem(occurrence, task, numbering, complete);
            if (wrong == null) {
                producers.put(reference.call(), numbering.calls().get(reference.call() - 1));
            } else if (problem == null) {
                problem = shown(reference) + " " + wrong;
            }
        }
        Chain chain = new Chain(task, references, problem == null ? producers : Map.of());
        task.chain = chain;
        task.refusal = problem == null ? chain.skippedFromTheStart() : refused(task, problem);
    }

    private static @Nullable String problem(
            Occurrence occurrence, CallTask task, Numbering numbering, boolean complete) {
        ToolBinding binding = task.binding();
        if (!binding.policy().allowsReferences(occurrence.parameter(), binding.isReadOnly())) {
            return "in '" + occurrence.parameter() + "' refers to a result, which is not allowed for a tool that may"
                    + " change something: ask for it in the next response, with the value itself; $"
                    + shown(occurrence.reference()) + " stands for that very text";
        }
        int number = occurrence.reference().call();
        int own = numbering.place() + 1;
        if (number < 1) {
            return "refers to call 0, but calls are counted from 1";
        }
        if (number == own) {
            return "refers to this call itself";
        }
        if (number < own) {
            return null;
        }
        if (!complete) {
            return "refers to a call that is not an earlier one: this is call " + own;
        }
        return number <= numbering.calls().size()
                ? "refers to a later call: this is call " + own + ", only earlier ones can be referred to"
                : "refers to a call that does not exist: there are "
                        + numbering.calls().size() + " in this response";
    }

    private static String shown(Reference reference) {
        return shown(reference.text());
    }

    private static String shown(String text) {
        return Messages.cut(text, MAX_SHOWN);
    }

    private static Outcome refused(CallTask task, String why) {
        return new Outcome.Failed(refusal(task, why));
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
        return known;
    }

    /** Whether there is more to the call than is known. */
    boolean isOpen() {
        return open;
    }

    /**
     * The call with what its references stand for.
     *
     * @throws CallRefusedException if a part is missing, or too long
     */
    ToolCall resolve(BatchLimits limits) throws CallRefusedException {
        ToolCall call = task.call();
        JsonNode arguments;
        try {
            arguments = references.resolved(new Results(Math.min(MAX_LENGTH, limits.maxArgumentBytes())));
        } catch (Unresolvable e) {
            throw refusal(task, e.why);
        }
        ToolCall resolved = new ToolCall(call.id(), call.tool(), arguments);
        limits.checkResolved(task, resolved);
        Access unplanned = task.unplanned(resolved);
        if (unplanned != null) {
            throw refusal(task, "with the results that it refers to it would " + unplanned + ", which was not planned");
        }
        return resolved;
    }

    /** Carries the reason through the replacing. */
    private static final class Unresolvable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final String why;

        Unresolvable(String why) {
            super(why, null, false, false);
            this.why = why;
        }
    }

    /** Looks parts up. Used by one thread. */
    private final class Results implements References.Resolver {
        private final long limit;
        private long left;

        Results(long limit) {
            this.limit = limit;
            this.left = limit;
        }

        @Override
        public JsonNode value(Reference reference, @Nullable String parameter) {
            ReferredResult result = result(reference);
            JsonNode part = part(reference, result);
            JsonNode value = converted(reference, parameter, result, part);
            take(length(reference, value));
            return value;
        }

        @Override
        public String text(Reference reference) {
            ReferredResult result = result(reference);
            JsonNode part = part(reference, result);
            if (part.isContainerNode()) {
                // What is too long is not even to be written.
                take(length(reference, part));
                return result.text(reference, part);
            }
            String text = result.text(reference, part);
            take(text.length());
            return text;
        }

        private ReferredResult result(Reference reference) {
            CallTask producer = producer(reference);
            try {
                return producer.referredResult();
            } catch (RuntimeException e) {
                throw new Unresolvable("the result of call " + reference.call() + " (" + producer.toolInQuotes()
                        + ") is neither JSON nor text: " + new Outcome.Failed(e).message());
            }
        }

        private CallTask producer(Reference reference) {
            CallTask producer = producers.get(reference.call());
            if (producer == null) {
                throw new IllegalStateException(reference.text() + " was not found before");
            }
            return producer;
        }

        private JsonNode part(Reference reference, ReferredResult result) {
            JsonNode part = reference.find(result.json());
            if (part == null) {
                throw new Unresolvable(shown(reference) + " is no part of the result of call " + reference.call() + " ("
                        + producer(reference).toolInQuotes() + "): " + reference.missing(result.json()));
            }
            return part;
        }

        /** The tool's schema may want text where there is none, or the other way round. */
        private JsonNode converted(
                Reference reference, @Nullable String parameter, ReferredResult result, JsonNode part) {
            ParameterType type =
                    parameter == null ? ParameterType.OTHER : task.binding().typeOf(parameter);
            return switch (type) {
                case STRING, ENUM ->
                    part.isTextual() || part.isNull() ? part : TextNode.valueOf(result.text(reference, part));
                case INTEGER, NUMBER, BOOLEAN -> part.isTextual() ? literal(part, type) : part;
                case OTHER -> part;
            };
        }

        private JsonNode literal(JsonNode text, ParameterType type) {
            JsonNode value = ReferredResult.of(text.textValue().strip()).json();
            boolean fits = type == ParameterType.BOOLEAN ? value.isBoolean() : value.isNumber();
            if (fits) {
                return value;
            }
            String word = text.textValue().strip();
            return type == ParameterType.BOOLEAN && (word.equalsIgnoreCase("true") || word.equalsIgnoreCase("false"))
                    ? BooleanNode.valueOf(word.equalsIgnoreCase("true"))
                    : text;
        }

        private void take(long length) {
            left -= length;
            if (left < 0) {
                throw new Unresolvable("the results that it refers to are longer than " + limit
                        + " characters together, which is the limit of one call's arguments");
            }
        }

        /** About as long as its JSON. Results can hold each other many times over: counts no further than it matters. */
        private long length(Reference reference, JsonNode value) {
            Deque<JsonNode> open = new ArrayDeque<>();
            Deque<Integer> depths = new ArrayDeque<>();
            open.push(value);
            depths.push(0);
            long length = 0;
            while (!open.isEmpty() && length <= left) {
                JsonNode node = open.pop();
                int depth = depths.pop();
                if (depth > MAX_DEPTH) {
                    throw new Unresolvable(shown(reference) + " is nested more than " + MAX_DEPTH + " levels deep");
                }
                length += 1;
                if (node.isTextual()) {
                    length += node.textValue().length();
                } else if (node.isContainerNode()) {
                    for (JsonNode child : node) {
                        open.push(child);
                        depths.push(depth + 1);
                    }
                    if (node.isObject()) {
                        for (Map.Entry<String, JsonNode> field : node.properties()) {
                            length += field.getKey().length();
                        }
                    }
                }
            }
            return length;
        }
    }
}
