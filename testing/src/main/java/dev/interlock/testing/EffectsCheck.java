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
 * Checks that the effects of tools are true: that calls which run in any order, or at the same time, by their effects, come to
 * what they come to one after the other.
 *
 * {@snippet :
 * EffectsCheck.of(Bank::new)              // a fresh world for each run
 *         .tools(BankTools::new)          // its tools, as an AI service gets them
 *         .state(Bank::balances)          // what must be the same in the end
 *         .values("account", 1, 2)        // arguments to make calls of
 *         .check();
 * }
 *
 * <p>Each batch is run one call after the other in the model's order. That is held against runs in other orders that the
 * effects allow, each in a fresh world: first such that swap each two tools that may be swapped, then, of each batch, all
 * legal orders if there are no more than {@link #maxOrders}, and otherwise a sample. Some more run through the engine at the
 * same time. If results or state differ, the two calls that clash are found, and it is said which declaration is likely wrong.
 * A call that says it writes nothing must not change the state.
 *
 * <p>What is to be true of a world: each begins the same, shares nothing with others, and the same calls in the same order come
 * to the same. If not, a difference is not taken for wrong effects: the check ends by an {@link IllegalStateException} that
 * says what was not the same. A world that is {@link AutoCloseable} is closed after its run.
 *
 * <p>Calls are run one after the other, by the engine, each as a batch of its own; so {@linkplain
 * dev.interlock.execution.SettingsBuilder#chaining references} to other calls are not for these checks. Orders are the same
 * for the same seed; runs at the same time need not show the same twice.
 *
 * <p>Not thread-safe.
 *
 * @param <W> the type of the world
 */
public final class EffectsCheck<W> {

    /** The name of the system property that gives checks without a seed of their own their seed: {@value}. */
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
     * Begins a check.
     *
     * @param worlds makes what the tools work on, anew for each run, each time the same
     * @param <W> the type of the world
     * @return a check without tools
     */
    public static <W> EffectsCheck<W> of(Supplier<? extends W> worlds) {
        return new EffectsCheck<>(worlds);
    }

    /**
     * Makes a call.
     *
     * @param tool the name of its tool
     * @param argumentsJson its arguments; text that is not JSON gives a call such as a model can write
     * @return the call, without an id
     */
    public static ToolCall call(String tool, String argumentsJson) {
        return ToolCall.parse(null, tool, argumentsJson);
    }

    /**
     * Sets LangChain4j's tools.
     *
     * @param tools gives the tools of a world: an object with {@code @Tool} methods, {@code AiServiceTool}s, a map of
     *     specifications to executors, or a collection of those
     * @return this
     */
    public EffectsCheck<W> tools(Function<? super W, ?> tools) {
        this.tools = Objects.requireNonNull(tools, "tools");
        return this;
    }

    /**
     * Sets how LangChain4j's tools are run, as in production: effects set in code, trust in servers, limits.
     *
     * @param settings changes a builder
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
     * Sets what of a world must be the same in the end. Without it only results are compared, so that two writes of one
     * thing show only if something reads it.
     *
     * @param state gives a value with {@code equals}, such as a map, a list, a record, JSON or an array; it must not change
     *     the world. It is asked before and after each call. Maps, lists, sets, arrays and JSON are copied; another value must
     *     not change when the world does
     * @return this
     */
    public EffectsCheck<W> state(Function<? super W, ?> state) {
        this.state = Objects.requireNonNull(state, "state");
        return this;
    }

    /**
     * Sets what of a result must be the same: everything, unless it is said. For results that hold times or random ids.
     *
     * @param result gets a call and its result (the text that the model is told, or what an engine's tool returns) and gives
     *     a value with {@code equals}, not null; a failed call's result has the error's message as its {@code toString}
     * @return this
     */
    public EffectsCheck<W> resultAs(BiFunction<ToolCall, Object, Object> result) {
        this.result = Objects.requireNonNull(result, "result");
        return this;
    }

    /**
     * Adds a batch to be checked.
     *
     * @param calls the calls in the model's order
     * @return this
     */
    public EffectsCheck<W> batch(ToolCall... calls) {
        batches.add(List.of(calls));
        return this;
    }

    /**
     * Adds batches to be checked, such as recorded ones.
     *
     * @param batches calls in the model's order
     * @return this
     */
    public EffectsCheck<W> batches(Collection<? extends List<ToolCall>> batches) {
        batches.forEach(each -> this.batches.add(List.copyOf(each)));
        return this;
    }

    /**
     * Adds arguments of a tool, to make batches of: first of each two tools, then longer ones.
     *
     * @param tool the name of the tool
     * @param argumentsJson JSON objects; the values of two calls should often be the same
     * @return this
     * @throws IllegalArgumentException if one is no JSON object
     */
    public EffectsCheck<W> sample(String tool, String... argumentsJson) {
        for (String each : argumentsJson) {
            ToolCall call = call(tool, each);
            if (!call.hasObjectArguments()) {
                throw new IllegalArgumentException("no JSON object: sample '" + each + "' of tool '" + tool + "'");
            }
            samples.computeIfAbsent(tool, key -> new ArrayList<>()).add(call.arguments());
        }
        return this;
    }

    /**
     * Adds values of a parameter, to make arguments of. A parameter without any gets two or so that fit its type. The first
     * value is the one that most calls get.
     *
     * @param parameter the name of a parameter, for all tools that have one of that name, or {@code tool.parameter}
     * @param values anything that Jackson can write
     * @return this
     * @throws IllegalArgumentException if there is no value, or Jackson cannot write one
     */
    public EffectsCheck<W> values(String parameter, Object... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("there must be a value for '" + parameter + "'");
        }
        this.values.put(
                parameter,
                Arrays.stream(values).map(JSON::<JsonNode>valueToTree).toList());
        return this;
    }

    /**
     * Checks only batches in which one of these tools is called, and swaps it with others first.
     *
     * @param tools names
     * @return this
     */
    public EffectsCheck<W> focus(String... tools) {
        focus.addAll(List.of(tools));
        return this;
    }

    /**
     * Sets the seed of all that is drawn; that of the system property {@value #SEED_PROPERTY}, or 1, unless it is said.
     *
     * @param seed any number
     * @return this
     */
    public EffectsCheck<W> seed(long seed) {
        this.seed = seed;
        return this;
    }

    /**
     * Sets how many runs the check takes at most; 2,000 unless it is said. What it takes to find the two calls that clash
     * comes on top.
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
     * Sets how many legal orders of one batch are tried at most; 1,000 unless it is said. If there are more, so many are
     * drawn.
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
     * Sets how often each batch is run through the engine as it is, at the same time; 3 unless it is said.
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
     * Has a footprint that effects do not cover be a failure of the check, see {@link Audit#FAIL}: what bodies and observers
     * tell by {@link dev.interlock.footprint.Footprint}. That finds wrong effects in one run, without another call.
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
     * Checks.
     *
     * @return what was tried
     * @throws WrongEffectsError if effects are wrong
     * @throws IllegalStateException if there are no tools, no call succeeded, or the same calls did not come to the same
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
     * Checks, for a caller that deals with wrong effects itself.
     *
     * @return what is wrong; empty if nothing was found to be
     * @throws IllegalStateException if there are no tools, no call succeeded, or the same calls did not come to the same
     */
    public Optional<Clash> find() {
        return Optional.ofNullable(run().search());
    }

    /** Whether it was carried out. */
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
                    "a check needs either tools or a toolSet, it has " + (tools == null ? "neither" : "both"));
        }
        return Engine.langChain4j(tools, settings, listener, audited);
    }
}
