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
 * which give them to {@link ToolCallExecutor#of}. A setter that is called again replaces what it was given before, unless
 * it says that it adds something; settings of a tool do so for that tool.
 *
 * <p>No setter takes null: each throws a {@link NullPointerException} that names the argument. Not thread-safe.
 *
 * @param <B> the builder, which every setter returns
 */
public abstract class SettingsBuilder<B extends SettingsBuilder<B>> extends LimitSettings<B> {

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

    /** Starts with the defaults: 5 calls at a time, no limits of time, undeclared tools serial, inference on. */
    protected SettingsBuilder() {}

    /**
     * Sets what a tool reads and writes. Wins over all other sources, annotations and what the tool says of itself
     * included. A template that names no parameter of the tool makes its calls run alone, with a warning in the log.
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
     * Adds a file that says what tools read and write, and whether they are idempotent. {@link #effects} and the annotations
     * of a tool win over it; it wins over what a tool says of itself otherwise, and over what is inferred, also for tools of
     * MCP servers that are not trusted: the file is the user's word. It counts for all tools of the names that it has, so it
     * must not be about one {@linkplain EffectsFile#server server}. A file that is added later wins over those before.
     *
     * <p>Only entries that are declared count, and those that are {@linkplain #accept accepted}. A template that names no
     * parameter of the tool makes its calls run alone, with a warning in the log. Another warning names entries for tools
     * that are not there.
     *
     * @param file what was read from it; later changes of the file do not count
     * @return this
     * @throws IllegalArgumentException if it says what server it is about
     */
    public B effectsFrom(EffectsFile file) {
        Objects.requireNonNull(file, "file").server().ifPresent(server -> {
            throw new IllegalArgumentException(
                    "%s is about the tools of server '%s', and tools of any server may have their names: take its 'server' out"
                                    .formatted(file.name(), server.name())
                            + " if its entries are to count for all tools of these names");
        });
        effectsFiles.addFirst(file);
        return self();
    }

    /**
     * Adds a file that says what tools read and write, see {@link #effectsFrom(EffectsFile)}. It is read now.
     *
     * @param file its path
     * @return this
     * @throws IllegalArgumentException if something is wrong in it; the message names file, line, tool and key of each
     * @throws UncheckedIOException if it cannot be read
     */
    public B effectsFrom(Path file) {
        return effectsFrom(EffectsFile.read(Objects.requireNonNull(file, "file")));
    }

    /**
     * Adds a file that says what tools read and write, see {@link #effectsFrom(EffectsFile)}. It is read now.
     *
     * @param url its address
     * @return this
     * @throws IllegalArgumentException if something is wrong in it; the message names file, line, tool and key of each
     * @throws UncheckedIOException if it cannot be read
     */
    public B effectsFrom(URL url) {
        return effectsFrom(EffectsFile.read(Objects.requireNonNull(url, "url")));
    }

    /**
     * Adds a file of the class path that says what tools read and write, see {@link #effectsFrom(EffectsFile)}. It is read
     * now.
     *
     * @param resource its name from the root of the class path, such as {@code effects.json}
     * @return this
     * @throws IllegalArgumentException if there is none, or something is wrong in it; the message names file, line, tool and
     *     key of each
     * @throws UncheckedIOException if it cannot be read
     */
    public B effectsFromResource(String resource) {
        return effectsFrom(EffectsFile.readResource(Objects.requireNonNull(resource, "resource")));
    }

    /**
     * Has entries of effects files count that nobody has declared.
     *
     * @param by {@link DeclaredBy#LEARNT}: what was learnt from observed calls counts as if it were declared
     * @return this
     * @throws IllegalArgumentException if entries of that kind do not count as a whole: a person has to declare what a model
     *     suggests, and entries of catalogues count for trusted servers only
     */
    public B accept(DeclaredBy by) {
        if (Objects.requireNonNull(by, "by") == DeclaredBy.SUGGESTED || by == DeclaredBy.CATALOGUE) {
            throw new IllegalArgumentException("entries that are '%s' cannot be accepted as a whole%s"
                    .formatted(
                            by.word(),
                            by == DeclaredBy.SUGGESTED
                                    ? "; turn each that is true to 'declared'"
                                    : "; they count for trusted servers"));
        }
        accepted.add(by);
        return self();
    }

    /**
     * Sets how calls of a tool are run, in place of the policy that the tool brings.
     *
     * @param tool the name of the tool
     * @param policy its policy; a tool that says itself that it is idempotent stays so
     * @return this
     */
    public B policy(String tool, ToolPolicy policy) {
        policies.put(Objects.requireNonNull(tool, "tool"), Objects.requireNonNull(policy, "policy"));
        return self();
    }

    /**
     * Sets what holds for tools of which nothing is known; {@link Undeclared#SERIAL} by default.
     *
     * @param undeclared serial or parallel
     * @return this
     */
    public B undeclared(Undeclared undeclared) {
        this.undeclared = Objects.requireNonNull(undeclared, "undeclared");
        return self();
    }

    /**
     * Sets whether it is inferred from name, description and parameters that a tool only reads; true by default.
     *
     * @param inference false to turn it off
     * @return this
     */
    public B inference(boolean inference) {
        this.inference = inference;
        return self();
    }

    /**
     * Sets who makes the threads of calls, for tools that compute or that pin their carrier; virtual threads by default.
     *
     * @param threadFactory makes an unstarted thread for each call. It is called on the owner's thread or on that of
     *     another call, so a thread of its making should inherit no thread-locals, see
     *     {@link Thread.Builder#inheritInheritableThreadLocals}
     * @return this
     */
    public B threadFactory(ThreadFactory threadFactory) {
        this.threadFactory = Objects.requireNonNull(threadFactory, "threadFactory");
        return self();
    }

    /**
     * Adds a propagator of context to the threads of calls, unless that very one was added before.
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
     * Adds a listener. One that is a {@link ContextPropagator} as well need not be added as that, too.
     *
     * @param listener is told what happens in rounds
     * @return this
     */
    public B listener(RoundListener listener) {
        listeners.add(Objects.requireNonNull(listener, "listener"));
        return listener instanceof ContextPropagator propagator ? contextPropagator(propagator) : self();
    }

    /**
     * Sets whether the log's context (SLF4J's MDC) names the call while its tool's body runs: {@code interlock.round} is the
     * number of its round, {@code interlock.call} its place there, from 1. What these were before is put back afterwards.
     * False by default, since it costs each call some of what the log's implementation costs.
     *
     * @param loggingContext true to name it
     * @return this
     */
    public B loggingContext(boolean loggingContext) {
        this.loggingContext = loggingContext;
        return self();
    }

    /**
     * Adds a listener of what calls really touch, as their bodies and observers tell by
     * {@link dev.interlock.footprint.Footprint}.
     *
     * @param listener is told once an attempt, such as a {@link dev.interlock.footprint.FootprintLog}
     * @return this
     */
    public B footprints(FootprintListener listener) {
        footprintListeners.add(Objects.requireNonNull(listener, "listener"));
        return self();
    }

    /**
     * Has each call held against its effects: what it touches, as bodies and observers tell, must lie at or below what they
     * say; a write at or below a write. What they do not cover is logged once for a tool and a kind of resource, with the
     * line to be added, and told as a {@link dev.interlock.event.RoundEvent.FootprintUncovered}. Tools of which nothing is
     * known claim nothing, so all that they touch is covered. Off by default.
     *
     * @param audit whether such a call fails as well
     * @return this
     */
    public B audit(Audit audit) {
        this.audit = Objects.requireNonNull(audit, "audit");
        return self();
    }

    /**
     * Sets whether the first call that does not succeed cancels the rest of its batch; false by default. A call of an
     * unknown tool is one that does not succeed. A call that is refused before its turn, such as one over
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
     * Sets whether equal calls of a batch that only read are executed once, and all have that outcome; unless a call
     * between them writes what they read. False by default.
     *
     * @param coalescing true to execute them once
     * @return this
     */
    public B coalescing(boolean coalescing) {
        this.coalescing = coalescing;
        return self();
    }

    /**
     * Sets whether arguments may refer to results of earlier calls of the same batch; false by default.
     * <code>${1}</code> is the result of the first call, <code>${1.results[0].title}</code> a part of it, if it is
     * JSON. As a whole value it keeps its JSON type, within a longer text it is text; where a parameter's type is
     * known to be another, text becomes a number or a truth value if it is one, and anything becomes text.
     * <code>$${</code> before a digit stands for <code>${</code>; all else that holds a dollar sign is text.
     *
     * <p>Such a call waits for those it refers to. If one of them does not succeed, it is skipped; if a reference is
     * wrong, or the part it names is not there, it fails, and other calls are not affected. What a result holds is
     * never looked through for references. Calls of tools that may write fail if they hold references, unless
     * {@link ToolPolicy.Builder#references} allows them; there parameters can be taken out, too.
     *
     * @param chaining true to replace references
     * @return this
     */
    public B chaining(boolean chaining) {
        this.chaining = chaining;
        return self();
    }

    /**
     * Sets whether conflicting calls of different batches exclude each other, so that their order is not set but they
     * do not overlap; false by default. A call takes all its resources at once or none. A call that is made within
     * another call's body waits for the resources of other conversations for
     * {@link SettingsBuilder#heldResourceTimeout} at most, since it holds up others meanwhile.
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

    /** Of a new executor: with nothing that is shared or abandoned yet. */
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
                time,
                new SharedLimits(exclusiveAcrossConversations),
                replicas(exclusiveAcrossConversations),
                new AbandonedCalls(),
                new CancelSignal());
    }

    /** Of a new executor: with caps of its own. */
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
     * For integrations: notes that a setting of their own is for a tool. A warning in the log names those that are not there.
     *
     * @param tool its name
     * @param where the setting in words
     */
    protected final void noteSettingFor(String tool, String where) {
        settingsElsewhere.put(tool, where);
    }
}
