package dev.interlock.execution;

import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.EffectInference;
import dev.interlock.effect.EffectSource;
import dev.interlock.effect.Effects;
import dev.interlock.effect.Undeclared;
import dev.interlock.share.Caps;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Settles the effects of tools for one executor: the first source that speaks wins. Thread-safe. */
final class ToolBinder {

    private static final Logger log = LoggerFactory.getLogger("dev.interlock.execution.ToolCallExecutor");

    private final Map<String, Effects> effects;
    private final Map<String, ToolPolicy> policies;
    private final Undeclared undeclared;
    private final boolean inference;
    private final Caps caps;

    ToolBinder(
            Map<String, Effects> effects,
            Map<String, ToolPolicy> policies,
            Undeclared undeclared,
            boolean inference,
            Caps caps) {
        this.effects = effects;
        this.policies = policies;
        this.undeclared = undeclared;
        this.inference = inference;
        this.caps = caps;
    }

    boolean inference() {
        return inference;
    }

    ToolBinding bind(ToolDefinition tool) {
        Effects programmatic = effects.get(tool.name());
        Effects declared = tool.effects();
        Effects inferred = programmatic == null && declared == null ? inferred(tool) : null;
        ToolBinding binding;
        if (programmatic != null) {
            binding = bindProgrammatic(tool, programmatic);
        } else if (declared != null) {
            binding = binding(tool, declared, tool.source(), null);
        } else if (inferred != null) {
            binding = binding(tool, inferred, EffectSource.INFERENCE, null);
        } else {
            String barrierReason = undeclared == Undeclared.SERIAL
                    ? "nothing is known about what '" + tool.name() + "' reads and writes"
                    : null;
            binding = binding(tool, undeclared.effects(), EffectSource.UNDECLARED, barrierReason);
        }
        log.debug(
                "Tool '{}': {} ({})",
                tool.name(),
                binding.effects(),
                binding.source().words());
        return binding;
    }

    private @Nullable Effects inferred(ToolDefinition tool) {
        if (!inference || !tool.inferable()) {
            return null;
        }
        return switch (EffectInference.infer(tool.name(), tool.description(), tool.parameters())) {
            case PURE -> Effects.pure();
            case ONLY_READS -> Effects.reads("/");
            case UNKNOWN -> null;
        };
    }

    /** One executor may serve different tools of one name, so effects that do not fit this one are no error. */
    private ToolBinding bindProgrammatic(ToolDefinition tool, Effects programmatic) {
        if (tool.parametersKnown()) {
            try {
                programmatic.validate(tool.name(), tool.parameters().keySet());
            } catch (IllegalArgumentException e) {
                log.warn("Calls of tool '{}' run alone: {}", tool.name(), e.getMessage());
                return binding(tool, Effects.exclusive(), EffectSource.PROGRAMMATIC, e.getMessage());
            }
        }
        return binding(tool, programmatic, EffectSource.PROGRAMMATIC, null);
    }

    private ToolBinding binding(
            ToolDefinition tool, Effects settled, EffectSource source, @Nullable String barrierReason) {
        ToolPolicy policy = policies.getOrDefault(tool.name(), tool.policy());
        if (tool.policy().idempotent()) {
            // What the tool says of itself stays true, whatever else the user sets.
            policy = policy.asIdempotent();
        }
        return new ToolBinding(
                tool.name(), settled, source, barrierReason, tool.parameters(), policy, caps.of(tool.name(), policy));
    }

    ToolBinding bindUnknown(String name) {
        return new ToolBinding(
                name,
                Effects.exclusive(),
                EffectSource.UNDECLARED,
                "there is no tool named '" + name + "'",
                Map.of(),
                // Its arguments are of no interest.
                ToolPolicy.builder().references(false).build(),
                List.of());
    }

    /** The same binding for the same definition, which keeps it: what was learnt of a tool goes with its definition. */
    ToolBinding bindingOf(@Nullable ToolDefinition tool, String name) {
        if (tool == null) {
            return bindUnknown(name);
        }
        ToolBinding known = tool.binding(this);
        return known == null ? tool.keepBinding(this, bind(tool)) : known;
    }
}
