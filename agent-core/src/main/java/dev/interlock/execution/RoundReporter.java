package dev.interlock.execution;

import dev.interlock.audit.Finding;
import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundListener;
import dev.interlock.event.RoundReport;
import dev.interlock.plan.CallPlan;
import dev.interlock.plan.PlannedCall;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the listeners of one round, and makes its results. Listeners run on the thread that calls, which holds no lock. */
final class RoundReporter {

    private static final Logger log = LoggerFactory.getLogger(RoundReporter.class);

    private final long number;
    private final List<RoundListener> listeners;
    private final TimeSource time;
    private final @Nullable ResultLimit limit;

    RoundReporter(long number, RoundSettings settings) {
        this.number = number;
        this.listeners = settings.listeners();
        this.time = settings.time();
        this.limit = settings.batch().result();
    }

    void roundStarted(DrivenCall[] calls) {
        if (!listeners.isEmpty()) {
            List<ToolCall> all =
                    Arrays.stream(calls).map(call -> call.body().call()).toList();
            tell(new RoundEvent.RoundStarted(number, all, time.instant()));
        }
    }

    void roundEnded(DrivenCall[] calls, long startNanos, long endNanos) {
        if (!listeners.isEmpty()) {
            Clock clock = new Clock();
            tell(new RoundEvent.RoundEnded(new RoundReport(
                    number,
                    plan(Arrays.asList(calls)),
                    results(calls),
                    clock.instant(startNanos),
                    clock.instant(endNanos))));
        }
    }

    /** Whether there was anybody to tell. */
    boolean callStarted(DrivenCall call) {
        return !listeners.isEmpty()
                && tell(new RoundEvent.CallStarted(
                        number, call.index(), call.body().call(), call.attempts(), time.instant()));
    }

    void callRetrying(DrivenCall call, Outcome outcome, Duration delay) {
        if (!listeners.isEmpty()) {
            tell(new RoundEvent.CallRetrying(number, call.index(), call.attempts(), outcome, delay));
        }
    }

    void footprintUncovered(DrivenCall call, ToolCall ran, Finding finding) {
        if (!listeners.isEmpty()) {
            tell(new RoundEvent.FootprintUncovered(
                    number, call.index(), ran, call.attempts(), finding.uncovered(), finding.message()));
        }
    }

    /** Whether there was anybody to tell. */
    boolean callEnded(DrivenCall call) {
        return !listeners.isEmpty() && tell(new RoundEvent.CallEnded(number, call.index(), result(call, new Clock())));
    }

    private boolean tell(RoundEvent event) {
        for (RoundListener listener : listeners) {
            try {
                listener.onEvent(event);
            } catch (Throwable e) {
                logFailure(event, e);
            }
        }
        return true;
    }

    /** An exception of a user's class may fail to be printed. */
    private static void logFailure(RoundEvent event, Throwable failure) {
        try {
            log.warn("A listener failed on {}", event.getClass().getSimpleName(), failure);
        } catch (Throwable e) {
            log.warn("A listener failed on {} by a {}", event.getClass().getSimpleName(), failure.getClass());
        }
    }

    List<CallResult> results(DrivenCall[] calls) {
        Clock clock = new Clock();
        return Arrays.stream(calls).map(call -> result(call, clock)).toList();
    }

    static CallPlan plan(List<DrivenCall> calls) {
        List<PlannedCall> planned = calls.stream().map(DrivenCall::planned).toList();
        return CallPlan.of(planned, calls.stream().map(DrivenCall::uses).toList());
    }

    private CallResult result(DrivenCall call, Clock clock) {
        return new CallResult(
                call.body().call(),
                limit == null ? call.outcome() : limit.apply(call.outcome()),
                call.attempts(),
                clock.instant(call.startNanos()),
                clock.instant(call.endNanos()),
                call.threadKind());
    }

    /** Turns readings of the nanosecond clock into instants, all by one reading of both clocks. */
    private final class Clock {
        private final Instant now = time.instant();
        private final long nanos = time.nanos();

        Instant instant(long at) {
            return now.minusNanos(nanos - at);
        }
    }
}
