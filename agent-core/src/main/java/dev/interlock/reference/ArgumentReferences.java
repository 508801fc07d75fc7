package dev.interlock.reference;

import com.fasterxml.jackson.databind.JsonNode;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.reference.References.Occurrence;
import java.util.OptionalInt;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the arguments of a call refer to. Found before the call is planned; references are replaced on the thread of the
 * call, when the calls that it refers to have their outcomes. Immutable.
 */
public final class ArgumentReferences {

    /** How much text results may come to in the arguments of one call: calls that double each other's results must end. */
    static final long MAX_LENGTH = 16L << 20;

    private final ReferringCall call;
    private final References references;
    private final @Nullable String problem;
    private final int[] numbers;
    private final ToolCall known;

    private ArgumentReferences(ReferringCall call, References references, int own, OptionalInt calls) {
        this.call = call;
        this.references = references;
        this.known = with(references.known());
        TreeSet<Integer> found = new TreeSet<>();
        String firstProblem = references.malformed().isEmpty()
                ? null
                : Reference.shown(references.malformed().get(0))
                        + " is no reference: after the number of the call there may be .name, [index] and ['name'] only";
        for (Occurrence occurrence : references.occurrences()) {
            String wrong = problem(occurrence, call, own, calls);
            if (wrong == null) {
                found.add(occurrence.reference().call());
            } else if (firstProblem == null) {
                firstProblem = occurrence.reference().shown() + " " + wrong;
            }
        }
        this.problem = firstProblem;
        this.numbers = firstProblem == null
                ? found.stream().mapToInt(Integer::intValue).toArray()
                : new int[0];
    }

    /**
     * Whether a text may hold a reference or an escape of one; cheap, for arguments that are still JSON text.
     *
     * @param json JSON, or a value
     * @return false if it surely holds none
     */
    public static boolean mayBeIn(String json) {
        return References.mayBeIn(json);
    }

    /**
     * Finds the references of a call.
     *
     * @param call the call
     * @param own its number
     * @param calls how many calls can be referred to, itself and later ones included; empty if that is not known yet
     * @return null if there is nothing to be replaced
     */
    public static @Nullable ArgumentReferences in(ReferringCall call, int own, OptionalInt calls) {
        ToolPolicy policy = call.policy();
        References references = References.in(call.call().arguments(), parameter -> !policy.isLiteral(parameter));
        return references.isEmpty() ? null : new ArgumentReferences(call, references, own, calls);
    }

    private static @Nullable String problem(Occurrence occurrence, ReferringCall call, int own, OptionalInt calls) {
        if (!call.policy().allowsReferences(occurrence.parameter(), call.isReadOnly())) {
            return "in '" + occurrence.parameter() + "' refers to a result, which is not allowed for a tool that may"
                    + " change something: ask for it in the next response, with the value itself; $"
                    + occurrence.reference().shown() + " stands for that very text";
        }
        int number = occurrence.reference().call();
        if (number < 1) {
            return "refers to call 0, but calls are counted from 1";
        }
        if (number == own) {
            return "refers to this call itself";
        }
        if (number < own) {
            return null;
        }
        if (calls.isEmpty()) {
            return "refers to a call that is not an earlier one: this is call " + own;
        }
        return number <= calls.getAsInt()
                ? "refers to a later call: this is call " + own + ", only earlier ones can be referred to"
                : "refers to a call that does not exist: there are " + calls.getAsInt() + " in this response";
    }

    /**
     * Why the call cannot be run.
     *
     * @return what is wrong with the first wrong reference, in words; null if none is
     */
    public @Nullable String problem() {
        return problem;
    }

    /**
     * The calls whose results this one uses.
     *
     * @return their numbers, ascending, each less than its own; none if there is a {@link #problem()}
     */
    public int[] numbers() {
        return numbers.clone();
    }

    /**
     * The call as far as it is known before there are results.
     *
     * @return a value that is not known is null
     */
    public ToolCall known() {
        return known;
    }

    /**
     * Whether there is more to the call than is known.
     *
     * @return false if there are only escapes of references
     */
    public boolean isOpen() {
        return !references.occurrences().isEmpty();
    }

    /**
     * The call with what its references stand for. To be asked for on the call's thread.
     *
     * @param maxLength how many characters of results may be put in; never more than 16 Mi are
     * @return a new call
     * @throws UnresolvableException if a part is missing, or too long
     */
    public ToolCall resolved(long maxLength) {
        return with(references.resolved(new Substitution(call, Math.min(MAX_LENGTH, maxLength))));
    }

    private ToolCall with(JsonNode arguments) {
        ToolCall written = call.call();
        return new ToolCall(written.id(), written.tool(), arguments);
    }
}
