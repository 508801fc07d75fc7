package dev.interlock.observation;

import dev.interlock.call.CallResult;
import dev.interlock.event.CallEnd;
import dev.interlock.event.CallTrace;
import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundEvent.CallEvent;
import dev.interlock.event.RoundListener;
import dev.interlock.event.RoundReport;
import dev.interlock.event.Span;
import dev.interlock.event.TimeKind;
import dev.interlock.plan.PlannedCall;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * Meters beyond the observations: how many calls run, wait and are abandoned, what calls waited for, and how much time
 * rounds saved.
 *
 * {@snippet :
 * executor.listener(ToolObservations.of(observationRegistry)).listener(RoundMeters.to(meterRegistry));
 * }
 *
 * <ul>
 *   <li>the gauges {@link #IN_FLIGHT}, {@link #WAITING} and {@link #ABANDONED}, of calls;
 *   <li>the timer {@link #WAIT} by {@code gen_ai.tool.name} and {@code interlock.wait} (the reason, see
 *       {@link TimeKind#key()}): each record is one call's total wait for that reason;
 *   <li>the counter {@link #SAVED}, in seconds: how much longer rounds would have taken with their calls one after
 *       another. Rounds in which calls waited for a person, or for something outside the process, do not count.
 * </ul>
 *
 * <p>Thread-safe. One instance can serve any number of executors; two instances on one registry need different tags.
 */
public final class RoundMeters implements RoundListener {

    /** The gauge of calls whose tool runs. */
    public static final String IN_FLIGHT = "interlock.calls.in.flight";

    /** The gauge of calls that wait for anything. */
    public static final String WAITING = "interlock.calls.waiting";

    /** The gauge of abandoned calls that still hold something. */
    public static final String ABANDONED = "interlock.calls.abandoned";

    /** The timer of waits. */
    public static final String WAIT = "interlock.call.wait";

    /** The counter of seconds saved. */
    public static final String SAVED = "interlock.time.saved";

    private static final String REASON = "interlock.wait";

    /** The conventions' buckets, in seconds. */
    private static final double[] BUCKETS =
            DoubleStream.iterate(0.01, bound -> bound * 2).limit(14).toArray();

    private final MeterRegistry registry;
    private final Tags tags;
    private final boolean durations;
    private final Counter saved;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger abandoned = new AtomicInteger();
    private final Map<Long, CallTable<State>> rounds = new ConcurrentHashMap<>();
    private final Map<WaitKey, Timer> waits = new ConcurrentHashMap<>();
    private final Map<EndKey, Timer> ends = new ConcurrentHashMap<>();

    private record WaitKey(String tool, TimeKind kind) {}

    private record EndKey(String tool, CallEnd end, String errorType) {}

    /** The state of a call. The threads that deliver its events access it one after another. */
    private static final class State {
        private boolean waits;
        private boolean runs;
    }

    private RoundMeters(MeterRegistry registry, Tags tags, boolean durations) {
        this.registry = registry;
        this.tags = tags;
        this.durations = durations;
        this.saved = Counter.builder(SAVED)
                .description("How much longer rounds would have taken with their calls one after another")
                .baseUnit("seconds")
                .tags(tags)
                .register(registry);
        gauge(IN_FLIGHT, "Calls whose tool runs", inFlight);
        gauge(WAITING, "Calls that wait", waiting);
        gauge(ABANDONED, "Abandoned calls that still hold something", abandoned);
    }

    private void gauge(String name, String description, AtomicInteger value) {
        Gauge.builder(name, value, AtomicInteger::get)
                .description(description)
                .tags(tags)
                .strongReference(true)
                .register(registry);
    }

    /**
     * Creates a listener that meters in a registry.
     *
     * @param registry the registry
     * @return the listener
     */
    public static RoundMeters to(MeterRegistry registry) {
        return to(registry, Tags.empty());
    }

    /**
     * Creates a listener that meters in a registry.
     *
     * @param registry the registry
     * @param tags tags for all meters
     * @return the listener
     */
    public static RoundMeters to(MeterRegistry registry, Iterable<Tag> tags) {
        return new RoundMeters(Objects.requireNonNull(registry, "registry"), Tags.of(tags), false);
    }

    /**
     * Creates a listener that also meters the durations of calls, for users who want no traces. The timer
     * {@link DefaultToolCallConvention#NAME} has the same labels as with {@link ToolObservations}, but for the
     * {@code error} that Micrometer adds to observations, at a fraction of the cost. Do not
     * use it together with observations that give the registry the same timer.
     *
     * @param registry the registry
     * @param tags tags for all meters
     * @return the listener
     */
    public static RoundMeters withDurations(MeterRegistry registry, Iterable<Tag> tags) {
        return new RoundMeters(Objects.requireNonNull(registry, "registry"), Tags.of(tags), true);
    }

    /**
     * Gives the timer of calls, {@link DefaultToolCallConvention#NAME}, the buckets of OpenTelemetry's conventions,
     * from 10 ms to 82 s, unless an earlier filter has given it buckets. Pass the filter to
     * {@code registry.config().meterFilter(...)} before the first call.
     *
     * @return the filter
     */
    public static MeterFilter conventionBuckets() {
        double[] nanos = DoubleStream.of(BUCKETS)
                .map(seconds -> seconds * Duration.ofSeconds(1).toNanos())
                .toArray();
        return new MeterFilter() {
            @Override
            public @Nullable DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
                boolean wanted = id.getName().equals(DefaultToolCallConvention.NAME)
                        && config.getServiceLevelObjectiveBoundaries() == null;
                return wanted
                        ? DistributionStatisticConfig.builder()
                                .serviceLevelObjectives(nanos)
                                .build()
                                .merge(config)
                        : config;
            }
        };
    }

    @Override
    public void onEvent(RoundEvent event) {
        switch (event) {
            case RoundEvent.RoundStarted started ->
                rounds.put(started.round(), new CallTable<>(started.calls().size()));
            case RoundEvent.RoundEnded ended -> end(ended.report());
            case RoundEvent.CallReleased released -> abandoned.decrementAndGet();
            case CallEvent other -> {
                CallTable<State> calls = rounds.get(other.round());
                if (calls != null) {
                    add(other, calls);
                }
            }
        }
    }

    private void add(CallEvent event, CallTable<State> calls) {
        State state = calls.get(event.index());
        if (state == null) {
            state = new State();
            calls.put(event.index(), state);
        }
        switch (event) {
            case RoundEvent.CallWaiting waits -> now(state, true, state.runs);
            case RoundEvent.CallReady ready -> now(state, false, state.runs);
            case RoundEvent.CallStarted started -> now(state, false, true);
            case RoundEvent.CallAttemptEnded ended -> now(state, false, false);
            case RoundEvent.CallRetrying retrying -> now(state, true, false);
            case RoundEvent.CallAbandoned left -> abandoned.incrementAndGet();
            case RoundEvent.CallEnded ended -> now(state, false, false);
            case CallEvent other -> {}
        }
    }

    private void now(State state, boolean waits, boolean runs) {
        if (state.waits != waits) {
            state.waits = waits;
            waiting.addAndGet(waits ? 1 : -1);
        }
        if (state.runs != runs) {
            state.runs = runs;
            inFlight.addAndGet(runs ? 1 : -1);
        }
    }

    private void end(RoundReport report) {
        CallTable<State> calls = rounds.remove(report.round());
        for (int i = 0; calls != null && i < calls.places(); i++) {
            State left = calls.get(i);
            if (left != null) {
                now(left, false, false);
            }
        }
        // Where calls waited for a person, the round's time says little about how calls overlapped.
        saved.increment(report.waitedOutside() ? 0 : report.timeSaved().toNanos() / 1e9);
        List<PlannedCall> planned = report.plan().calls();
        for (int i = 0; i < planned.size(); i++) {
            PlannedCall call = planned.get(i);
            String tool = call.namesNoTool() ? Names.OTHER : call.call().tool();
            CallTrace trace = report.traces().get(i);
            recordWaits(tool, trace);
            if (durations && !trace.endedBefore()) {
                recordDuration(tool, trace.end(), report.results().get(i));
            }
        }
    }

    private void recordWaits(String tool, CallTrace trace) {
        Map<TimeKind, Duration> times = null;
        for (Span span : trace.spans()) {
            if (span.kind().isWait()) {
                times = times == null ? new EnumMap<>(TimeKind.class) : times;
                times.merge(span.kind(), span.duration(), Duration::plus);
            }
        }
        if (times != null) {
            times.forEach((kind, time) -> waits.computeIfAbsent(new WaitKey(tool, kind), this::waitTimer)
                    .record(time));
        }
    }

    private void recordDuration(String tool, CallEnd end, CallResult result) {
        String error = DefaultToolCallConvention.errorType(result.outcome(), end);
        ends.computeIfAbsent(new EndKey(tool, end, error), this::endTimer).record(result.duration());
    }

    private Timer waitTimer(WaitKey key) {
        return Timer.builder(WAIT)
                .description("How long calls waited, by reason")
                .tags(tags)
                .tag(Names.TOOL_NAME, key.tool())
                .tag(REASON, key.kind().key())
                .register(registry);
    }

    private Timer endTimer(EndKey key) {
        return Timer.builder(DefaultToolCallConvention.NAME)
                .description("The duration of a tool's execution")
                .tags(tags)
                .tag(Names.OPERATION, Names.EXECUTE_TOOL)
                .tag(Names.TOOL_NAME, key.tool())
                .tag(Names.TOOL_TYPE, Names.FUNCTION)
                .tag(Names.ERROR_TYPE, key.errorType())
                .tag(Names.END, key.end().key())
                .register(registry);
    }
}
