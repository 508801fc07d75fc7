package dev.interlock.plan;

import dev.interlock.board.BatchGraph;
import dev.interlock.effect.Access;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.StringJoiner;

/**
 * A batch with its dependencies and the reason for each. Immutable and thread-safe.
 *
 * <p>Making a plan takes time near-linear in the batch's accesses. The plan computes its edges on first use and reduces
 * them transitively: a call that waits for another through a third does not list it. The methods number calls from 0;
 * texts number them from 1.
 */
public final class CallPlan {

    private final List<PlannedCall> calls;
    private final int[][] references;
    private final BatchGraph graph;

    private CallPlan(List<PlannedCall> calls, int[][] references) {
        this.calls = calls;
        this.references = references;
        this.graph = new BatchGraph(calls.stream().map(PlannedCall::accesses).toList(), references);
    }

    /**
     * Plans a batch.
     *
     * @param calls the calls in call order with what they access
     * @return the plan
     */
    public static CallPlan of(List<PlannedCall> calls) {
        int[][] none = new int[calls.size()][];
        Arrays.fill(none, new int[0]);
        return new CallPlan(List.copyOf(calls), none);
    }

    /**
     * Plans a batch in which calls use results of earlier ones.
     *
     * @param calls the calls in call order with what they access
     * @param references for each call, the places of the calls whose results it uses
     * @return the plan
     * @throws IllegalArgumentException if the lists differ in length or a call refers to one that is not earlier
     */
    public static CallPlan of(List<PlannedCall> calls, List<int[]> references) {
        if (calls.size() != references.size()) {
            throw new IllegalArgumentException(
                    "got " + calls.size() + " calls, but the references of " + references.size());
        }
        return new CallPlan(
                List.copyOf(calls), references.stream().map(int[]::clone).toArray(int[][]::new));
    }

    /**
     * Returns the calls with their accesses.
     *
     * @return in call order
     */
    public List<PlannedCall> calls() {
        return calls;
    }

    /**
     * Returns what a call waits for, transitively reduced.
     *
     * @param call its place, from 0
     * @return its dependencies, the earliest call first
     * @throws IndexOutOfBoundsException if there is no such call
     */
    public List<Dependency> dependencies(int call) {
        Objects.checkIndex(call, calls.size());
        List<Dependency> result = new ArrayList<>();
        for (int earlier : graph.reducedPredecessors(call)) {
            result.add(new Dependency(earlier, call, reason(earlier, call)));
        }
        return result;
    }

    /**
     * Returns the calls whose results a call uses, including those that it also waits for through others.
     *
     * @param call its place, from 0
     * @return their places, each before the call's own
     * @throws IndexOutOfBoundsException if there is no such call
     */
    public List<Integer> references(int call) {
        return Arrays.stream(references[Objects.checkIndex(call, calls.size())])
                .boxed()
                .toList();
    }

    /**
     * Returns all dependencies, transitively reduced. Their number can be quadratic in the calls: m writes of different
     * resources after k reads of everything have m · k.
     *
     * @return by later call, then by earlier call
     */
    public List<Dependency> dependencies() {
        List<Dependency> result = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
            result.addAll(dependencies(i));
        }
        return result;
    }

    /**
     * Returns the calls in waves. A call is in the first wave after the waves of all calls that it waits for. Execution
     * does not wait for a wave to end: a call starts as soon as the calls that it waits for have ended.
     *
     * @return the places of each wave's calls, in call order
     */
    public List<List<Integer>> waves() {
        return graph.waves();
    }

    /**
     * Returns the plan as a Mermaid flowchart: a node for each call, an edge for each dependency, labelled with its
     * reason.
     *
     * @return Mermaid text
     */
    public String toMermaid() {
        StringBuilder text = new StringBuilder("flowchart TD\n");
        for (int i = 0; i < calls.size(); i++) {
            text.append("    c")
                    .append(i + 1)
                    .append("[\"")
                    .append(i + 1)
                    .append(' ')
                    .append(escaped(calls.get(i).call().tool()))
                    .append("\"]\n");
        }
        for (Dependency dependency : dependencies()) {
            text.append("    c")
                    .append(dependency.earlier() + 1)
                    .append(" -->|\"")
                    .append(escaped(dependency.reason().text(dependency.earlier(), dependency.later())))
                    .append("\"| c")
                    .append(dependency.later() + 1)
                    .append('\n');
        }
        return text.toString();
    }

    /**
     * Returns the plan in words: a line for each call with its accesses and their source, and a line for each
     * dependency.
     *
     * @return lines separated by newlines, without one at the end
     */
    @Override
    public String toString() {
        StringJoiner text = new StringJoiner("\n");
        for (int i = 0; i < calls.size(); i++) {
            PlannedCall planned = calls.get(i);
            StringJoiner accesses = new StringJoiner(", ");
            for (Access access : planned.accesses()) {
                accesses.add((access.isWrite() ? "writes " : "reads ") + access.resource());
            }
            String what = planned.barrierReason() != null
                    ? planned.barrierReason() + ", so it runs alone"
                    : (planned.accesses().isEmpty() ? "pure" : accesses.toString()) + " (" + planned.said() + ")";
            text.add("call " + (i + 1) + " " + planned.call().tool() + ": " + what);
            dependencies(i).forEach(dependency -> text.add("  " + dependency));
        }
        return text.toString();
    }

    /**
     * Replaces characters that Mermaid would misread by entities. A quote would end the label and a newline the line.
     * Percent signs can begin a directive even inside a label. After "style:" an entity would lose its semicolon.
     */
    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || "\"#<>&`%:".indexOf(c) >= 0) {
                escaped.append('#').append((int) c).append(';');
            } else {
                escaped.append(c);
            }
        }
        return escaped.toString();
    }

    private DependencyReason reason(int earlier, int later) {
        for (int reference : references[later]) {
            if (reference == earlier) {
                return new DependencyReason.Reference();
            }
        }
        String why = calls.get(later).barrierReason();
        if (why != null) {
            return new DependencyReason.Barrier(later, why);
        }
        why = calls.get(earlier).barrierReason();
        if (why != null) {
            return new DependencyReason.Barrier(earlier, why);
        }
        for (Access mine : calls.get(later).accesses()) {
            for (Access theirs : calls.get(earlier).accesses()) {
                if (theirs.conflictsWith(mine)) {
                    return new DependencyReason.Conflict(theirs, mine);
                }
            }
        }
        throw new AssertionError("call " + later + " does not conflict with call " + earlier);
    }
}
