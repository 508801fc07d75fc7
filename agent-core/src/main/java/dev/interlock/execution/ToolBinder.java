package dev.interlock.execution;

import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.EffectInference;
import dev.interlock.effect.EffectSource;
import dev.interlock.effect.Effects;
import dev.interlock.effect.Undeclared;
import dev.interlock.event.KnownTool;
import dev.interlock.event.RoundListener;
import dev.interlock.plan.PlannedCall;
import dev.interlock.share.Caps;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Settles the effects of tools for one executor: the first source that speaks wins. Thread-safe. */
final class ToolBinder {

    private static final Logger log = LoggerFactory.getLogger("dev.interlock.execution.ToolCallExecutor");

    private final Map<String, Effects> effects;
    private final FileEffects files;
    private final Map<String, ToolPolicy> policies;
    private final Undeclared undeclared;
    private final boolean inference;
    private final Caps caps;
    private final IdleSettings idle;
    private final PolicyMistakes mistakes;

    /** Set once, before the executor is given away. */
    private List<RoundListener> listeners = List.of();

    /**
     * The effects of a tool, chosen among all sources.
     *
     * @param said the source in words
     * @param barrierReason why the tool's calls run alone; null if they do not, or because they are declared so
     */
    private record Chosen(
            Effects effects,
            EffectSource source,
            String said,
            @Nullable String barrierReason) {

        Chosen(Effects effects, EffectSource source) {
            this(effects, source, source.words(), null);
        }
    }

    ToolBinder(
            Map<String, Effects> effects,
            FileEffects files,
            Map<String, ToolPolicy> policies,
            Undeclared undeclared,
            boolean inference,
            Caps caps,
            List<ToolSetting> others,
            PolicyMistakes mistakes) {
        this.effects = effects;
        this.files = files;
        this.policies = policies;
        this.undeclared = undeclared;
        this.inference = inference;
        this.caps = caps;
        this.mistakes = mistakes;
        this.idle = new IdleSettings(settings(effects, files, policies, others));
    }

    private static List<ToolSetting> settings(
            Map<String, Effects> effects,
            FileEffects files,
            Map<String, ToolPolicy> policies,
            List<ToolSetting> others) {
        List<ToolSetting> settings = new ArrayList<>();
        effects.keySet().stream().sorted().forEach(tool -> settings.add(ToolSetting.ofName(tool, "effects set")));
        policies.keySet().stream().sorted().forEach(tool -> settings.add(ToolSetting.ofName(tool, "policy set")));
        settings.addAll(files.settings());
        settings.addAll(others);
        return settings;
    }

    boolean inference() {
        return inference;
    }

    /** The check for settings of tools that do not exist. */
    IdleSettings idle() {
        return idle;
    }

    ToolBinding bind(ToolDefinition tool) {
        idle.saw(tool.name());
        Chosen chosen = choose(tool);
        log.debug("Tool '{}': {} ({})", tool.name(), chosen.effects(), chosen.said());
        tell(new KnownTool(tool.name(), chosen.effects(), chosen.source(), chosen.said(), chosen.barrierReason()));
        ToolBinding bound = binding(tool, chosen);
        mistakes.check(bound);
        return bound;
    }

    /** Sets the listeners that hear of tools. Call this before there are any tools. */
    void listeners(List<RoundListener> listeners) {
        this.listeners = List.copyOf(listeners);
    }

    private void tell(KnownTool tool) {
        for (RoundListener listener : listeners) {
            try {
                listener.onTool(tool);
            } catch (Throwable e) {
                log.warn("Listener {} failed on the news of tool '{}'", listener, tool.name(), e);
            }
        }
    }

    private Chosen choose(ToolDefinition tool) {
        Effects programmatic = effects.get(tool.name());
        if (programmatic != null) {
            return fitting(tool, programmatic, EffectSource.PROGRAMMATIC, EffectSource.PROGRAMMATIC.words());
        }
        Effects own = tool.effects();
        if (own != null && tool.source().compareTo(EffectSource.FILE) < 0) {
            return new Chosen(own, tool.source(), tool.said(), null);
        }
        FileEffects.Said said = files.effects(tool.name());
        if (said != null) {
            return fitting(tool, said.effects(), EffectSource.FILE, said.by());
        }
        if (own != null) {
            return new Chosen(own, tool.source(), tool.said(), null);
        }
        Effects inferred = inferred(tool);
        if (inferred != null) {
            return new Chosen(inferred, EffectSource.INFERENCE);
        }
        String barrierReason = undeclared == Undeclared.SERIAL
                ? "nothing is known about what '" + tool.name() + "' reads and writes"
                : null;
        return new Chosen(
                undeclared.effects(), EffectSource.UNDECLARED, EffectSource.UNDECLARED.words(), barrierReason);
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

    /**
     * Checks that effects fit a tool. If not, its calls are barriers. That is no error, because one executor may serve
     * different tools of one name.
     */
    private static Chosen fitting(ToolDefinition tool, Effects effects, EffectSource source, String said) {
        if (tool.parametersKnown()) {
            try {
                effects.validate(tool.name(), tool.parameters().keySet());
            } catch (IllegalArgumentException e) {
                log.warn("Calls of tool '{}' run alone: {} ({})", tool.name(), e.getMessage(), said);
                return new Chosen(Effects.exclusive(), source, said, e.getMessage());
            }
        }
        return new Chosen(effects, source, said, null);
    }

    private ToolBinding binding(ToolDefinition tool, Chosen chosen) {
        ToolPolicy policy = policies.getOrDefault(tool.name(), tool.policy());
        if (tool.policy().idempotent() || files.idempotent(tool.name())) {
            // What the tool itself or a file says stays true, whatever else the user sets.
            policy = policy.asIdempotent();
        }
        return new ToolBinding(
                tool.name(),
                chosen.effects(),
                chosen.source(),
                chosen.said(),
                chosen.barrierReason(),
                tool.parameters(),
                policy,
                caps.of(tool.name(), policy));
    }

    ToolBinding bindUnknown(String name) {
        return new ToolBinding(
                name,
                Effects.exclusive(),
                EffectSource.UNDECLARED,
                EffectSource.UNDECLARED.words(),
                PlannedCall.noToolNamed(name),
                Map.of(),
                // Its arguments do not matter.
                ToolPolicy.builder().references(false).build(),
                List.of());
    }

    /**
     * Returns the same binding for the same definition, which keeps it: what was learnt about a tool goes with its
     * definition.
     */
    ToolBinding bindingOf(@Nullable ToolDefinition tool, String name) {
        if (tool == null) {
            return bindUnknown(name);
        }
        ToolBinding known = tool.binding(this);
        return known == null ? tool.keepBinding(this, bind(tool)) : known;
    }
}
