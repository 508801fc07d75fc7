package dev.interlock.execution;

import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Access;
import dev.interlock.effect.EffectSource;
import dev.interlock.effect.Effects;
import dev.interlock.effect.ParameterType;
import dev.interlock.plan.PlannedCall;
import dev.interlock.share.Cap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A tool as one executor runs it: its effects from whichever source spoke first, its policy, and what was learnt of its
 * calls. Made by {@link ToolCallExecutor#bind}, to be kept as long as the tool is. Thread-safe.
 */
public final class ToolBinding {

    /** Those of a call of which nothing is known, or not yet. */
    static final List<Access> BARRIER = List.of(Access.write("/"));

    private final String name;
    private final Effects effects;
    private final EffectSource source;
    private final @Nullable String barrierReason;
    private final Map<String, ParameterType> parameters;
    private final ToolPolicy policy;
    private final List<Cap> caps;
    private final boolean barrier;
    private final Place place;
    private final boolean plain;

    private final BodyTime bodyTime = new BodyTime();

    ToolBinding(
            String name,
            Effects effects,
            EffectSource source,
            @Nullable String barrierReason,
            Map<String, ParameterType> parameters,
            ToolPolicy policy,
            List<Cap> caps) {
        this.name = name;
        this.effects = effects;
        this.source = source;
        this.barrierReason = barrierReason;
        this.parameters = parameters;
        this.policy = policy;
        this.caps = caps;
        this.barrier = effects.isBarrier();
        this.place = placeOf(barrier, source != EffectSource.UNDECLARED && effects.isPure());
        this.plain = place != Place.OWN_THREAD
                && policy.timeout() == null
                && policy.callTimeout() == null
                && policy.priority() == 0
                && policy.retry() == null
                && caps.isEmpty();
    }

    /**
     * The name of the tool.
     *
     * @return the name
     */
    public String name() {
        return name;
    }

    /**
     * What the tool reads and writes.
     *
     * @return the effects
     */
    public Effects effects() {
        return effects;
    }

    /**
     * Who said so.
     *
     * @return the source of the effects
     */
    public EffectSource source() {
        return source;
    }

    /**
     * How its calls are run.
     *
     * @return the policy
     */
    public ToolPolicy policy() {
        return policy;
    }

    /** Whether every call is a barrier, whatever its arguments are. */
    boolean isBarrier() {
        return barrier;
    }

    /** What is taken to touch nothing because nothing is known about it may touch a thread-local. */
    private static Place placeOf(boolean barrier, boolean knownToBePure) {
        if (barrier) {
            return Place.OWNER;
        }
        return knownToBePure ? Place.ANYWHERE : Place.OWN_THREAD;
    }

    /** Where its calls run, unless there is more to do than to run them, see {@link RoundSettings#placeOf}. */
    Place place() {
        return place;
    }

    /** Whether its calls may run on the owner with nothing to heed but their order: no limit, no priority, no retries. */
    boolean isPlain() {
        return plain;
    }

    /** The caps that its calls share with others, in the order in which they are to be taken. */
    List<Cap> caps() {
        return caps;
    }

    /**
     * Whether the tool is known to change nothing. A tool about which nothing is known is not, even where
     * {@link dev.interlock.effect.Undeclared#PARALLEL} lets it overlap with all others.
     *
     * @return true if somebody has said so, or it was inferred
     */
    public boolean isReadOnly() {
        return isKnown() && effects.isReadOnly();
    }

    /** Whether anybody has said what it reads and writes. */
    boolean isKnown() {
        return source != EffectSource.UNDECLARED;
    }

    /** Whether another attempt of a call does no harm. */
    boolean isRepeatable(CallTask task) {
        return policy.idempotent() || task.onlyReads();
    }

    ParameterType typeOf(String parameter) {
        return parameters.getOrDefault(parameter, ParameterType.OTHER);
    }

    List<Access> accesses(CallTask task) {
        if (task.references != null) {
            return accesses(task.references);
        }
        if (effects.isPure()) {
            return task.hasObjectArguments() ? List.of() : BARRIER;
        }
        return accesses(task.call());
    }

    /** A function of the user's is not to be asked about arguments that are not there yet. */
    private List<Access> accesses(TaskReferences references) {
        return references.isOpen() && effects.isComputed() ? BARRIER : accesses(references.known());
    }

    private List<Access> accesses(ToolCall call) {
        return call.hasObjectArguments() ? effects.accesses(call, parameters) : BARRIER;
    }

    PlannedCall plan(CallTask task) {
        TaskReferences references = task.references;
        if (references == null) {
            return plan(task.call());
        }
        String reason = barrierReason == null && references.isOpen() && effects.isComputed()
                ? "what it reads and writes is computed from results that are not there yet"
                : barrierReason;
        return new PlannedCall(task.call(), accesses(references), source, reason);
    }

    PlannedCall plan(ToolCall call) {
        String reason = call.hasObjectArguments() ? barrierReason : "its arguments are no JSON object";
        return new PlannedCall(call, accesses(call), source, reason);
    }

    BodyTime bodyTime() {
        return bodyTime;
    }
}
