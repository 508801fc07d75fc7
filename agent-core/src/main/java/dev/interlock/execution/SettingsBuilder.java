package dev.interlock.execution;

import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.interlock.effect.Undeclared;
import dev.interlock.effect.file.DeclaredBy;
import dev.interlock.effect.file.EffectsFile;
import dev.interlock.event.RoundListener;
import dev.interlock.footprint.Audit;
import dev.interlock.footprint.FootprintListener;
import dev.interlock.share.SharedLimits;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * The settings of an executor, for its own {@linkplain ToolCallExecutor.Builder builder} and for those of integrations,
 * which pass them to {@link ToolCallExecutor#of}. A second call of a setter replaces the first one's value, unless the
 * setter says that it adds something. A setting for one tool replaces only that tool's earlier value.
 *
 * <p>Every setter throws a {@link NullPointerException} that names the argument if it is null. Not thread-safe.
 *
 * @param <B> the builder, which every setter returns
 */
public abstract class SettingsBuilder<B extends SettingsBuilder<B>> extends DurableSettings<B> {

    private final Map<String, Effects> effects = new HashMap<>();
    private final List<EffectsFile> effectsFiles = new ArrayList<>();
    private final Set<DeclaredBy> accepted = EnumSet.of(DeclaredBy.DECLARED);
    private final Map<String, ToolPolicy> policies = new HashMap<>();
    private Undeclared undeclared = Undeclared.SERIAL;
    private boolean inference = true;
    private @Nullable ThreadFactory threadFactory;
    private final List<ContextPropagator> propagators = new ArrayList<>();
    private final List<CallInterceptor> interceptors = new ArrayList<>();
    private final List<RoundListener> listeners = new ArrayList<>();
    private boolean loggingContext;
    private final List<FootprintListener> footprintListeners = new ArrayList<>();
    private @Nullable Audit audit;
    private boolean failFast;
    private boolean coalescing;
    private boolean chaining;
    private boolean exclusiveAcrossConversations;
    private final Map<String, String> settingsElsewhere = new TreeMap<>();
    private TimeSource time = TimeSource.SYSTEM;

    /** Starts with the defaults: 5 calls at a time, no time limits, undeclared tools serial, inference on. */
    protected SettingsBuilder() {}

    /**
     * Sets what a tool reads and writes. This wins over all other sources, including annotations and the tool's own
     * metadata. If a template names no parameter of the tool, the tool's calls run alone, and the log has a WARN.
     *
     * @param tool the name of the tool
     * @param effects its effects
     * @return this
     */
    public B effects(String tool, Effects effects) {
        this.effects.put(Objects.requireNonNull(tool, "tool"), Objects.requireNonNull(effects, "effects"));
        return self();
    }

    /**
     * Adds a file that says what tools read and write, and whether they are idempotent. {@link #effects} and a tool's
     * annotations win over it. It wins over a tool's other statements and over inference, even for tools of untrusted
     * MCP servers, since the user vouches for the file. It applies to every tool whose name it lists, so it must not
     * describe one {@linkplain EffectsFile#server server}. A later file wins over earlier ones.
     *
     * <p>Only declared entries and {@linkplain #accept accepted} ones count. If a template names no parameter of the
     * tool, the tool's calls run alone, and the log has a WARN. Another WARN names entries for tools that do not exist.
     *
     * @param file the parsed file; later changes of the file on disk do not count
     * @return this
     * @throws IllegalArgumentException if the file names a server
     */
    public B effectsFrom(EffectsFile file) {
        Objects.requireNonNull(file, "file").server().ifPresent(server -> {
            throw new IllegalArgumentException(
                    "%s describes the tools of server '%s', but other servers may have tools of the same names"
                                    .formatted(file.name(), server.name())
                            + ": remove its 'server' to let its entries count for all tools with these names");
        });
        effectsFiles.addFirst(file);
        return self();
    }

    /**
     * Reads an effects file now and adds it, see {@link #effectsFrom(EffectsFile)}.
     *
     * @param file its path
     * @return this
     * @throws IllegalArgumentException if something is wrong in it; the message names file, line, tool and key of each
     * @throws UncheckedIOException if the file cannot be read
     */
    public B effectsFrom(Path file) {
        return effectsFrom(EffectsFile.read(Objects.requireNonNull(file, "file")));
    }

    /**
     * Reads an effects file now and adds it, see {@link #effectsFrom(EffectsFile)}.
     *
     * @param url its address
     * @return this
     * @throws IllegalArgumentException if something is wrong in it; the message names file, line, tool and key of each
     * @throws UncheckedIOException if the file cannot be read
     */
    public B effectsFrom(URL url) {
        return effectsFrom(EffectsFile.read(Objects.requireNonNull(url, "url")));
    }

    /**
     * Reads an effects file from the class path now and adds it, see {@link #effectsFrom(EffectsFile)}.
     *
     * @param resource its name from the root of the class path, such as {@code effects.json}
     * @return this
     * @throws IllegalArgumentException if there is none, or something is wrong in it; the message names file, line,
     *     tool and key of each
     * @throws UncheckedIOException if the file cannot be read
     */
    public B effectsFromResource(String resource) {
        return effectsFrom(EffectsFile.readResource(Objects.requireNonNull(resource, "resource")));
    }

    /**
     * Accepts entries of effects files that no person has declared.
     *
     * @param by {@link DeclaredBy#LEARNT}: entries learnt from observed calls count as if they were declared
     * @return this
     * @throws IllegalArgumentException if that kind cannot count as a whole: a person must declare what a model
     *     suggests, and catalogue entries count only for trusted servers
     */
    public B accept(DeclaredBy by) {
        if (Objects.requireNonNull(by, "by") == DeclaredBy.SUGGESTED || by == DeclaredBy.CATALOGUE) {
            throw new IllegalArgumentException("'%s' entries cannot be accepted as a whole%s"
                    .formatted(
                            by.word(),
                            by == DeclaredBy.SUGGESTED
                                    ? "; change each true entry to 'declared'"
                                    : "; they count only for trusted servers"));
        }
        accepted.add(by);
        return self();
    }

    /**
     * Sets how calls of a tool run, in place of the tool's own policy.
     *
     * @param tool the name of the tool
     * @param policy the policy; a tool that declares itself idempotent stays idempotent
     * @return this
     */
    public B policy(String tool, ToolPolicy policy) {
        policies.put(Objects.requireNonNull(tool, "tool"), Objects.requireNonNull(policy, "policy"));
        return self();
    }

    /**
     * Sets how tools with unknown effects run; {@link Undeclared#SERIAL} by default.
     *
     * @param undeclared serial or parallel
     * @return this
     */
    public B undeclared(Undeclared undeclared) {
        this.undeclared = Objects.requireNonNull(undeclared, "undeclared");
        return self();
    }

    /**
     * Sets whether the library infers from name, description and parameters that a tool only reads; true by default.
     *
     * @param inference false to turn it off
     * @return this
     */
    public B inference(boolean inference) {
        this.inference = inference;
        return self();
    }

    /**
     * Sets the factory for the threads of calls, for tools that compute or pin their carrier; virtual threads by
     * default.
     *
     * @param threadFactory makes an unstarted thread for each call. It runs on the owner or on another call's thread,
     *     so its threads should inherit no thread-locals, see {@link Thread.Builder#inheritInheritableThreadLocals}
     * @return this
     */
    public B threadFactory(ThreadFactory threadFactory) {
        this.threadFactory = Objects.requireNonNull(threadFactory, "threadFactory");
        return self();
    }

    /**
     * Adds a propagator that carries context to the threads of calls. Adding the same instance again does nothing.
     *
     * @param propagator the propagator; the last one added is the outermost
     * @return this
     */
    @SuppressWarnings("ReferenceEquality") // those of a user's class may be equal by chance
    public B contextPropagator(ContextPropagator propagator) {
        Objects.requireNonNull(propagator, "propagator");
        if (propagators.stream().noneMatch(known -> known == propagator)) {
            propagators.add(propagator);
        }
        return self();
    }

    /**
     * Adds an interceptor around every call.
     *
     * @param interceptor the interceptor; the first one added is the outermost
     * @return this
     */
    public B interceptor(CallInterceptor interceptor) {
        interceptors.add(Objects.requireNonNull(interceptor, "interceptor"));
        return self();
    }

    /**
     * Adds a listener. A listener that also is a {@link ContextPropagator} need not be added as one too.
     *
     * @param listener receives the events of rounds
     * @return this
     */
    public B listener(RoundListener listener) {
        listeners.add(Objects.requireNonNull(listener, "listener"));
        return listener instanceof ContextPropagator propagator ? contextPropagator(propagator) : self();
    }

    /**
     * Sets whether the log's context (SLF4J's MDC) names the call while its tool's body runs: {@code interlock.round}
     * is the number of its round, {@code interlock.call} its place there, from 1. Afterwards their earlier values
     * return. False by default, since the log's implementation costs time in each call.
     *
     * @param loggingContext true to name it
     * @return this
     */
    public B loggingContext(boolean loggingContext) {
        this.loggingContext = loggingContext;
        return self();
    }

    /**
     * Adds a listener for what calls really touch, as bodies and observers report it by
     * {@link dev.interlock.footprint.Footprint}.
     *
     * @param listener called once for each attempt, such as a {@link dev.interlock.footprint.FootprintLog}
     * @return this
     */
    public B footprints(FootprintListener listener) {
        footprintListeners.add(Objects.requireNonNull(listener, "listener"));
        return self();
    }

    /**
     * Compares what each call touches with its effects. What bodies and observers report must lie at or below a
     * declared resource, and a write at or below a declared write. The log has one WARN for each tool and kind of
     * uncovered resource, with the line to add, and listeners get a
     * {@link dev.interlock.event.RoundEvent.FootprintUncovered}. Undeclared tools claim nothing, so everything is
     * covered. Off by default.
     *
     * @param audit whether such a call also fails
     * @return this
     */
    public B audit(Audit audit) {
        this.audit = Objects.requireNonNull(audit, "audit");
        return self();
    }

    /**
     * Sets whether the first call that does not succeed cancels the rest of its batch; false by default. A call of an
     * unknown tool counts as unsuccessful. A call ruled out before its turn, such as one over
     * {@link SettingsBuilder#maxCallsPerBatch}, cancels nothing.
     *
     * @param failFast true to cancel
     * @return this
     */
    public B failFast(boolean failFast) {
        this.failFast = failFast;
        return self();
    }

    /**
     * Sets whether equal reading calls of a batch run once and share the outcome, unless a call between them writes
     * what they read. False by default.
     *
     * @param coalescing true to run them once
     * @return this
     */
    public B coalescing(boolean coalescing) {
        this.coalescing = coalescing;
        return self();
    }

    /**
     * Sets whether arguments may refer to results of earlier calls of the same batch; false by default.
     * <code>${1}</code> is the result of the first call, <code>${1.results[0].title}</code> a part of it, if it is
     * JSON. A reference that is the entire value keeps its JSON type; inside a longer string it is inserted as text. If
     * the parameter takes a number or a boolean, text is parsed; if it takes a string, any value is turned into
     * text. <code>$${</code> before a digit stands for <code>${</code>; any other dollar sign is text.
     *
     * <p>Such a call waits for the calls that it refers to. If one of them does not succeed, it is skipped. If a
     * reference is wrong, or the result lacks the named part, the call fails and others are not affected. The library
     * never searches results for references. A call of a tool that may write fails if it holds references, unless
     * {@link ToolPolicy.Builder#references} allows them; that setting can also exempt single parameters.
     *
     * @param chaining true to replace references
     * @return this
     */
    public B chaining(boolean chaining) {
        this.chaining = chaining;
        return self();
    }

    /**
     * Sets whether conflicting calls of different batches exclude each other: they run in any order but do not overlap.
     * False by default. A call takes all its resources at once or none. A call made inside another call's body waits at
     * most {@link SettingsBuilder#heldResourceTimeout} for resources of other conversations, since it holds up others
     * meanwhile.
     *
     * @param exclusive true to exclude
     * @return this
     */
    public B exclusiveAcrossConversations(boolean exclusive) {
        this.exclusiveAcrossConversations = exclusive;
        return self();
    }

    /** The seam for tests. */
    B time(TimeSource time) {
        this.time = time;
        return self();
    }

    /** Creates the settings of a new executor, which shares nothing yet. */
    RoundSettings roundSettings() {
        return new RoundSettings(
                limits(failFast),
                batchLimits(),
                coalescing,
                chaining,
                threadFactory,
                List.copyOf(propagators),
                List.copyOf(interceptors),
                RoundSettings.beforeTurn(interceptors),
                guards(),
                List.copyOf(listeners),
                BodyListeners.among(listeners),
                loggingContext,
                FootprintWatch.of(footprintListeners, audit),
                journal(),
                handover(),
                resumeRegister(),
                time,
                new SharedLimits(exclusiveAcrossConversations),
                replicas(exclusiveAcrossConversations),
                new AbandonedCalls(),
                new CancelSignal());
    }

    /** Creates the binder of a new executor, with caps of its own. */
    ToolBinder toolBinder() {
        return new ToolBinder(
                Map.copyOf(effects),
                new FileEffects(effectsFiles, accepted),
                Map.copyOf(policies),
                undeclared,
                inference,
                caps(),
                otherSettings(),
                mistakes());
    }

    private List<ToolSetting> otherSettings() {
        List<ToolSetting> others = groupSettings();
        settingsElsewhere.forEach((tool, where) -> others.add(ToolSetting.ofName(tool, where)));
        return others;
    }

    /**
     * For integrations: records that one of their own settings is for a tool. A WARN in the log names the tools that do
     * not exist.
     *
     * @param tool the tool's name
     * @param where the setting in words
     */
    protected final void recordSettingFor(String tool, String where) {
        settingsElsewhere.put(tool, where);
    }
}
