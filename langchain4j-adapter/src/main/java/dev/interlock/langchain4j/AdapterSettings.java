package dev.interlock.langchain4j;

import dev.interlock.effect.Effects;
import dev.interlock.execution.Concurrency;
import dev.interlock.execution.SettingsBuilder;
import dev.interlock.langchain4j.mcp.McpTrust;
import dev.langchain4j.invocation.InvocationContext;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The settings of {@link ParallelTools.Builder} that belong to the adapter: trust in MCP servers, limits of an
 * invocation, streams and hooks. Not thread-safe.
 *
 * @param <B> the builder, which every setter returns
 */
abstract class AdapterSettings<B extends SettingsBuilder<B>> extends SettingsBuilder<B> {

    private final Map<String, McpTrust.Server> trusted = new HashMap<>();
    private final Map<String, Integer> maxCallsOfTools = new HashMap<>();
    private int maxCalls = Concurrency.UNLIMITED;
    private int maxCallsOfTool = Concurrency.UNLIMITED;
    private int maxRepeats = Concurrency.UNLIMITED;
    private EarlyStart earlyStart = EarlyStart.READS;
    private boolean overlappingHooks;
    private boolean mcpCatalogue = true;

    McpTrust trust(boolean inference) {
        return new McpTrust(trusted, inference, mcpCatalogue);
    }

    ServiceSettings serviceSettings() {
        return new ServiceSettings(
                new CallLimits(maxCalls, maxCallsOfTool, maxCallsOfTools, maxRepeats), earlyStart, overlappingHooks);
    }

    /**
     * Trusts an MCP server's hints about its tools. A tool with {@code readOnlyHint} then only reads, any other writes.
     * With {@code openWorldHint: false} it touches only the server's state, the resource {@code mcp/<clientKey>};
     * otherwise it may touch anything. With {@code idempotentHint} the library may repeat its calls. A missing hint, or
     * one that is not a boolean, has MCP's default: {@code false} for {@code readOnlyHint} and {@code idempotentHint},
     * {@code true} for {@code openWorldHint}. For a tool without hints, inference may find that it only reads, as for
     * other tools. The key {@code dev.interlock/effects} in its metadata counts too.
     *
     * <p>Nothing that other servers say about their tools counts: their calls run alone, unless
     * {@link #effects(String, Effects)}, which always wins, or an {@linkplain #effectsFrom effects file} says
     * otherwise. The client that executes a tool decides which server it belongs to, not the tool's name.
     *
     * <p>The library has a catalogue of widely used servers, which knows more than hints do: {@code read_text_file} of
     * the file system server reads {@code file/{path}}. The catalogue counts if it knows the server's name and version
     * and the tool's schema, and the metadata have no effects; see {@link ParallelTools.Builder#mcpCatalogue} and
     * {@code docs/catalogue.md}. It assumes that a server's paths are those of this machine. If a server runs in a
     * container or elsewhere, and sees the same files under other names, name its resource with
     * {@link #trustMcp(String, String)}.
     *
     * <p>A wrong hint of a trusted server lets calls overlap that must not; it has no other power.
     *
     * @param clientKey the key of the server's client, see {@code DefaultMcpClient.Builder.key}; it is a part of the
     *     resource, with {@code %}, <code>/</code>, <code>*</code>, {@code ?}, <code>[</code>, braces and the keys
     *     {@code .} and {@code ..} percent-encoded
     * @return this
     * @throws NullPointerException if {@code clientKey} is null
     * @throws IllegalArgumentException if the key is blank
     * @see #trustMcp(String, String)
     */
    public B trustMcp(String clientKey) {
        trusted.put(clientKey, McpTrust.server(clientKey));
        return self();
    }

    /**
     * Trusts an MCP server's hints, see {@link #trustMcp(String)}, and names the resource: every tool of the server
     * without declared effects reads or writes this resource and no other, regardless of its {@code openWorldHint}. The
     * catalogue only says whether a tool writes the resource, and never narrows it. The last call for a key counts.
     *
     * @param clientKey the key of the server's client
     * @param resource the resource that the server's tools touch, such as {@code file}; the same for all calls
     * @return this
     * @throws NullPointerException if an argument is null
     * @throws IllegalArgumentException if an argument is blank, or {@code resource} is malformed or has a placeholder
     */
    public B trustMcp(String clientKey, String resource) {
        trusted.put(clientKey, McpTrust.server(clientKey, resource));
        return self();
    }

    /**
     * Sets whether the catalogue of widely used MCP servers counts for trusted servers; true by default.
     *
     * @param enabled false to use only the servers' hints
     * @return this
     * @see #trustMcp(String)
     */
    public B mcpCatalogue(boolean enabled) {
        mcpCatalogue = enabled;
        return self();
    }

    /**
     * Sets how many calls the model may request in one invocation of an AI service, over all its rounds; unlimited by
     * default, as without this library. Every call counts, whether or not it succeeds. Calls over the limit do not run:
     * each gets an error result that names the limit and asks the model to answer with what it has. If a later response
     * holds only calls over limits that the model knows of, the invocation ends with a {@link CallLimitException}, and
     * memory has a result for each call.
     *
     * <p>The limits of an invocation hold for streamed responses and the reprompts of guardrails alike. In hand-written
     * loops the {@link InvocationContext} says which responses belong together, see {@link ParallelTools#isOverLimit}.
     * LangChain4j's own limit of rounds, {@code maxToolCallingRoundTrips}, holds as well.
     *
     * @param maxCalls at least 1; {@link ParallelTools#UNLIMITED} for no limit
     * @return this
     * @throws IllegalArgumentException if it is below 1
     */
    public B maxCallsPerInvocation(int maxCalls) {
        this.maxCalls = atLeast(1, maxCalls, "maxCallsPerInvocation");
        return self();
    }

    /**
     * Sets how many calls of each tool the model may request in one invocation, over all its rounds; unlimited by
     * default. All unknown tools count as one. {@link #maxCallsPerInvocation} says what happens to further calls.
     *
     * @param maxCalls at least 1; {@link ParallelTools#UNLIMITED} for no limit
     * @return this
     * @throws IllegalArgumentException if it is below 1
     */
    public B maxCallsPerTool(int maxCalls) {
        maxCallsOfTool = atLeast(1, maxCalls, "maxCallsPerTool");
        return self();
    }

    /**
     * Sets how many calls of one tool the model may request in one invocation, in place of the limit for
     * {@linkplain #maxCallsPerTool(int) each}.
     *
     * @param tool the name of the tool
     * @param maxCalls at least 1; {@link ParallelTools#UNLIMITED} for no limit
     * @return this
     * @throws IllegalArgumentException if it is below 1
     */
    public B maxCallsPerTool(String tool, int maxCalls) {
        maxCallsOfTools.put(
                Objects.requireNonNull(tool, "tool"), atLeast(1, maxCalls, "maxCallsPerTool of '" + tool + "'"));
        recordSettingFor(tool, "maxCallsPerTool set");
        return self();
    }

    /**
     * Sets in how many rounds in a row the model may repeat a call with the same arguments and the same result;
     * unlimited by default. In the round after these, the call does not run, and its error result asks the model not to
     * repeat it. If the model goes on, the invocation ends, see {@link #maxCallsPerInvocation}. A call whose result
     * changes does not count as repeated, such as one that asks for the progress of a job. A call counts
     * only if it occurs in every one of these rounds. Equal calls of one response count as one.
     *
     * @param maxRounds at least 2, since a single call repeats nothing; {@link ParallelTools#UNLIMITED} for no limit
     * @return this
     * @throws IllegalArgumentException if it is below 2
     */
    public B maxRepeatedCalls(int maxRounds) {
        maxRepeats = atLeast(2, maxRounds, "maxRepeatedCalls");
        return self();
    }

    private static int atLeast(int bound, int value, String name) {
        if (value < bound) {
            throw new IllegalArgumentException(name + " must be >= " + bound + ", was " + value);
        }
        return value;
    }

    /**
     * Sets which calls of a streamed response start before it is complete; {@link EarlyStart#READS} by default. The
     * others start when the message is complete.
     *
     * @param earlyStart which calls
     * @return this
     * @throws NullPointerException if it is null
     */
    public B earlyStart(EarlyStart earlyStart) {
        this.earlyStart = Objects.requireNonNull(earlyStart, "earlyStart");
        return self();
    }

    /**
     * Sets whether an AI service's hooks ({@code beforeToolExecution}, {@code afterToolExecution}), its handlers of
     * errors and of unknown tools, and its streams' callbacks may run at the same time within one invocation; false by
     * default. Then they run one at a time, on any thread, and each sees what the earlier ones wrote. Of those that
     * wait, callbacks come first, then hooks in the order of the calls. The library calls {@code beforeToolExecution}
     * for one call after another. A tool starts only after the hook has returned for every earlier call that was
     * ready, too. If the hook throws, no later call starts. Tools still overlap. A hook or callback must not wait for
     * another one. Hooks of different invocations do overlap.
     *
     * @param overlapping true for thread-safe, slow hooks and callbacks
     * @return this
     */
    public B overlappingHooks(boolean overlapping) {
        this.overlappingHooks = overlapping;
        return self();
    }
}
