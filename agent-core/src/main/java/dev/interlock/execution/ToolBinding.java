package dev.interlock.execution;

import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Access;
import dev.interlock.effect.EffectSource;
import dev.interlock.effect.Effects;
import dev.interlock.effect.ParameterType;
import dev.interlock.plan.PlannedCall;
import dev.interlock.reference.ArgumentReferences;
import dev.interlock.schedule.Call;
import dev.interlock.schedule.RunsOn;
import dev.interlock.schedule.ToolTraits;
import dev.interlock.share.Cap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A tool as one executor runs it: its effects from the first source that speaks, its policy, and what the executor
 * learnt from its calls. {@link Rounds#bind} makes it; keep it as long as the tool. Thread-safe.
 */
public final class ToolBinding {

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
     * Returns the name of the tool.
     *
     * @return the name
     */
    public String name() {
        return traits.name();
    }

    /**
     * Returns what the tool reads and writes.
     *
     * @return the effects
     */
    public Effects effects() {
        return effects;
    }

    /**
     * Returns where the effects come from.
     *
     * @return the source of the effects
     */
    public EffectSource source() {
        return source;
    }

    /** The source of the effects in words. */
    String said() {
        return said;
    }

    /**
     * Returns how the tool's calls run.
     *
     * @return the policy
     */
    public ToolPolicy policy() {
        return traits.policy();
    }

    /** Whether every call is a barrier, regardless of its arguments. */
    boolean isBarrier() {
        return barrier;
    }

    /** A tool that only counts as touching nothing because it is undeclared may still touch a thread-local. */
    private static RunsOn runsOn(boolean barrier, boolean knownToBePure) {
        if (barrier) {
            return RunsOn.OWNER;
        }
        return knownToBePure ? RunsOn.ANY_THREAD : RunsOn.OWN_THREAD;
    }

    /** Where its calls run, unless a call has interceptors or retries, see {@link RoundSettings#runsOn}. */
    RunsOn runsOn() {
        return runsOn;
    }

    /** Whether a call is one plain run of its body: no limit, no retries, nothing shared between rounds. */
    boolean isPlain() {
        return plain;
    }

    /** Whether its calls may run on the owner and only their order matters: no limit, no priority, no retries. */
    boolean heedsOrderOnly() {
        return heedsOrderOnly;
    }

    /** What a round must know about the tool. */
    ToolTraits traits() {
        return traits;
    }

    /**
     * Tells whether the tool is known to change nothing. An undeclared tool is not, even if
     * {@link dev.interlock.effect.Undeclared#PARALLEL} lets it overlap with all others.
     *
     * @return true if a source says so
     */
    public boolean isReadOnly() {
        return traits.readOnly();
    }

    ParameterType typeOf(String parameter) {
        return parameters.getOrDefault(parameter, ParameterType.OTHER);
    }

    /** Whether its calls access nothing, regardless of their arguments, if those are an object. */
    boolean isPure() {
        return effects.isPure();
    }

    List<Access> accesses(ToolCall call) {
        return call.hasObjectArguments() ? effects.accesses(call, parameters) : Call.barrier();
    }

    /** The accesses of a call with references. The user's function must not see arguments that are not known yet. */
    List<Access> accesses(ArgumentReferences references) {
        return isComputedFromResults(references) ? Call.barrier() : accesses(references.known());
    }

    private boolean isComputedFromResults(ArgumentReferences references) {
        return references.isOpen() && effects.isComputed();
    }

    PlannedCall plan(ToolCall call) {
        boolean readable =
                call.hasObjectArguments() || PlannedCall.noToolNamed(name()).equals(barrierReason);
        String reason = readable ? barrierReason : "its arguments are not a JSON object";
        return new PlannedCall(call, accesses(call), source, reason, said);
    }

    PlannedCall plan(ToolCall call, ArgumentReferences references) {
        String reason = barrierReason == null && isComputedFromResults(references)
                ? "its effects are computed from results that do not exist yet"
                : barrierReason;
        return new PlannedCall(call, accesses(references), source, reason, said);
    }

    LearntTime learntTime() {
        return learntTime;
    }

    /** The first access of a call that was changed which its plan does not cover, or null. */
    @Nullable
    Access unplanned(List<Access> planned, ToolCall changed) {
        for (Access access : plan(changed).accesses()) {
            if (planned.stream().noneMatch(known -> known.covers(access))) {
                return access;
            }
        }
        return null;
    }
}
