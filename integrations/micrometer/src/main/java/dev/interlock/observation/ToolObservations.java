package dev.interlock.observation;

import dev.interlock.event.BodyListener;
import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundEvent.CallEvent;
import dev.interlock.execution.ContextPropagator;
import dev.interlock.report.ReportContent;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Observes rounds and calls by Micrometer, after OpenTelemetry's conventions for generative AI. The registry's handlers
 * make traces and timers of them.
 *
 * {@snippet :
 * ParallelTools parallel = ParallelTools.builder()
 *         .listener(ToolObservations.of(observationRegistry))
 *         .build();
 * }
 *
 * <p>A round's parent is the observation current on the owner, even if the model streams. A call's parent is its round.
 * While a tool's body runs, its call is current on that thread, in every attempt. {@link DefaultToolCallConvention} and
 * {@link DefaultRoundConvention}, or your own conventions, decide names and values.
 *
 * <p>A call's waits and retries are events of its observation. The observation begins with the first attempt, so its
 * duration is the tool's. A call that never runs has an observation of zero length. An abandoned call's observation
 * stops when the call is abandoned.
 *
 * <p>Thread-safe. One instance can serve any number of executors. It logs what handlers throw; this changes nothing
 * else.
 */
public final class ToolObservations implements BodyListener, ContextPropagator {

    private final ObservationRegistry registry;
    private final ReportContent content;
    private final @Nullable ToolCallConvention callConvention;
    private final @Nullable RoundConvention roundConvention;
    private final ToolCallConvention usualCalls = new DefaultToolCallConvention();
    private final RoundConvention usualRounds = new DefaultRoundConvention();
    private final ObservationGuard guard;
    private final Map<Long, ObservedRound> rounds = new ConcurrentHashMap<>();

    private ToolObservations(Builder builder) {
        this.registry = builder.registry;
        this.content = builder.content;
        this.callConvention = builder.callConvention;
        this.roundConvention = builder.roundConvention;
        this.guard = new ObservationGuard(registry);
    }

    /**
     * Creates a listener with the default conventions, without arguments and results.
     *
     * @param registry the registry; its handlers make traces and timers
     * @return the listener
     */
    public static ToolObservations of(ObservationRegistry registry) {
        return builder(registry).build();
    }

    /**
     * Starts a listener with settings.
     *
     * @param registry the registry; its handlers make traces and timers
     * @return a builder
     */
    public static Builder builder(ObservationRegistry registry) {
        return new Builder(registry);
    }

    @Override
    public void onEvent(RoundEvent event) {
        if (registry.isNoop()) {
            return;
        }
        switch (event) {
            case RoundEvent.RoundStarted started ->
                guard.run(() -> start(started.round(), started.calls().size()));
            case RoundEvent.RoundEnded ended -> {
                ObservedRound round = rounds.remove(ended.round());
                if (round != null) {
                    round.end(ended.report());
                }
            }
            case RoundEvent.CallPlanned planned -> guard.run(() -> plan(planned));
            case CallEvent other -> {
                ObservedRound round = rounds.get(other.round());
                if (round != null) {
                    round.on(other);
                }
            }
        }
    }

    @SuppressWarnings("ReferenceEquality") // whether it is this one
    private void start(long number, int calls) {
        RoundContext context = new RoundContext(number);
        Observation observation = Observation.createNotStarted(roundConvention, usualRounds, () -> context, registry);
        // A predicate of the registry may exclude rounds; the observation then has another context.
        boolean wanted = observation.getContextView() == context;
        Observation parent = wanted ? observation : registry.getCurrentObservation();
        ObservedRound round = new ObservedRound(parent, wanted ? context : null, guard, calls);
        rounds.put(number, round);
        round.start();
    }

    @SuppressWarnings("ReferenceEquality") // whether it is this one
    private void plan(RoundEvent.CallPlanned planned) {
        ObservedRound round = rounds.get(planned.round());
        if (round != null) {
            ToolCallContext context = new ToolCallContext(planned.round(), planned.index(), planned.planned(), content);
            Observation observation = Observation.createNotStarted(callConvention, usualCalls, () -> context, registry);
            if (observation.getContextView() == context) {
                observation.parentObservation(round.observation());
                round.add(planned.index(), new ObservedCall(observation, context, guard, round::startWithin));
            }
        }
    }

    @Override
    public @Nullable Running bodyStarts(long round, int index) {
        ObservedRound observed = rounds.get(round);
        return observed == null ? null : observed.open(index);
    }

    /**
     * Captures the observation current on the owner, for interceptors and for a round that begins on another thread.
     */
    @Override
    public @Nullable Captured capture() {
        Observation current = registry.getCurrentObservation();
        return current == null ? null : new CapturedObservation(current, guard);
    }

    private record CapturedObservation(Observation observation, ObservationGuard guard) implements Captured {
        @Override
        public <T extends @Nullable Object> T call(Callable<T> body) throws Exception {
            Running scope = guard.open(observation, () -> false);
            try {
                return body.call();
            } finally {
                if (scope != null) {
                    scope.bodyEnded();
                }
            }
        }
    }

    /** Builds {@link ToolObservations}. Not thread-safe. */
    public static final class Builder {

        private final ObservationRegistry registry;
        private ReportContent content = ReportContent.NONE;
        private @Nullable ToolCallConvention callConvention;
        private @Nullable RoundConvention roundConvention;

        private Builder(ObservationRegistry registry) {
            this.registry = Objects.requireNonNull(registry, "registry");
        }

        /**
         * Sets what to note of arguments, results and messages of failures; nothing by default.
         *
         * @param content what to show
         * @return this
         */
        public Builder content(ReportContent content) {
            this.content = Objects.requireNonNull(content, "content");
            return this;
        }

        /**
         * Sets the convention for calls, in place of {@link DefaultToolCallConvention}.
         *
         * @param convention the convention
         * @return this
         */
        public Builder callConvention(ToolCallConvention convention) {
            callConvention = Objects.requireNonNull(convention, "convention");
            return this;
        }

        /**
         * Sets the convention for rounds, in place of {@link DefaultRoundConvention}.
         *
         * @param convention the convention
         * @return this
         */
        public Builder roundConvention(RoundConvention convention) {
            roundConvention = Objects.requireNonNull(convention, "convention");
            return this;
        }

        /**
         * Builds the listener.
         *
         * @return the listener, for {@code listener} of an executor's builder
         */
        public ToolObservations build() {
            return new ToolObservations(this);
        }
    }
}
