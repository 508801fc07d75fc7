package dev.interlock.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.interlock.call.ToolCall;
import dev.interlock.event.RoundListener;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.execution.ToolSet;
import dev.interlock.footprint.Audit;
import dev.interlock.langchain4j.ParallelTools;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Checks that tools' effects are true: calls that may run in any order, or at the same time, must give the same as one
 * after another.
 *
 * {@snippet :
 * EffectsCheck.of(Bank::new)              // a fresh world for each run
 *         .tools(BankTools::new)          // its tools, as an AI service gets them
 *         .state(Bank::balances)          // what must be the same in the end
 *         .values("account", 1, 2)        // arguments to make calls of
 *         .check();
 * }
 *
 * <p>The check runs each batch one call after another in the model's order. It compares this with runs in other orders
 * that the effects allow, each in a fresh world. First it swaps one pair of calls of each kind that may be swapped.
 * Then it tries all legal orders of each batch, or a sample if there are more than {@link #maxOrders}. It also runs
 * batches through the engine with calls at the same time. If results or state differ, the check finds the two calls
 * that clash and says which declaration is likely wrong. A call that says it writes nothing must not change the state.
 *
 * <p>Worlds must begin the same and share nothing, and the same calls in the same order must give the same. Otherwise
 * the check does not blame the effects: it throws an {@link IllegalStateException} that says what differed. The check
 * closes an {@link AutoCloseable} world after its run.
 *
 * <p>In serial runs the engine runs each call as a batch of its own, so these checks cannot use {@linkplain
 * dev.interlock.execution.SettingsBuilder#chaining references} to other calls. The same seed gives the same orders.
 * Runs at the same time need not show the same fault twice.
 *
 * <p>Not thread-safe.
 *
 * @param <W> the type of the world
 */
public final class EffectsCheck<W> {

    /** The system property with the seed for checks that set none: {@value}. */
    public static final String SEED_PROPERTY = Seed.PROPERTY;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Supplier<? extends W> worlds;
    private final Set<String> focus = new HashSet<>();
    private final List<List<ToolCall>> batches = new ArrayList<>();
    private final Map<String, List<JsonNode>> samples = new LinkedHashMap<>();
    private final Map<String, List<JsonNode>> values = new LinkedHashMap<>();
    private Consumer<? super ParallelTools.Builder> settings = builder -> {};
    private @Nullable Function<? super W, ?> tools;
    private @Nullable Function<? super W, ToolSet> toolSet;
    private Consumer<? super ToolCallExecutor.Builder> executor = builder -> {};
    private @Nullable Function<? super W, ?> state;
    private BiFunction<ToolCall, Object, Object> result = (call, value) -> value;
    private long seed = Seed.inForce();
    private int maxRuns = 2_000;
    private int maxOrders = 1_000;
    private int concurrentRuns = 3;
    private boolean audited;
    private boolean used;

    private EffectsCheck(Supplier<? extends W> worlds) {
        this.worlds = Objects.requireNonNull(worlds, "worlds");
    }

    /**
     * Starts a check.
     *
     * @param worlds makes the world that the tools work on; called for each run, and each time the same
     * @param <W> the type of the world
     * @return a check without tools
     */
    public static <W> EffectsCheck<W> of(Supplier<? extends W> worlds) {
        return new EffectsCheck<>(worlds);
    }

    /**
     * Creates a call.
     *
     * @param tool the name of the call's tool
     * @param argumentsJson the call's arguments; they need not be JSON, since a model can write anything
     * @return the call, without an id
     */
    public static ToolCall call(String tool, String argumentsJson) {
        return ToolCall.parse(null, tool, argumentsJson);
    }

    /**
     * Sets LangChain4j's tools.
     *
     * @param tools returns a world's tools: an object with {@code @Tool} methods, {@code AiServiceTool}s, a map from
     *     specifications to executors, or a collection of those
     * @return this
     */
    public EffectsCheck<W> tools(Function<? super W, ?> tools) {
        this.tools = Objects.requireNonNull(tools, "tools");
        return this;
    }

    /**
     * Sets how LangChain4j's tools run, as in production: effects set in code, trust in servers, limits.
     *
     * @param settings changes the builder
     * @return this
     */
    public EffectsCheck<W> settings(Consumer<? super ParallelTools.Builder> settings) {
        this.settings = Objects.requireNonNull(settings, "settings");
        return this;
    }

    /**
     * Sets tools of the engine, for code without LangChain4j.
     *
     * @param tools gives the tools of a world
     * @return this
     */
    public EffectsCheck<W> toolSet(Function<? super W, ToolSet> tools) {
        return toolSet(tools, builder -> {});
    }

    /**
     * Sets tools of the engine, for code without LangChain4j.
     *
     * @param tools gives the tools of a world
     * @param settings changes the builder of the executor
     * @return this
     */
    public EffectsCheck<W> toolSet(
            Function<? super W, ToolSet> tools, Consumer<? super ToolCallExecutor.Builder> settings) {
        this.toolSet = Objects.requireNonNull(tools, "tools");
        this.executor = Objects.requireNonNull(settings, "settings");
        return this;
    }

    /**
     * Sets the part of a world that must be the same in the end. Without it the check compares only results, and finds
     * two clashing writes only if something reads their resource.
     *
     * @param state returns a value with {@code equals}, such as a map, a list, a record, JSON or an array, and must not
     *     change the world. The check calls it before and after each call. It copies maps, collections,
     *     arrays, JSON, atomic numbers and string builders; any other value must not change when the world does
     * @return this
     */
    public EffectsCheck<W> state(Function<? super W, ?> state) {
        this.state = Objects.requireNonNull(state, "state");
        return this;
    }

    /**
     * Sets the part of a result that must be the same; everything by default. Use it for results with times or random
     * ids.
     *
     * @param result takes a call and its result (the text for the model, or what an engine's tool returns) and returns
     *     a value with {@code equals}, not null; a failed call's result has the error's message as its {@code toString}
     * @return this
     */
    public EffectsCheck<W> resultAs(BiFunction<ToolCall, Object, Object> result) {
        this.result = Objects.requireNonNull(result, "result");
        return this;
    }

    /**
     * Adds a batch to check.
     *
     * @param calls the calls in the model's order
     * @return this
     */
    public EffectsCheck<W> batch(ToolCall... calls) {
        batches.add(List.of(calls));
        return this;
    }

    /**
     * Adds batches to check, such as recorded ones.
     *
     * @param batches calls in the model's order
     * @return this
     */
    public EffectsCheck<W> batches(Collection<? extends List<ToolCall>> batches) {
        batches.forEach(each -> this.batches.add(List.copyOf(each)));
        return this;
    }

    /**
     * Adds arguments of a tool, from which the check makes batches: first pairs of tools, then longer batches.
     *
     * @param tool the name of the tool
     * @param argumentsJson JSON objects; their values should often be equal
     * @return this
     * @throws IllegalArgumentException if one is not a JSON object
     */
    public EffectsCheck<W> sample(String tool, String... argumentsJson) {
        for (String each : argumentsJson) {
            ToolCall call = call(tool, each);
            if (!call.hasObjectArguments()) {
                throw new IllegalArgumentException("sample '" + each + "' of tool '" + tool + "' is not a JSON object");
            }
            samples.computeIfAbsent(tool, key -> new ArrayList<>()).add(call.arguments());
        }
        return this;
    }

    /**
     * Adds values of a parameter, from which the check makes arguments. A parameter without values gets about two that
     * fit its type. Most calls get the first value.
     *
     * @param parameter the name of a parameter, for all tools with one of that name, or {@code tool.parameter}
     * @param values anything that Jackson can write
     * @return this
     * @throws IllegalArgumentException if no value is given, or Jackson cannot write one
     */
    public EffectsCheck<W> values(String parameter, Object... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("parameter '" + parameter + "' needs at least one value");
        }
        this.values.put(
                parameter,
                Arrays.stream(values).map(JSON::<JsonNode>valueToTree).toList());
        return this;
    }

    /**
     * Restricts the check to batches that call one of these tools, and swaps that tool with others first.
     *
     * @param tools the names of the tools
     * @return this
     */
    public EffectsCheck<W> focus(String... tools) {
        focus.addAll(List.of(tools));
        return this;
    }

    /**
     * Sets the seed of all random choices; by default that of the system property {@value #SEED_PROPERTY}, or 1.
     *
     * @param seed any number
     * @return this
     */
    public EffectsCheck<W> seed(long seed) {
        this.seed = seed;
        return this;
    }

    /**
     * Sets the most runs of the check; 2,000 by default. Runs to find the two clashing calls come on top.
     *
     * @param maxRuns at least 1
     * @return this
     * @throws IllegalArgumentException if it is below 1
     */
    public EffectsCheck<W> maxRuns(int maxRuns) {
        this.maxRuns = atLeast(1, maxRuns, "maxRuns");
        return this;
    }

    /**
     * Sets the most legal orders to try of one batch; 1,000 by default. If a batch has more, the check draws a sample
     * of this size.
     *
     * @param maxOrders at least 1
     * @return this
     * @throws IllegalArgumentException if it is below 1
     */
    public EffectsCheck<W> maxOrders(int maxOrders) {
        this.maxOrders = atLeast(1, maxOrders, "maxOrders");
        return this;
    }

    /**
     * Sets how many times each batch runs through the engine with calls at the same time; 3 by default.
     *
     * @param concurrentRuns at least 0
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public EffectsCheck<W> concurrentRuns(int concurrentRuns) {
        this.concurrentRuns = atLeast(0, concurrentRuns, "concurrentRuns");
        return this;
    }

    /**
     * Lets the check fail if a call touches something that its effects do not cover, see {@link Audit#FAIL}. Bodies and
     * observers report accesses by {@link dev.interlock.footprint.Footprint}. This finds wrong effects in one run,
     * without another call.
     *
     * @return this
     */
    public EffectsCheck<W> audited() {
        audited = true;
        return this;
    }

    private static int atLeast(int least, int value, String name) {
        if (value < least) {
            throw new IllegalArgumentException(name + " must be >= " + least + ", was " + value);
        }
        return value;
    }

    /**
     * Runs the check.
     *
     * @return what the check tried
     * @throws WrongEffectsError if effects are wrong
     * @throws IllegalArgumentException if no tool has the name of a {@link #focus}, a {@link #sample} or
     *     {@link #values}
     * @throws IllegalStateException if there are no tools, no batch calls a tool in focus, no call succeeded, or the
     *     same calls gave different results
     */
    public CheckReport check() {
        CheckRun run = run();
        Clash clash = run.search();
        if (clash != null) {
            throw new WrongEffectsError(clash);
        }
        return run.report();
    }

    /**
     * Runs the check for a caller that handles wrong effects itself.
     *
     * @return what is wrong; empty if the check found nothing
     * @throws IllegalArgumentException if no tool has the name of a {@link #focus}, a {@link #sample} or
     *     {@link #values}
     * @throws IllegalStateException if there are no tools, no batch calls a tool in focus, no call succeeded, or the
     *     same calls gave different results
     */
    public Optional<Clash> find() {
        return Optional.ofNullable(run().search());
    }

    /** Whether the check has run. */
    boolean isUsed() {
        return used;
    }

    private CheckRun run() {
        used = true;
        Meeting meeting = new Meeting();
        UncoveredFootprints uncovered = new UncoveredFootprints();
        Engine<W> engine = engine(event -> {
            uncovered.onEvent(event);
            meeting.onEvent(event);
        });
        Runner<W> runner = new Runner<>(worlds, engine.tools(), new Sight<>(state, result), meeting, uncovered);
        return new CheckRun(
                runner,
                new Settings(seed, maxRuns, maxOrders, concurrentRuns),
                Set.copyOf(focus),
                new CheckRun.Input(List.copyOf(batches), Map.copyOf(samples), Map.copyOf(values)),
                engine.audit());
    }

    private Engine<W> engine(RoundListener listener) {
        if (toolSet != null && tools == null) {
            return Engine.core(toolSet, executor, listener, audited);
        }
        if (tools == null || toolSet != null) {
            throw new IllegalStateException(
                    "a check needs either tools or a toolSet; it has " + (tools == null ? "neither" : "both"));
        }
        return Engine.langChain4j(tools, settings, listener, audited);
    }
}
