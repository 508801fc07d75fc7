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
 * The settings of {@link InterlockToolCallingManager.Builder} that Spring AI has too, with the names and defaults of
 * its {@code DefaultToolCallingManager}, and the settings for MCP servers and conversations. Given null, Spring AI's
 * settings throw an {@link IllegalArgumentException}, as in Spring AI. Not thread-safe.
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

    /** All values together. */
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
     * Sets the registry that observes calls, as {@code spring.ai.tool}; none by default. Each attempt of a call is one
     * observation. Its parent is the observation that was current when the response came.
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
     * Sets the names of calls' observations; Spring AI's by default.
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
     * Sets a resolver for tools that a request does not bring, if {@link #resolutionFallbackEnabled} allows it; none by
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
     * Sets whether the {@link #toolCallbackResolver} may find a tool that the request does not bring. False by default,
     * so a model reaches only the tools of its request.
     *
     * @param enabled true to allow it
     * @return this
     */
    public B resolutionFallbackEnabled(boolean enabled) {
        this.resolutionFallback = enabled;
        return self();
    }

    /**
     * Sets what happens to a tool's failure: a text for the model, or an exception that ends the round and leaves it.
     * The default is Spring AI's processor: it turns the message of a {@code RuntimeException} into text and throws
     * others. The manager calls the processor on the threads of calls, maybe for several calls at the same time. It
     * does not call it for timeouts and cancelled calls, and for a retried call only for the last failure.
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
     * Sets what tells conversations apart: a call waits for an abandoned call of the same conversation if the two
     * conflict. By default it is the value of {@code ChatMemory.CONVERSATION_ID} in the {@code ToolContext}. If that is
     * null, a call waits for calls of the same turn, and of earlier turns whose messages the prompt has. Calls inside a
     * tool's body belong to the tool's conversation.
     *
     * @param conversation returns a value that identifies the conversation by its {@code equals}, or null;
     *     {@link InterlockToolCallingManager#plan} also calls it
     * @return this
     */
    public B conversation(Function<? super ToolContext, ? extends @Nullable Object> conversation) {
        this.conversation = Objects.requireNonNull(conversation, "conversation");
        return self();
    }

    /**
     * Sets how many times a turn may call any one tool; 40 by default. A turn is all that follows the user's last
     * message.
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
     * Sets how many times a turn may call a tool, in place of {@link #maxCallsPerTool(int)}.
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
     * Exempts a tool from {@link #maxCallsPerTool(int)}. Its calls still count for {@link #maxTotalToolCalls}.
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
     * Removes the limit of {@link #maxCallsPerTool(int)}. Limits of single tools stay.
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
     * Removes the limit of {@link #maxTotalToolCalls}.
     *
     * @return this
     */
    public B unlimitedTotalToolCalls() {
        limits.ofAll(TurnLimits.NONE);
        return self();
    }

    /**
     * Sets what happens to a call over one of these limits. By default it ends the turn with a
     * {@code ToolCallLimitExceededException}: the manager executes the calls before it, and none after it.
     *
     * @param behavior throws, or answers that call with an error and goes on
     * @return this
     */
    public B onLimitExceeded(ToolCallLimitBehavior behavior) {
        Assert.notNull(behavior, "onLimitExceeded cannot be null");
        limits.whenExceeded(behavior);
        return self();
    }

    /**
     * Trusts an MCP server's hints about its tools. A tool with {@code readOnlyHint} then only reads, any other writes.
     * With {@code openWorldHint: false} it touches only the server's state, the resource {@code mcp/<client>};
     * otherwise it may touch anything. With {@code idempotentHint} the manager may repeat its calls. For a tool without
     * hints, inference may find that it only reads, as for other tools.
     *
     * <p>Nothing that other servers say about their tools counts: their calls run alone, unless
     * {@link #effects(String, Effects)} or an {@linkplain #effectsFrom effects file} says otherwise. A wrong hint of a
     * trusted server lets calls overlap that must not; it has no other power.
     *
     * @param client the name or the title of the client that talks to the server. Spring Boot uses the connection's
     *     name as the title: {@code files} for {@code spring.ai.mcp.client.stdio.connections.files}
     * @return this
     * @throws IllegalArgumentException if the name is blank
     */
    public B trustMcp(String client) {
        trusted.trust(client);
        return self();
    }

    /**
     * Trusts an MCP server's hints, see {@link #trustMcp(String)}, and names the resource: every tool of the server
     * reads or writes this resource and no other, regardless of its {@code openWorldHint}.
     *
     * @param client the name or the title of the client that talks to the server
     * @param resource the resource that the server's tools touch, such as {@code file}; the same for all calls
     * @return this
     * @throws IllegalArgumentException if an argument is blank, or {@code resource} is malformed or has a placeholder
     */
    public B trustMcp(String client, String resource) {
        trusted.trust(client, resource);
        return self();
    }

    private static String named(String tool) {
        if (Objects.requireNonNull(tool, "tool").isBlank()) {
            throw new IllegalArgumentException("a tool's name must not be blank, was '" + tool + "'");
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
