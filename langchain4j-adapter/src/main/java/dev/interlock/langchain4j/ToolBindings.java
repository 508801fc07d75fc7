package dev.interlock.langchain4j;

import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.EffectSource;
import dev.interlock.effect.Effects;
import dev.interlock.effect.Idempotent;
import dev.interlock.effect.ParameterType;
import dev.interlock.execution.ToolBinding;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.execution.ToolDefinition;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.model.chat.request.json.JsonBooleanSchema;
import dev.langchain4j.model.chat.request.json.JsonEnumSchema;
import dev.langchain4j.model.chat.request.json.JsonIntegerSchema;
import dev.langchain4j.model.chat.request.json.JsonNumberSchema;
import dev.langchain4j.model.chat.request.json.JsonSchemaElement;
import dev.langchain4j.model.chat.request.json.JsonStringSchema;
import dev.langchain4j.service.IllegalConfigurationException;
import dev.langchain4j.service.tool.DefaultToolExecutor;
import dev.langchain4j.service.tool.ToolExecutor;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the engine knows of LangChain4j's tools, by name. A binding is kept as long as the tool is the same; a provider
 * that makes its tools anew for every request, with the same specification, keeps the bindings too. Thread-safe.
 */
final class ToolBindings {

    private static final Logger log = LoggerFactory.getLogger(ToolBindings.class);

    /** In {@link ToolSpecification#metadata()}: a map of "reads" and "writes" to lists of templates; see {@link MetadataEffects}. */
    static final String EFFECTS_KEY = "dev.interlock/effects";

    private record Bound(
            ToolExecutor executor,
            ServerTools.Origin origin,
            @Nullable ToolSpecification specification,
            boolean shares,
            ToolBinding binding) {

        @SuppressWarnings("ReferenceEquality") // two executors that say they are equal may be of different objects
        boolean isOf(ToolExecutor other) {
            return executor == other;
        }

        /** Whether nothing but the specification decides the effects, and that is the same. */
        boolean isAlike(
                ToolExecutor other,
                ServerTools.Origin otherOrigin,
                @Nullable ToolSpecification otherSpecification,
                boolean otherShares) {
            return executor.getClass() == other.getClass()
                    && origin.equals(otherOrigin)
                    && shares == otherShares
                    && Objects.equals(specification, otherSpecification)
                    && isOfSameMethod(other);
        }

        private boolean isOfSameMethod(ToolExecutor other) {
            return !(executor instanceof DefaultToolExecutor own && other instanceof DefaultToolExecutor others)
                    || (own.originalMethod().equals(others.originalMethod())
                            && ToolObject.classOf(own) == ToolObject.classOf(others));
        }
    }

    private final ToolCallExecutor engine;
    private final McpTrust trust;
    private final Map<String, Bound> bound = new ConcurrentHashMap<>();

    ToolBindings(ToolCallExecutor engine, McpTrust trust) {
        this.engine = engine;
        this.trust = trust;
    }

    /**
     * Settles the effects of a tool that is being registered.
     *
     * @throws IllegalConfigurationException if its declared effects are wrong, and the user's mistake
     */
    void register(ToolSpecification specification, ToolExecutor executor) {
        ServerTools.Origin origin = ServerTools.originOf(executor);
        String name = specification.name();
        try {
            boolean shares = mayShare(executor, origin, specification);
            ToolBinding binding = origin.ofServer()
                    ? bindLeniently(name, executor, origin, specification, shares)
                    : bind(specification, executor, origin, shares);
            bound.put(name, new Bound(executor, origin, specification, shares, binding));
        } catch (IllegalArgumentException e) {
            IllegalConfigurationException wrong = new IllegalConfigurationException(e.getMessage());
            wrong.initCause(e);
            throw wrong;
        }
    }

    /** The binding of a tool that was registered or called before. */
    @Nullable
    ToolBinding known(String tool) {
        Bound known = bound.get(tool);
        return known == null ? null : known.binding;
    }

    /** The binding of a tool if it was registered or called before with this executor. */
    @Nullable
    ToolBinding known(String tool, ToolExecutor executor) {
        Bound known = bound.get(tool);
        return known != null && known.isOf(executor) ? known.binding : null;
    }

    /** The binding of a tool at the time of a call: mistakes in its declared effects make it a barrier. */
    ToolBinding binding(String tool, ToolExecutor executor, @Nullable ToolSpecification specification) {
        Bound known = bound.get(tool);
        if (known != null && known.isOf(executor)) {
            return known.binding;
        }
        ServerTools.Origin origin = ServerTools.originOf(executor);
        boolean shares = mayShare(executor, origin, specification);
        ToolBinding binding = known != null && known.isAlike(executor, origin, specification, shares)
                ? known.binding
                : bindLeniently(tool, executor, origin, specification, shares);
        bound.put(tool, new Bound(executor, origin, specification, shares, binding));
        return binding;
    }

    private static boolean mayShare(
            ToolExecutor executor, ServerTools.Origin origin, @Nullable ToolSpecification specification) {
        return !origin.ofServer() && HiddenParameters.mayBeShared(executor, specification);
    }

    private ToolBinding bindLeniently(
            String tool,
            ToolExecutor executor,
            ServerTools.Origin origin,
            @Nullable ToolSpecification specification,
            boolean shares) {
        ToolSpecification known =
                specification == null ? ToolSpecification.builder().name(tool).build() : specification;
        try {
            return bind(known, executor, origin, shares);
        } catch (IllegalArgumentException e) {
            log.warn("Calls of tool '{}' run alone: {}", tool, e.getMessage());
            return engine.bind(definition(known).effects(Effects.exclusive()).build());
        }
    }

    private ToolBinding bind(
            ToolSpecification specification, ToolExecutor executor, ServerTools.Origin origin, boolean shares) {
        ToolDefinition.Builder definition = definition(specification);
        if (origin.ofServer()) {
            trust.declare(definition, specification, origin.clientKey());
        } else {
            Optional<Effects> annotated = annotated(executor, definition);
            if (annotated.isPresent()) {
                definition.effects(annotated.get(), EffectSource.ANNOTATION);
            } else {
                MetadataEffects.of(specification)
                        .ifPresent(effects -> definition.effects(effects, EffectSource.METADATA));
            }
            if (shares || returnsNothing(executor)) {
                log.debug(
                        "Tool '{}' {}, so nothing is inferred",
                        specification.name(),
                        shares ? "gets what other calls may change" : "returns nothing");
                definition.inferable(false);
            }
        }
        return engine.bind(definition.build());
    }

    /** A method without a result is called for what it does. */
    private static boolean returnsNothing(ToolExecutor executor) {
        return executor instanceof DefaultToolExecutor annotatedTool
                && (annotatedTool.originalMethod().getReturnType() == void.class
                        || annotatedTool.originalMethod().getReturnType() == Void.class);
    }

    private static Optional<Effects> annotated(ToolExecutor executor, ToolDefinition.Builder definition) {
        if (!(executor instanceof DefaultToolExecutor annotatedTool)) {
            return Optional.empty();
        }
        Method method = annotatedTool.originalMethod();
        Class<?> toolClass = ToolObject.classOf(annotatedTool);
        if (method.isAnnotationPresent(Idempotent.class) || toolClass.isAnnotationPresent(Idempotent.class)) {
            definition.policy(ToolPolicy.builder().idempotent(true).build());
        }
        return Effects.fromAnnotations(method, toolClass);
    }

    private static ToolDefinition.Builder definition(ToolSpecification specification) {
        ToolDefinition.Builder definition = ToolDefinition.builder(specification.name(), call -> {
                    throw new IllegalStateException("LangChain4j runs the tools");
                })
                .description(specification.description());
        Map<String, ParameterType> parameters = new HashMap<>();
        if (specification.parameters() != null) {
            specification.parameters().properties().forEach((name, schema) -> parameters.put(name, type(schema)));
        }
        return definition.parameters(parameters);
    }

    private static ParameterType type(JsonSchemaElement schema) {
        if (schema instanceof JsonStringSchema) {
            return ParameterType.STRING;
        }
        if (schema instanceof JsonEnumSchema) {
            return ParameterType.ENUM;
        }
        if (schema instanceof JsonIntegerSchema) {
            return ParameterType.INTEGER;
        }
        if (schema instanceof JsonNumberSchema) {
            return ParameterType.NUMBER;
        }
        return schema instanceof JsonBooleanSchema ? ParameterType.BOOLEAN : ParameterType.OTHER;
    }
}
