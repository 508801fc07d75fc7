package dev.interlock.reference;

import com.fasterxml.jackson.databind.JsonNode;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.reference.References.Occurrence;
import java.util.OptionalInt;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The references in a call's arguments. The engine finds them before it plans the call. It replaces them on the call's
 * thread, when the calls that they name have their outcomes. Immutable.
 */
public final class ArgumentReferences {

    /**
     * The most characters of results in one call's arguments. Without a limit, calls that double each other's results
     * would fill the memory.
     */
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
                        + " is not a valid reference: only .name, [index] and ['name'] may follow the call's number";
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
     * Tells whether a text may hold a reference or an escaped one. This is a cheap test for arguments that are still
     * JSON text.
     *
     * @param json JSON, or a value
     * @return false if the text surely holds none
     */
    public static boolean mayBeIn(String json) {
        return References.mayBeIn(json);
    }

    /**
     * Finds the references of a call.
     *
     * @param own the call's number
     * @param calls the number of calls in the response, this one and later ones included; empty if not known yet
     * @return the references; null if the call has none
     */
    public static @Nullable ArgumentReferences in(ReferringCall call, int own, OptionalInt calls) {
        ToolPolicy policy = call.policy();
        References references = References.in(call.call().arguments(), parameter -> !policy.isLiteral(parameter));
        return references.isEmpty() ? null : new ArgumentReferences(call, references, own, calls);
    }

    private static @Nullable String problem(Occurrence occurrence, ReferringCall call, int own, OptionalInt calls) {
        if (!call.policy().allowsReferences(occurrence.parameter(), call.isReadOnly())) {
            return "in '" + occurrence.parameter() + "' refers to a result, but a tool that may change"
                    + " something takes no references: call it in the next response, with the value itself;"
                    + " to pass this very text, write $"
                    + occurrence.reference().shown();
        }
        int number = occurrence.reference().call();
        if (number < 1) {
            return "refers to call 0, but calls are numbered from 1";
        }
        if (number == own) {
            return "refers to this call itself";
        }
        if (number < own) {
            return null;
        }
        if (calls.isEmpty()) {
            return "refers to a call that is not earlier: this is call " + own;
        }
        return number <= calls.getAsInt()
                ? "refers to a later call: this is call " + own + ", and it can refer only to earlier ones"
                : "refers to a call that does not exist: the last call of this response is call " + calls.getAsInt();
    }

    /**
     * Returns why the call cannot run.
     *
     * @return the fault of the first wrong reference in words; null if all are right
     */
    public @Nullable String problem() {
        return problem;
    }

    /**
     * Returns the calls whose results this one uses.
     *
     * @return their numbers, ascending, each below the call's own; none if there is a {@link #problem()}
     */
    public int[] numbers() {
        return numbers.clone();
    }

    /**
     * Returns the call as far as it is known before its references have results.
     *
     * @return a call in which unknown values are null
     */
    public ToolCall known() {
        return known;
    }

    /**
     * Tells whether parts of the call are still unknown.
     *
     * @return false if the arguments hold only escaped references
     */
    public boolean isOpen() {
        return !references.occurrences().isEmpty();
    }

    /**
     * Returns the call with results in place of its references. The engine asks on the call's thread.
     *
     * @param maxLength the most characters of results to insert; never more than 16 Mi
     * @return a new call
     * @throws UnresolvableException if a referenced part is missing or too long
     */
    public ToolCall resolved(long maxLength) {
        return with(references.resolved(new Substitution(call, Math.min(MAX_LENGTH, maxLength))));
    }

    private ToolCall with(JsonNode arguments) {
        ToolCall written = call.call();
        return new ToolCall(written.id(), written.tool(), arguments);
    }
}
