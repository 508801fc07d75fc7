package dev.interlock.execution;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.interlock.replicas.ReplicaLimits;
import dev.interlock.schedule.Limits;
import dev.interlock.share.Caps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a {@link SettingsBuilder} that limit something: how many calls run at the same time and where, how
 * long they take, and how long arguments and results may be. Not thread-safe.
 *
 * @param <B> the builder, which every setter returns
 */
abstract class LimitSettings<B> {

    private Concurrency maxConcurrency = Concurrency.DEFAULT;
    private final List<Caps.Group> groups = new ArrayList<>();
    private int maxConcurrencyOfAll = Concurrency.UNLIMITED;
    private @Nullable ReplicaLimits replicaLimits;
    private @Nullable Duration timeout;
    private @Nullable Duration callTimeout;
    private @Nullable Duration roundTimeout;
    private Duration gracePeriod = Duration.ofMillis(250);
    private Duration heldResourceTimeout = Duration.ofSeconds(10);
    private int maxCalls = Integer.MAX_VALUE;
    private long maxArgumentBytes = Long.MAX_VALUE;
    private @Nullable ResultLimit resultLimit;
    private final List<RoundGuard> guards = new ArrayList<>();

    LimitSettings() {}

    /**
     * Returns the builder itself, with its own type.
     *
     * @return this
     */
    protected abstract B self();

    /**
     * Sets how many calls of a round may run at the same time; 5 by default.
     *
     * @param maxConcurrency at least 1; {@link Concurrency#UNLIMITED} for no limit
     * @return this
     * @throws IllegalArgumentException if it is below 1
     */
    public B maxConcurrency(int maxConcurrency) {
        return concurrency(Concurrency.of(maxConcurrency));
    }

    /**
     * Sets how many calls of a round may run at the same time; {@link Concurrency#DEFAULT} by default.
     *
     * @param concurrency the limit, such as {@link Concurrency#forIo()}
     * @return this
     */
    public B concurrency(Concurrency concurrency) {
        this.maxConcurrency = Objects.requireNonNull(concurrency, "concurrency");
        return self();
    }

    /**
     * Sets how many calls of some tools together may run at the same time, over all rounds with these settings;
     * unlimited by default. A tool can be in several groups; then each of their limits holds.
     *
     * @param maxConcurrency at least 1
     * @param tools the names of the tools; a name that ends in {@code *} stands for all names that begin with the rest
     * @return this
     * @throws IllegalArgumentException if it is below 1, or there are no tools
     */
    public B groupConcurrency(int maxConcurrency, String... tools) {
        atLeastOne(maxConcurrency, "maxConcurrency of a group");
        if (Objects.requireNonNull(tools, "tools").length == 0) {
            throw new IllegalArgumentException("a group needs at least 1 tool, was given 0");
        }
        groups.add(new Caps.Group(Set.copyOf(Arrays.asList(tools)), maxConcurrency));
        return self();
    }

    /**
     * Sets how many calls may run at the same time over all rounds with these settings; unlimited by default. A call
     * whose body waits for a round of its own does not count.
     *
     * @param maxConcurrency at least 1; {@link Concurrency#UNLIMITED} for no limit
     * @return this
     * @throws IllegalArgumentException if it is below 1
     */
    public B totalConcurrency(int maxConcurrency) {
        maxConcurrencyOfAll = atLeastOne(maxConcurrency, "totalConcurrency");
        return self();
    }

    /**
     * Applies these settings' caps to all replicas of the application; by default they hold for this JVM alone. The
     * same goes for resources of calls that exclude each other across conversations. A call first gets all that it
     * wants in this JVM, then asks the limit server, within its own time limits. The executor then runs a call on the
     * caller's thread only if a {@link RoundGuard} says so.
     *
     * @param limits what replicas share; several executors may use it, and none closes it
     * @return this
     */
    public B replicaLimits(ReplicaLimits limits) {
        replicaLimits = Objects.requireNonNull(limits, "limits");
        return self();
    }

    /**
     * Sets the limit of one attempt of a call, from its body's start; none by default.
     *
     * @param timeout more than zero
     * @return this
     * @throws IllegalArgumentException if it is not more than zero
     */
    public B timeout(Duration timeout) {
        this.timeout = positive(timeout, "timeout");
        return self();
    }

    /**
     * Sets the limit of a call with its waits and retries; none by default. It counts from the round's start, or for a
     * streamed response from the moment when the call is complete.
     *
     * @param callTimeout more than zero
     * @return this
     * @throws IllegalArgumentException if it is not more than zero
     */
    public B callTimeout(Duration callTimeout) {
        this.callTimeout = positive(callTimeout, "callTimeout");
        return self();
    }

    /**
     * Sets the limit of a round; none by default. An unfinished call then times out. The time-out is its result, and
     * the model loop goes on with it.
     *
     * @param roundTimeout more than zero
     * @return this
     * @throws IllegalArgumentException if it is not more than zero
     */
    public B roundTimeout(Duration roundTimeout) {
        this.roundTimeout = positive(roundTimeout, "roundTimeout");
        return self();
    }

    /**
     * Sets how long an interrupted call may take to end before its round abandons it; 250 ms by default.
     *
     * @param gracePeriod more than zero
     * @return this
     * @throws IllegalArgumentException if it is not more than zero
     */
    public B gracePeriod(Duration gracePeriod) {
        this.gracePeriod = positive(gracePeriod, "gracePeriod");
        return self();
    }

    /**
     * Sets how long a call waits for a resource that an abandoned call of its conversation holds; 10 s by default. With
     * {@link SettingsBuilder#exclusiveAcrossConversations}, the same limit holds for resources that a call of another
     * conversation holds.
     *
     * @param heldResourceTimeout more than zero
     * @return this
     * @throws IllegalArgumentException if it is not more than zero
     */
    public B heldResourceTimeout(Duration heldResourceTimeout) {
        this.heldResourceTimeout = positive(heldResourceTimeout, "heldResourceTimeout");
        return self();
    }

    /**
     * Sets how many calls of a batch run; unlimited by default. The others fail with a message that says so.
     *
     * @param maxCalls at least 1; {@link Integer#MAX_VALUE} for no limit
     * @return this
     * @throws IllegalArgumentException if it is below 1
     */
    public B maxCallsPerBatch(int maxCalls) {
        this.maxCalls = atLeastOne(maxCalls, "maxCallsPerBatch");
        return self();
    }

    /**
     * Sets how long the arguments of a call may be; unlimited by default. A call with longer ones fails and does not
     * run.
     *
     * @param maxBytes the most bytes of their JSON text in UTF-8, at least 1
     * @return this
     * @throws IllegalArgumentException if it is below 1
     */
    public B maxArgumentBytes(int maxBytes) {
        this.maxArgumentBytes = atLeastOne(maxBytes, "maxArgumentBytes");
        return self();
    }

    /**
     * Sets how long a call's result, or its failure's message, may be for the model; unlimited by default.
     * {@link ResultLimit} says what counts. Interceptors see the whole result. If a failure's message is
     * longer, the outcome is a {@link dev.interlock.call.Outcome.Failed} with a short message, whose cause is the
     * failure.
     *
     * @param limit the limit, and what happens to a longer result
     * @return this
     */
    public B resultLimit(ResultLimit limit) {
        this.resultLimit = Objects.requireNonNull(limit, "limit");
        return self();
    }

    /**
     * Adds a guard. It decides before each round on which threads the round's calls may run. Of several guards the
     * strictest wins.
     *
     * @param guard decides the threads, or refuses the round
     * @return this
     */
    public B roundGuard(RoundGuard guard) {
        guards.add(Objects.requireNonNull(guard, "guard"));
        return self();
    }

    /** Creates what the executor shares with other replicas; null if that is nothing. */
    @Nullable
    Replicas replicas(boolean exclusive) {
        return replicaLimits == null ? null : new Replicas(replicaLimits, exclusive);
    }

    RoundGuards guards() {
        return new RoundGuards(guards);
    }

    /** Reports settings without effect, and returns what finds those of single tools. */
    PolicyMistakes mistakes() {
        PolicyMistakes.check(timeout, callTimeout);
        return new PolicyMistakes(Limits.toNanos(callTimeout));
    }

    /** The settings of groups, by their tools. */
    List<ToolSetting> groupSettings() {
        List<ToolSetting> settings = new ArrayList<>();
        groups.forEach(group -> group.tools().stream()
                .sorted()
                .forEach(tool -> settings.add(
                        new ToolSetting(tool, "group of " + group.limit(), each -> Caps.Group.isFor(tool, each)))));
        return settings;
    }

    Limits limits(boolean failFast) {
        return new Limits(
                maxConcurrency.limit(),
                Limits.toNanos(timeout),
                Limits.toNanos(callTimeout),
                Limits.toNanos(roundTimeout),
                Limits.toNanos(gracePeriod),
                Limits.toNanos(heldResourceTimeout),
                failFast);
    }

    BatchLimits batchLimits() {
        return new BatchLimits(maxCalls, maxArgumentBytes, resultLimit);
    }

    Caps caps() {
        return new Caps(groups, maxConcurrencyOfAll);
    }

    private static int atLeastOne(int limit, String name) {
        if (limit < 1) {
            throw new IllegalArgumentException(name + " must be >= 1, was " + limit);
        }
        return limit;
    }

    private static Duration positive(Duration limit, String name) {
        if (Objects.requireNonNull(limit, name).isZero() || limit.isNegative()) {
            throw new IllegalArgumentException(name + " must be > 0 ms, was " + MILLISECONDS.convert(limit) + " ms");
        }
        return limit;
    }
}
