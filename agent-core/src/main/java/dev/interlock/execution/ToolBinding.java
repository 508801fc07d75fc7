package dev.interlock.execution;

import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Access;
import dev.interlock.effect.EffectSource;
import dev.interlock.effect.Effects;
import dev.interlock.effect.ParameterType;
import dev.interlock.plan.PlannedCall;
import dev.interlock.reference.ArgumentReferences;
import dev.interlock.schedule.RunsOn;
import dev.interlock.schedule.ToolTraits;
import dev.interlock.share.Cap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A tool as one executor runs it: its effects from whichever source spoke first, its policy, and what was learnt of its
 * calls. Made by {@link Rounds#bind}, to be kept as long as the tool is. Thread-safe.
 */
public final class ToolBinding {

    /** Those of a call of which nothing is known, or not yet. */
    static final List<Access> BARRIER = List.of(Access.write("/"));

    private final ToolTraits traits;
    private final Effects effects;
    private final EffectSource source;
    private final String said;
    private final @Nullable String barrierReason;
    private final Map<String, ParameterType> parameters;
    private final boolean barrier;
    private final RunsOn runsOn;
    private final boolean plain;
    private final boolean heedsOrderOnly;

    private final LearntTime learntTime = new LearntTime();

    ToolBinding(
            String name,
            Effects effects,
            EffectSource source,
            String said,
            @Nullable String barrierReason,
            Map<String, ParameterType> parameters,
            ToolPolicy policy,
            List<Cap> caps) {
        this.effects = effects;
        this.source = source;
        this.said = said;
        this.barrierReason = barrierReason;
        this.parameters = parameters;
        boolean known = source != EffectSource.UNDECLARED;
        this.traits = new ToolTraits(name, policy, caps, known, known && effects.isReadOnly());
        this.barrier = effects.isBarrier();
        this.runsOn = runsOn(barrier, known && effects.isPure());
        this.plain =
                policy.timeout() == null && policy.callTimeout() == null && policy.retry() == null && caps.isEmpty();
        this.heedsOrderOnly = plain && runsOn != RunsOn.OWN_THREAD && policy.priority() == 0;
    }

    /**
     * The name of the tool.
     *
     * @return the name
     */
    public String name() {
        return traits.name();
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

    /** Who said so, in words. */
    String said() {
        return said;
    }

    /**
     * How its calls are run.
     *
     * @return the policy
     */
    public ToolPolicy policy() {
        return traits.policy();
    }

    /** Whether every call is a barrier, whatever its arguments are. */
    boolean isBarrier() {
        return barrier;
    }

    /** What is taken to touch nothing because nothing is known about it may touch a thread-local. */
    private static RunsOn runsOn(boolean barrier, boolean knownToBePure) {
        if (barrier) {
            return RunsOn.OWNER;
        }
        return knownToBePure ? RunsOn.ANY_THREAD : RunsOn.OWN_THREAD;
    }

    /** Where its calls run, unless there is more to do than to run them, see {@link RoundSettings#runsOn}. */
    RunsOn runsOn() {
        return runsOn;
    }

    /** Whether a call is one run of its body, whenever it has its turn: no limit, no retries, nothing that rounds share. */
    boolean isPlain() {
        return plain;
    }

    /** Whether its calls may run on the owner with nothing to heed but their order: no limit, no priority, no retries. */
    boolean heedsOrderOnly() {
        return heedsOrderOnly;
    }

    /** What a round has to know of it. */
    ToolTraits traits() {
        return traits;
    }

    /**
     * Whether the tool is known to change nothing. A tool about which nothing is known is not, even where
     * {@link dev.interlock.effect.Undeclared#PARALLEL} lets it overlap with all others.
     *
     * @return true if somebody has said so, or it was inferred
     */
    public boolean isReadOnly() {
        return traits.readOnly();
    }

    ParameterType typeOf(String parameter) {
        return parameters.getOrDefault(parameter, ParameterType.OTHER);
    }

    /** Whether its calls access nothing, whatever their arguments are, if those are an object. */
    boolean isPure() {
        return effects.isPure();
    }

    List<Access> accesses(ToolCall call) {
        return call.hasObjectArguments() ? effects.accesses(call, parameters) : BARRIER;
    }

    /** Those of a call whose arguments refer to others. A function of the user's is not to be asked about what is not there. */
    List<Access> accesses(ArgumentReferences references) {
        return isComputedFromResults(references) ? BARRIER : accesses(references.known());
    }

    private boolean isComputedFromResults(ArgumentReferences references) {
        return references.isOpen() && effects.isComputed();
    }

    PlannedCall plan(ToolCall call) {
        boolean readable =
                call.hasObjectArguments() || PlannedCall.noToolNamed(name()).equals(barrierReason);
        String reason = readable ? barrierReason : "its arguments are no JSON object";
        return new PlannedCall(call, accesses(call), source, reason, said);
    }

    PlannedCall plan(ToolCall call, ArgumentReferences references) {
        String reason = barrierReason == null && isComputedFromResults(references)
                ? "what it reads and writes is computed from results that are not there yet"
                : barrierReason;
        return new PlannedCall(call, accesses(references), source, reason, said);
    }

    LearntTime learntTime() {
        return learntTime;
    }
}
