package dev.interlock.springai;

import dev.interlock.effect.Effects;
import dev.interlock.execution.SettingsBuilder;
import io.micrometer.observation.ObservationRegistry;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.memory.ChatMemory;
import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.model.tool.ToolCallLimitBehavior;
import org.springframework.ai.tool.execution.DefaultToolExecutionExceptionProcessor;
import org.springframework.ai.tool.execution.ToolExecutionExceptionProcessor;
import org.springframework.ai.tool.observation.ToolCallingObservationConvention;
import org.springframework.ai.tool.resolution.ToolCallbackResolver;
import org.springframework.util.Assert;

/**
 * The settings of {@link InterlockToolCallingManager.Builder} that are Spring AI's own, by the names and with the defaults
 * that its {@code DefaultToolCallingManager} has, and those of MCP servers and conversations. Where one of Spring AI's own is
 * given null it throws an {@link IllegalArgumentException}, as Spring AI does. Not thread-safe.
 *
 * @param <B> the builder, which every setter returns
 */
abstract class ManagerSettings<B extends SettingsBuilder<B>> extends SettingsBuilder<B> {

    private ObservationRegistry observationRegistry = ObservationRegistry.NOOP;
    private @Nullable ToolCallingObservationConvention observationConvention;
    private @Nullable ToolCallbackResolver resolver;
    private boolean resolutionFallback;
    private ToolExecutionExceptionProcessor failures =
            DefaultToolExecutionExceptionProcessor.builder().build();
    private Function<? super ToolContext, ? extends @Nullable Object> conversation =
            context -> context.getContext().get(ChatMemory.CONVERSATION_ID);
    private final TurnLimits.Builder limits = new TurnLimits.Builder();
    private final McpTrust.Builder trusted = new McpTrust.Builder();

    ManagerSettings() {}

    /** What is set, together. */
    record Values(
            ObservationRegistry registry,
            @Nullable ToolCallingObservationConvention convention,
            @Nullable ToolCallbackResolver fallback,
            ToolExecutionExceptionProcessor failures,
            Function<? super ToolContext, ? extends @Nullable Object> conversation,
            TurnLimits limits) {}

    Values values() {
        return new Values(
                observationRegistry,
                observationConvention,
                resolutionFallback ? resolver : null,
                failures,
                conversation,
                limits.build());
    }

    McpTrust trust(boolean inference) {
        return trusted.build(inference);
    }

    /**
     * Sets where calls are observed, as {@code spring.ai.tool}; nowhere by default. Each attempt of a call is one
     * observation, and its parent is what was observed when the response came.
     *
     * @param registry the registry
     * @return this
     */
    public B observationRegistry(ObservationRegistry registry) {
        Assert.notNull(registry, "observationRegistry cannot be null");
        this.observationRegistry = registry;
        return self();
    }

    /**
     * Sets how observations of calls are named; Spring AI's way by default.
     *
     * @param convention the convention
     * @return this
     */
    public B observationConvention(ToolCallingObservationConvention convention) {
        Assert.notNull(convention, "observationConvention cannot be null");
        this.observationConvention = convention;
        return self();
    }

    /**
     * Sets what finds tools that a request does not bring, if {@link #resolutionFallbackEnabled} lets it; nothing by
     * default.
     *
     * @param toolCallbackResolver finds tools by their names
     * @return this
     */
    public B toolCallbackResolver(ToolCallbackResolver toolCallbackResolver) {
        Assert.notNull(toolCallbackResolver, "toolCallbackResolver cannot be null");
        this.resolver = toolCallbackResolver;
        return self();
    }

    /**
     * Sets whether a tool that the request does not bring may be found by the {@link #toolCallbackResolver}; false by
     * default, so that a model reaches no tool but those of its request.
     *
     * @param enabled true to allow it
     * @return this
     */
    public B resolutionFallbackEnabled(boolean enabled) {
        this.resolutionFallback = enabled;
        return self();
    }

    /**
     * Sets what becomes of a tool's failure: a text for the model, or an exception, which ends the round and leaves it. By
     * default Spring AI's processor, which makes a text of the message of a {@code RuntimeException} and throws others. It is
     * called on the threads of calls, for calls of one response perhaps at the same time. It is not asked about timeouts and
     * cancelled calls, and of a call that is tried again only about the last failure.
     *
     * @param processor the processor; must be thread-safe
     * @return this
     */
    public B toolExecutionExceptionProcessor(ToolExecutionExceptionProcessor processor) {
        Assert.notNull(processor, "toolCallExceptionConverter cannot be null");
        this.failures = processor;
        return self();
    }

    /**
     * Sets what tells conversations apart: calls of a conversation wait for abandoned calls of the same conversation that they
     * conflict with. By default the value of {@code ChatMemory.CONVERSATION_ID} in the {@code ToolContext}. Where that is
     * null, calls wait for those of the same turn, and of earlier turns whose messages the prompt has; calls within a tool's
     * body are of the tool's conversation.
     *
     * @param conversation gives what identifies the conversation by its {@code equals}, or null; for {@link
     *     InterlockToolCallingManager#plan} as well
     * @return this
     */
    public B conversation(Function<? super ToolContext, ? extends @Nullable Object> conversation) {
        this.conversation = Objects.requireNonNull(conversation, "conversation");
        return self();
    }

    /**
     * Sets how often a turn may call any one tool; 40 by default. A turn is what follows the last message of the user.
     *
     * @param limit at least 1
     * @return this
     * @throws IllegalArgumentException if it is below 1
     * @see #onLimitExceeded
     */
    public B maxCallsPerTool(int limit) {
        limits.ofEach(atLeastOne(limit, "maxCallsPerTool"));
        return self();
    }

    /**
     * Sets how often a turn may call a tool, in place of {@link #maxCallsPerTool(int)}.
     *
     * @param tool the name of the tool
     * @param limit at least 1
     * @return this
     * @throws IllegalArgumentException if the limit is below 1, or the name is blank
     */
    public B maxCallsPerTool(String tool, int limit) {
        limits.ofTool(named(tool), atLeastOne(limit, "maxCallsPerTool of '" + tool + "'"));
        return self();
    }

    /**
     * Takes a tool out of {@link #maxCallsPerTool(int)}. Its calls still count for {@link #maxTotalToolCalls}.
     *
     * @param tool the name of the tool
     * @return this
     * @throws IllegalArgumentException if the name is blank
     */
    public B excludeToolFromLimit(String tool) {
        limits.exempt(named(tool));
        return self();
    }

    /**
     * Takes the limit of {@link #maxCallsPerTool(int)} away. Those of single tools stay.
     *
     * @return this
     */
    public B unlimitedCallsPerTool() {
        limits.ofEach(TurnLimits.NONE);
        return self();
    }

    /**
     * Sets how many calls a turn may have; 150 by default.
     *
     * @param limit at least 1
     * @return this
     * @throws IllegalArgumentException if it is below 1
     */
    public B maxTotalToolCalls(int limit) {
        limits.ofAll(atLeastOne(limit, "maxTotalToolCalls"));
        return self();
    }

    /**
     * Takes the limit of {@link #maxTotalToolCalls} away.
     *
     * @return this
     */
    public B unlimitedTotalToolCalls() {
        limits.ofAll(TurnLimits.NONE);
        return self();
    }

    /**
     * Sets what becomes of a call over one of these limits. By default it ends the turn by a {@code
     * ToolCallLimitExceededException}: the calls before it are executed, and none after it.
     *
     * @param behavior to throw, or to answer that call by an error and go on
     * @return this
     */
    public B onLimitExceeded(ToolCallLimitBehavior behavior) {
        Assert.notNull(behavior, "onLimitExceeded cannot be null");
        limits.whenExceeded(behavior);
        return self();
    }

    /**
     * Takes an MCP server's word for what its tools do. A tool with {@code readOnlyHint} then only reads, any other writes;
     * with {@code openWorldHint: false} it touches nothing but the state of its server, the resource {@code mcp/<client>},
     * and otherwise anything. With {@code idempotentHint} its calls may be repeated. Of a tool without any hint it may be
     * inferred, as of others, that it only reads.
     *
     * <p>Nothing that other servers say of their tools counts: their calls run alone, unless
     * {@link #effects(String, Effects)} or an {@linkplain #effectsFrom effects file} says otherwise. What a trusted server
     * says wrongly makes calls overlap that should not; it has no other power.
     *
     * @param client the name or the title of the client that talks to it. Spring Boot makes the name of the connection the
     *     title: {@code files} for {@code spring.ai.mcp.client.stdio.connections.files}
     * @return this
     * @throws IllegalArgumentException if it is blank
     */
    public B trustMcp(String client) {
        trusted.trust(client);
        return self();
    }

    /**
     * Takes an MCP server's word for what its tools do, see {@link #trustMcp(String)}, and says what they do it to: every
     * tool of the server reads or writes this resource and no other, whatever its {@code openWorldHint}.
     *
     * @param client the name or the title of the client that talks to it
     * @param resource what the server's tools touch, such as {@code file}; the same for all calls
     * @return this
     * @throws IllegalArgumentException if an argument is blank, or {@code resource} is malformed or has a placeholder
     */
    public B trustMcp(String client, String resource) {
        trusted.trust(client, resource);
        return self();
    }

    private static String named(String tool) {
        if (Objects.requireNonNull(tool, "tool").isBlank()) {
            throw new IllegalArgumentException("the name of a tool must not be blank, was '" + tool + "'");
        }
        return tool;
    }

    private static int atLeastOne(int limit, String name) {
        if (limit < 1) {
            throw new IllegalArgumentException(name + " must be >= 1, was " + limit);
        }
        return limit;
    }
}
