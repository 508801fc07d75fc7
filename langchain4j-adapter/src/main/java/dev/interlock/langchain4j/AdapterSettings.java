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
 * The settings of {@link ParallelTools.Builder} that are the adapter's: whose word counts, limits of an invocation, streams
 * and hooks. Not thread-safe.
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
     * Takes an MCP server's word for what its tools do. A tool with {@code readOnlyHint} then only reads, any other
     * writes; with {@code openWorldHint: false} it touches nothing but the state of its server, the resource
     * {@code mcp/<clientKey>}, and otherwise anything. With {@code idempotentHint} its calls may be repeated. A hint
     * that is not sent, or is no boolean, counts as MCP has it: {@code false} for {@code readOnlyHint} and
     * {@code idempotentHint}, {@code true} for {@code openWorldHint}. Of a tool without any hint it may be inferred,
     * as of others, that it only reads; and the key {@code dev.interlock/effects} in its metadata counts.
     *
     * <p>Nothing that other servers say of their tools counts: their calls run alone, unless
     * {@link #effects(String, Effects)}, which always wins, or an {@linkplain #effectsFrom effects file} says otherwise.
     * Which server a tool belongs to is told by the client that executes it, not by its name.
     *
     * <p>Of widely used servers the library brings a catalogue, which knows more than hints do: {@code read_text_file} of
     * the file system server reads {@code file/{path}}. It counts where name and version of the server and the tool's
     * schema are those it was made for, unless the metadata have effects; see {@link ParallelTools.Builder#mcpCatalogue} and
     * {@code docs/catalogue.md}. It takes the paths of a server for those of the machine that other tools use: where a
     * server runs in a container or elsewhere, and sees the same files under other names, give its resource, as
     * {@link #trustMcp(String, String)} does.
     *
     * <p>What a trusted server says wrongly makes calls overlap that should not; it has no other power.
     *
     * @param clientKey the key of the server's client, see {@code DefaultMcpClient.Builder.key}; it stands in the
     *     resource as it is, except that {@code %}, <code>/</code>, <code>*</code>, {@code ?}, <code>[</code>, braces
     *     and the keys {@code .} and {@code ..} are percent-encoded
     * @return this
     * @throws NullPointerException if {@code clientKey} is null
     * @throws IllegalArgumentException if it is blank
     * @see #trustMcp(String, String)
     */
    public B trustMcp(String clientKey) {
        trusted.put(clientKey, McpTrust.server(clientKey));
        return self();
    }

    /**
     * Takes an MCP server's word for what its tools do, see {@link #trustMcp(String)}, and says what they do it to:
     * every tool of the server that does not declare its effects reads or writes this resource and no other, whatever
     * its {@code openWorldHint}. The catalogue says no more than whether a tool writes it, and never narrows it. The last
     * call for a key counts.
     *
     * @param clientKey the key of the server's client
     * @param resource what the server's tools touch, such as {@code file}; the same for all calls
     * @return this
     * @throws NullPointerException if an argument is null
     * @throws IllegalArgumentException if an argument is blank, or {@code resource} is malformed or has a placeholder
     */
    public B trustMcp(String clientKey, String resource) {
        trusted.put(clientKey, McpTrust.server(clientKey, resource));
        return self();
    }

    /**
     * Sets whether the catalogue of widely used MCP servers counts for those that are trusted; true by default.
     *
     * @param enabled false to go by the servers' hints alone
     * @return this
     * @see #trustMcp(String)
     */
    public B mcpCatalogue(boolean enabled) {
        mcpCatalogue = enabled;
        return self();
    }

    /**
     * Sets how many calls the model may ask for in one invocation of an AI service, over all its rounds; unlimited by
     * default, so that a service does what it does without this library. Every call counts, whether or not it succeeds.
     * Calls over the limit are not run: each gets an error result that names the limit and asks the model to answer with
     * what it has. If the model goes on, so that a later response has nothing but calls over limits of which it was told,
     * the invocation ends by a {@link CallLimitException}, with a result for each call in memory.
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
     * Sets how many calls of each tool the model may ask for in one invocation, over all its rounds; unlimited by
     * default. All tools that do not exist count as one. See {@link #maxCallsPerInvocation} for what becomes of the
     * others.
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
     * Sets how many calls of one tool the model may ask for in one invocation, in place of what is set for
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
        noteSettingFor(tool, "maxCallsPerTool set");
        return self();
    }

    /**
     * Sets in how many rounds in a row the model may have a call repeated, with the same arguments, that gives the same
     * result; unlimited by default. When it asks for the call in the round after these, the call is not run, and its
     * error result asks the model not to repeat it. If the model goes on, the invocation ends, see
     * {@link #maxCallsPerInvocation}. A call whose result changes is no repeated one, such as one that asks how far a
     * job has come; nor is one that is not in each of the rounds; equal calls of one response count as one.
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
     * Sets which calls of a streamed response start before it is complete; {@link EarlyStart#READS} by default. The others
     * start with the message.
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
     * Sets whether the hooks of an AI service ({@code beforeToolExecution}, {@code afterToolExecution}), its handlers of
     * errors and of tools that are not there, and the callbacks of its streams may run at the same time within one
     * invocation; false by default. Then each of them runs when no
     * other does, on whatever thread, and sees what those before it have written: first the callbacks, then the hooks in
     * the order of the calls, of those that are there at a time. {@code beforeToolExecution} is called for one call after
     * the other, and no tool is started before it has returned for all calls before it that could be started as early;
     * if it throws, no later call is started. Tools overlap all the same. A hook or callback must not wait for another.
     * Those of different invocations do overlap.
     *
     * @param overlapping true for hooks and callbacks that are thread-safe, and slow
     * @return this
     */
    public B overlappingHooks(boolean overlapping) {
        this.overlappingHooks = overlapping;
        return self();
    }
}
