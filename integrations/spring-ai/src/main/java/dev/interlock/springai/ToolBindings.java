package dev.interlock.springai;

import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.EffectSource;
import dev.interlock.effect.Effects;
import dev.interlock.effect.Idempotent;
import dev.interlock.effect.ParameterType;
import dev.interlock.execution.Rounds;
import dev.interlock.execution.ToolBinding;
import dev.interlock.execution.ToolDefinition;
import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.metadata.ToolMetadata;

/**
 * What the engine knows about tools. Chat clients make new callbacks for each request, so this class identifies tools
 * by their properties and not by their callbacks. It keeps the latest ones, since the engine learns how long a tool
 * takes. Thread-safe.
 */
final class ToolBindings {

    private static final Logger log = LoggerFactory.getLogger("dev.interlock.springai.InterlockToolCallingManager");

    /** The most tools to keep, since each request may bring tools with new names. */
    private static final int MOST_KEPT = 1000;

    private final Rounds rounds;
    private final McpTrust trust;

    /** In the order of use, the latest last. Guarded by itself. */
    private final Map<Tool, ToolBinding> known = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Tool, ToolBinding> eldest) {
            return size() > MOST_KEPT;
        }
    };

    /**
     * Everything that a binding depends on.
     *
     * @param shares whether the tool's calls may share something that they change
     */
    private record Tool(
            String name,
            @Nullable String description,
            @Nullable String schema,
            CallbackOrigin origin,
            @Nullable Effects declared,
            boolean shares) {}

    ToolBindings(Rounds rounds, McpTrust trust) {
        this.rounds = rounds;
        this.trust = trust;
    }

    /** Returns the binding of an unknown tool name. */
    ToolBinding unknown(String name) {
        return rounds.bindUnknown(name);
    }

    /**
     * Returns the binding of a tool. Wrong declarations of effects make its calls run alone.
     *
     * @param shared whether the calls of a response share a context that they may change
     */
    ToolBinding of(ToolCallback callback, boolean shared) {
        org.springframework.ai.tool.definition.ToolDefinition told = callback.getToolDefinition();
        ToolMetadata metadata = callback.getToolMetadata();
        CallbackOrigin origin = CallbackOrigin.of(callback);
        Tool tool = new Tool(
                told.name(),
                told.description(),
                told.inputSchema(),
                origin,
                metadata instanceof EffectsMetadata declared ? declared.effects() : null,
                shared && mayTakeContext(origin));
        synchronized (known) {
            ToolBinding binding = known.get(tool);
            if (binding != null) {
                return binding;
            }
        }
        ToolBinding bound = bind(tool);
        synchronized (known) {
            ToolBinding faster = known.putIfAbsent(tool, bound);
            return faster == null ? bound : faster;
        }
    }

    int size() {
        synchronized (known) {
            return known.size();
        }
    }

    private static boolean mayTakeContext(CallbackOrigin origin) {
        return switch (origin) {
            case CallbackOrigin.Annotated(Method method, Class<?> toolClass) ->
                Stream.of(method.getParameterTypes())
                        .anyMatch(type -> type.isAssignableFrom(ToolContext.class) && type != Object.class);
            case CallbackOrigin.Served served -> false;
            case CallbackOrigin.Code code -> true;
            case CallbackOrigin.Hidden hidden -> true;
        };
    }

    private ToolBinding bind(Tool tool) {
        try {
            return rounds.bind(definition(tool, false).build());
        } catch (IllegalArgumentException e) {
            log.warn("Calls of tool '{}' run alone: {}", tool.name(), e.getMessage());
            return rounds.bind(definition(tool, true).build());
        }
    }

    /**
     * Builds the definition of a tool.
     *
     * @param alone whether the tool's declaration is wrong, so that its calls must run alone
     */
    private ToolDefinition.Builder definition(Tool tool, boolean alone) {
        ToolDefinition.Builder definition = ToolDefinition.builder(tool.name(), call -> {
                    throw new IllegalStateException("this body must never run: Spring AI's callback runs the tool");
                })
                .description(tool.description());
        Map<String, ParameterType> parameters = InputSchema.parameters(tool.schema());
        if (parameters != null) {
            definition.parameters(parameters);
        }
        if (tool.shares()) {
            log.debug(
                    "Tool '{}' gets a context that other calls may change, so Interlock infers nothing about it",
                    tool.name());
            definition.inferable(false);
        }
        switch (tool.origin()) {
            case CallbackOrigin.Annotated(Method method, Class<?> toolClass) -> {
                declare(definition, method, toolClass, tool.declared(), alone);
            }
            case CallbackOrigin.Served(ServedOrigin served) -> {
                Map<String, ParameterType> types = parameters == null ? Map.of() : parameters;
                trust.declare(definition, tool.name(), tool.description(), types, served);
            }
            case CallbackOrigin.Code code -> declare(definition, tool.declared(), alone);
            case CallbackOrigin.Hidden hidden -> {
                definition.inferable(false);
                declare(definition, tool.declared(), alone);
            }
        }
        return definition;
    }

    private static void declare(
            ToolDefinition.Builder definition,
            Method method,
            Class<?> toolClass,
            @Nullable Effects declared,
            boolean alone) {
        if (method.isAnnotationPresent(Idempotent.class) || toolClass.isAnnotationPresent(Idempotent.class)) {
            definition.policy(ToolPolicy.builder().idempotent(true).build());
        }
        if (method.getReturnType() == void.class || method.getReturnType() == Void.class) {
            // A model calls a tool without a result for its effect, so such a tool hardly only reads.
            definition.inferable(false);
        }
        if (alone) {
            definition.effects(Effects.exclusive(), EffectSource.ANNOTATION);
            return;
        }
        Optional<Effects> annotated = Effects.fromAnnotations(method, toolClass);
        if (annotated.isPresent()) {
            definition.effects(annotated.get(), EffectSource.ANNOTATION);
        } else {
            declare(definition, declared, false);
        }
    }

    private static void declare(ToolDefinition.Builder definition, @Nullable Effects declared, boolean alone) {
        if (declared != null) {
            definition.effects(alone ? Effects.exclusive() : declared, EffectSource.METADATA);
        }
    }
}
