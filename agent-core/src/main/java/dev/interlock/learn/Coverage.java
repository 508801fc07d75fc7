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
 * Whether effects cover what calls were seen to touch, as an audit tells it: each access is of a resource that is declared or
 * lies below one that is, and a write only where a write is declared. Of an absolute and a relative path it is enough that
 * there is a folder for which this holds, see {@link dev.interlock.effect.Resource#mayContain}. Immutable.
 */
public final class Coverage {

    private final Effects effects;
    private final Map<String, ParameterType> parameters;

    /**
     * Creates the check of one tool.
     *
     * @param effects the effects to be checked
     * @param parameters the types of the tool's parameters by name, as far as they are known
     */
    public Coverage(Effects effects, Map<String, ParameterType> parameters) {
        this.effects = Objects.requireNonNull(effects, "effects");
        this.parameters = Map.copyOf(parameters);
    }

    /**
     * Returns what a call touched and the effects do not cover.
     *
     * @param call the call
     * @param touched what it touched
     * @return some of these accesses, in no order; empty if all is covered
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
