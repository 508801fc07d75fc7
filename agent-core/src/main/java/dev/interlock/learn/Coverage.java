package dev.interlock.learn;

import dev.interlock.call.ToolCall;
import dev.interlock.effect.Access;
import dev.interlock.effect.Effects;
import dev.interlock.effect.ParameterType;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Checks whether effects cover what calls touched, by the audit's rule: a declared resource covers itself and all below
 * it, and only a declared write covers a write. For an absolute and a relative path, some folder that makes it hold is
 * enough, see {@link dev.interlock.effect.Resource#mayContain}. Immutable.
 */
public final class Coverage {

    private final Effects effects;
    private final Map<String, ParameterType> parameters;

    /**
     * Creates the check of one tool.
     *
     * @param effects the effects to check
     * @param parameters the known types of the tool's parameters, by name
     */
    public Coverage(Effects effects, Map<String, ParameterType> parameters) {
        this.effects = Objects.requireNonNull(effects, "effects");
        this.parameters = Map.copyOf(parameters);
    }

    /**
     * Returns what a call touched although the effects do not cover it.
     *
     * @param call the call
     * @param touched what the call touched
     * @return the uncovered accesses, in no order; empty if the effects cover all
     */
    public List<Access> uncovered(ToolCall call, Set<Access> touched) {
        List<Access> declared = effects.accesses(call, parameters);
        return touched.stream()
                .filter(access -> declared.stream().noneMatch(each -> covers(each, access)))
                .toList();
    }

    private static boolean covers(Access declared, Access touched) {
        return (declared.isWrite() || !touched.isWrite()) && declared.resource().mayContain(touched.resource());
    }
}
