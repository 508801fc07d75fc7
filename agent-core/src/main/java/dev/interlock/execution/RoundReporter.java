package dev.interlock.execution;

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

    void roundStarted(CallTask[] tasks) {
        if (!listeners.isEmpty()) {
            List<ToolCall> calls = Arrays.stream(tasks).map(CallTask::call).toList();
            tell(new RoundEvent.RoundStarted(number, calls, time.instant()));
        }
    }

    void roundEnded(CallTask[] tasks, long startNanos, long endNanos) {
        if (!listeners.isEmpty()) {
            Clock clock = new Clock();
            tell(new RoundEvent.RoundEnded(new RoundReport(
                    number,
                    plan(Arrays.asList(tasks)),
                    results(tasks),
                    clock.instant(startNanos),
                    clock.instant(endNanos))));
        }
    }

    /** Whether there was anybody to tell. */
    boolean callStarted(CallTask task) {
        return !listeners.isEmpty()
                && tell(new RoundEvent.CallStarted(number, task.index, task.call(), task.attempts, time.instant()));
    }

    void callRetrying(CallTask task, Outcome outcome, Duration delay) {
        if (!listeners.isEmpty()) {
            tell(new RoundEvent.CallRetrying(number, task.index, task.attempts, outcome, delay));
        }
    }

    /** Whether there was anybody to tell. */
    boolean callEnded(CallTask task) {
        return !listeners.isEmpty() && tell(new RoundEvent.CallEnded(number, task.index, result(task, new Clock())));
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

    List<CallResult> results(CallTask[] tasks) {
        Clock clock = new Clock();
        return Arrays.stream(tasks).map(task -> result(task, clock)).toList();
    }

    static CallPlan plan(List<? extends CallTask> calls) {
        List<PlannedCall> planned =
                calls.stream().map(task -> task.binding().plan(task)).toList();
        return CallPlan.of(planned, calls.stream().map(CallTask::dependencies).toList());
    }

    private CallResult result(CallTask task, Clock clock) {
        return new CallResult(
                task.call(),
                limit == null ? task.outcome() : limit.apply(task.outcome()),
                task.attempts,
                clock.instant(task.startNanos),
                clock.instant(task.endNanos),
                task.threadKind);
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
