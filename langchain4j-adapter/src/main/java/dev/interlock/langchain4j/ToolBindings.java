package dev.interlock.langchain4j;

import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.EffectSource;
import dev.interlock.effect.Effects;
import dev.interlock.effect.Idempotent;
import dev.interlock.execution.ToolBinding;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.langchain4j.mcp.McpTrust;
import dev.interlock.langchain4j.mcp.MetadataEffects;
import dev.interlock.langchain4j.mcp.ParameterTypes;
import dev.interlock.langchain4j.mcp.WrappedTools;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.service.IllegalConfigurationException;
import dev.langchain4j.service.tool.DefaultToolExecutor;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolServiceContext;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the engine knows about LangChain4j's tools, by name. Thread-safe.
 *
 * <p>The bindings of registered tools live as long as the service. Those of other tools, from a provider or a
 * hand-written loop, live as long as other code uses the specification, such as an invocation: this class keeps neither
 * specification nor executor nor learnt times alive. If a provider makes its tools anew for every request with an equal
 * specification, it finds the earlier binding until the garbage collector takes that.
 */
final class ToolBindings {

    private static final Logger log = LoggerFactory.getLogger(ToolBindings.class);

    private record Registered(ToolExecutor executor, ToolSpecification specification, ToolBinding binding) {}

    private final ToolCallExecutor engine;
    private final McpTrust trust;
    private final Map<String, Registered> registered = new ConcurrentHashMap<>();
    private final ProvidedTools provided = new ProvidedTools();

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
        registered.put(specification.name(), new Registered(executor, specification, check(specification, executor)));
    }

    /**
     * Settles the effects of a tool without keeping the tool.
     *
     * @throws IllegalConfigurationException if its declared effects are wrong, and the user's mistake
     */
    ToolBinding check(ToolSpecification specification, ToolExecutor executor) {
        ExecutorTraits traits = ExecutorTraits.of(executor, specification);
        try {
            return traits.origin().ofServer()
                    ? bindLeniently(specification.name(), executor, traits, specification)
                    : bind(specification, executor, traits);
        } catch (IllegalArgumentException e) {
            IllegalConfigurationException wrong = new IllegalConfigurationException(e.getMessage());
            wrong.initCause(e);
            throw wrong;
        }
    }

    /** The binding of a tool that was registered, or provided for an invocation that is in progress. */
    @Nullable
    ToolBinding known(String tool) {
        Registered own = registered.get(tool);
        return own == null ? provided.binding(tool) : own.binding;
    }

    /** The binding of a tool if it was registered or called before with this executor. */
    @Nullable
    @SuppressWarnings("ReferenceEquality") // two executors that claim to be equal may belong to different objects
    ToolBinding known(String tool, ToolExecutor executor) {
        Registered own = registered.get(tool);
        return own != null && own.executor == executor ? own.binding : provided.binding(tool, executor);
    }

    /** The specification of a tool that was registered, or provided for an invocation that is in progress. */
    @Nullable
    ToolSpecification specification(String tool) {
        Registered own = registered.get(tool);
        return own == null ? provided.specification(tool) : own.specification;
    }

    /** The binding of a tool at the time of a call: mistakes in its declared effects make it a barrier. */
    ToolBinding binding(String tool, ToolExecutor executor, @Nullable ToolSpecification specification) {
        ToolBinding known = known(tool, executor);
        if (known != null) {
            return known;
        }
        ExecutorTraits traits = ExecutorTraits.of(executor, specification);
        ToolBinding alike = provided.alike(tool, executor, traits, specification);
        ToolBinding binding = alike == null ? bindLeniently(tool, executor, traits, specification) : alike;
        provided.put(tool, executor, traits, specification, binding);
        return binding;
    }

    /** The binding of a tool that does not exist. */
    ToolBinding unknown(String tool) {
        return engine.rounds().bindUnknown(tool);
    }

    /** Reports tools that the model may call now, besides the registered ones. */
    void offered(Collection<String> tools) {
        engine.rounds().offered(tools);
    }

    boolean chaining() {
        return engine.rounds().chaining();
    }

    /** Binds tools before the model is asked, since it must be known which tools take references. */
    void learn(ToolServiceContext tools) {
        if (chaining()) {
            for (ToolSpecification tool : tools.effectiveTools()) {
                ToolExecutor executor = tools.toolExecutors().get(tool.name());
                if (executor != null) {
                    var unused = binding(tool.name(), executor, tool);
                }
            }
        }
    }

    /** Returns the request as it goes to the model. */
    ChatRequest chained(ChatRequest request, @Nullable ModelProvider provider) {
        return chaining() ? ChainedRequests.chained(request, this::known, provider) : request;
    }

    private ToolBinding bindLeniently(
            String tool, ToolExecutor executor, ExecutorTraits traits, @Nullable ToolSpecification specification) {
        ToolSpecification known =
                specification == null ? ToolSpecification.builder().name(tool).build() : specification;
        try {
            return bind(known, executor, traits);
        } catch (IllegalArgumentException e) {
            log.warn("Calls of tool '{}' run alone: {}", tool, e.getMessage());
            // Without annotations, only metadata can be wrong, and a file of the user's wins over them.
            EffectSource wrong =
                    WrappedTools.annotatedBehind(executor) == null ? EffectSource.METADATA : EffectSource.ANNOTATION;
            return engine.rounds()
                    .bind(definition(known).effects(Effects.exclusive(), wrong).build());
        }
    }

    private ToolBinding bind(ToolSpecification specification, ToolExecutor executor, ExecutorTraits traits) {
        ToolDefinition.Builder definition = definition(specification);
        if (traits.origin().ofServer()) {
            trust.declare(definition, specification, traits.origin());
        } else {
            DefaultToolExecutor method = WrappedTools.annotatedBehind(executor);
            Optional<Effects> annotated = method == null ? Optional.empty() : annotated(method, definition);
            if (annotated.isPresent()) {
                definition.effects(annotated.get(), EffectSource.ANNOTATION);
            } else {
                MetadataEffects.of(specification)
                        .ifPresent(effects -> definition.effects(effects, EffectSource.METADATA));
            }
            String doubt = doubt(traits, method);
            if (doubt != null) {
                log.debug("Tool '{}' {}, so nothing is inferred", specification.name(), doubt);
                definition.inferable(false);
            }
        }
        return engine.rounds().bind(definition.build());
    }

    /** Why the name and the description of a tool of the user's do not suffice; null if they do. */
    private static @Nullable String doubt(ExecutorTraits traits, @Nullable DefaultToolExecutor method) {
        if (traits.mayShare()) {
            return "gets objects that other calls may change";
        }
        if (traits.origin().hiding()) {
            return "hides a method that may have annotations";
        }
        return method != null && returnsNothing(method) ? "returns nothing" : null;
    }

    /** Whether a method returns nothing; such a method is called for its side effects. */
    private static boolean returnsNothing(DefaultToolExecutor tool) {
        Class<?> type = tool.originalMethod().getReturnType();
        return type == void.class || type == Void.class;
    }

    private static Optional<Effects> annotated(DefaultToolExecutor tool, ToolDefinition.Builder definition) {
        Method method = tool.originalMethod();
        Class<?> toolClass = ToolObject.classOf(tool);
        if (method.isAnnotationPresent(Idempotent.class) || isIdempotent(toolClass)) {
            definition.policy(ToolPolicy.builder().idempotent(true).build());
        }
        return Effects.fromAnnotations(method, toolClass);
    }

    /** Whether a tool is idempotent by its annotations. For a JDK proxy, its interfaces count. */
    private static boolean isIdempotent(Class<?> toolClass) {
        return toolClass.isAnnotationPresent(Idempotent.class)
                || (Proxy.isProxyClass(toolClass)
                        && ToolMethods.interfacesOf(toolClass).stream()
                                .anyMatch(type -> type.isAnnotationPresent(Idempotent.class)));
    }

    private static ToolDefinition.Builder definition(ToolSpecification specification) {
        return ToolDefinition.builder(specification.name(), call -> {
                    throw new IllegalStateException("LangChain4j runs the tools");
                })
                .description(specification.description())
                .parameters(ParameterTypes.of(specification));
    }
}
