package dev.interlock.observation;

import dev.interlock.call.CallResult;
import dev.interlock.event.BodyListener;
import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundReport;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/**
 * The observation of one round, which is the parent of its calls' observations. If the registry does not observe
 * rounds, it is the observation that was current on the caller. Thread-safe.
 */
final class ObservedRound {

    private final @Nullable Observation observation;

    /** Null if the observation is not the round's own. */
    private final @Nullable RoundContext context;

    private final ObservationGuard guard;
    private final CallTable<ObservedCall> calls;

    ObservedRound(
            @Nullable Observation observation, @Nullable RoundContext context, ObservationGuard guard, int calls) {
        this.observation = observation;
        this.context = context;
        this.guard = guard;
        this.calls = new CallTable<>(calls);
    }

    @Nullable
    Observation observation() {
        return observation;
    }

    void start() {
        if (observation != null && context != null) {
            guard.run(observation::start);
        }
    }

    private BodyListener.@Nullable Running open() {
        return observation == null ? null : guard.open(observation, () -> false);
    }

    void add(int index, ObservedCall call) {
        calls.put(index, call);
    }

    void on(RoundEvent.CallEvent event) {
        ObservedCall call = calls.get(event.index());
        if (call != null) {
            call.on(event);
        }
    }

    BodyListener.@Nullable Running open(int index) {
        ObservedCall call = calls.get(index);
        return call == null ? open() : call.open();
    }

    /**
     * Starts a call's observation as a child of the round, with the round in scope. Tracing takes the observation in
     * scope for the parent, even where the new observation names another one. On the owner that would be the caller's.
     */
    void startWithin(Observation call) {
        BodyListener.Running scope = open();
        try {
            guard.run(call::start);
        } finally {
            if (scope != null) {
                scope.bodyEnded();
            }
        }
    }

    /** Ends the round. Calls without an end event, after a collapse of the engine, end with it. */
    void end(RoundReport report) {
        for (int i = 0; i < report.results().size(); i++) {
            ObservedCall call = calls.get(i);
            if (call != null) {
                CallResult result = report.results().get(i);
                call.end(result, report.traces().get(i).end());
            }
        }
        if (observation != null && context != null) {
            context.ended(report);
            guard.run(observation::stop);
        }
    }
}
