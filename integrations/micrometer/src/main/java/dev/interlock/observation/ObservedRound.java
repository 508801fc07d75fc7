package dev.interlock.observation;

import dev.interlock.call.CallResult;
import dev.interlock.event.BodyListener;
import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundReport;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/** The observation of one round, which is the parent of those of its calls. Thread-safe. */
final class ObservedRound {

    private final Observation observation;
    private final RoundContext context;
    private final ObservationGuard guard;
    private final CallTable<ObservedCall> calls;

    ObservedRound(Observation observation, RoundContext context, ObservationGuard guard, int calls) {
        this.observation = observation;
        this.context = context;
        this.guard = guard;
        this.calls = new CallTable<>(calls);
    }

    ObservationGuard guard() {
        return guard;
    }

    Observation observation() {
        return observation;
    }

    void start() {
        guard.run(observation::start);
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
        return call == null ? null : call.open();
    }

    /**
     * Starts a call's observation as a child of the round. The round is in scope meanwhile, since tracing takes what is in
     * scope for the parent, rather than what the observation says, where these differ; on the owner that is the caller's.
     */
    void startWithin(Observation call) {
        BodyListener.Running scope = guard.open(observation, () -> false);
        try {
            guard.run(call::start);
        } finally {
            if (scope != null) {
                scope.bodyEnded();
            }
        }
    }

    /** Calls of which no end was told, since the engine has failed, end with it. */
    void end(RoundReport report) {
        for (int i = 0; i < report.results().size(); i++) {
            ObservedCall call = calls.get(i);
            if (call != null) {
                CallResult result = report.results().get(i);
                call.end(result, report.traces().get(i).end());
            }
        }
        context.ended(report);
        guard.run(observation::stop);
    }
}
