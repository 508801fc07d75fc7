package dev.interlock.execution;

import dev.interlock.event.Wait;
import dev.interlock.schedule.Limits;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets a call wait for something other than its tool, without a permit, so that others can run. Waits can nest. Only
 * the call's thread accesses it.
 */
final class Pauses {

    private final DrivenCall call;
    private final CallControl control;
    private final TimeSource time;
    private final RoundReporter reporter;

    /** How many nested waits the call is in. */
    private int waits;

    Pauses(DrivenCall call, CallControl control, TimeSource time, RoundReporter reporter) {
        this.call = call;
        this.control = control;
        this.time = time;
        this.reporter = reporter;
    }

    <T extends @Nullable Object> T during(Callable<T> wait, Wait what) throws Exception {
        if (!pause(what)) {
            throw ended();
        }
        T result;
        try {
            result = wait.call();
        } catch (Throwable e) {
            resume();
            throw e;
        }
        if (!resume()) {
            throw ended();
        }
        return result;
    }

    <T extends @Nullable Object> T await(CompletionStage<T> answer, @Nullable Duration limit, Wait what)
            throws Exception {
        CompletableFuture<T> known = ownCopy(answer);
        long at = time.nanos() + (limit == null ? 0 : Math.min(Limits.toNanos(limit), Limits.FURTHEST));
        if (!pause(what)) {
            throw ended();
        }
        boolean inTime =
                limit == null ? control.parkUntil(call, known::isDone) : control.parkUntil(call, known::isDone, at);
        boolean resumed = resume();
        if (!inTime || !resumed) {
            throw ended();
        }
        if (!known.isDone()) {
            throw new TimeoutException(call.inWords() + " waited " + (limit == null ? 0 : limit.toMillis())
                    + " ms for an answer that did not come");
        }
        try {
            return known.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    /**
     * A future of the JDK's own class that completes with an answer, and then unparks the current thread. A user's
     * class may do anything when it is asked whether it is done, and the condition of a wait is asked under the
     * driver's lock.
     */
    private static <T extends @Nullable Object> CompletableFuture<T> ownCopy(CompletionStage<T> answer) {
        CompletableFuture<T> copy = new CompletableFuture<>();
        Thread thread = Thread.currentThread();
        var unused = answer.whenComplete((value, error) -> {
            if (error == null) {
                copy.complete(value);
            } else {
                copy.completeExceptionally(error);
            }
            LockSupport.unpark(thread);
        });
        return copy;
    }

    /** Waits until the clock reads {@code at}; false if the call has been ended. */
    boolean untilTime(long at) {
        return control.pause(call) && control.parkUntil(call, () -> false, at) && control.resume(call);
    }

    /** Takes the call's turn; false if the call waits, or was ended. */
    boolean takeTurn() {
        return waits == 0 && control.takeTurn(call);
    }

    /**
     * Waits like {@link #await} until a condition holds. Threads that make it true unpark this one, which also checks
     * every {@code nanos}.
     */
    boolean until(BooleanSupplier condition, long nanos, Callable<Boolean> goOn, Wait what) throws Exception {
        if (!pause(what)) {
            return false;
        }
        boolean mayGoOn = true;
        try {
            while (mayGoOn && !condition.getAsBoolean()) {
                long at = time.nanos() + nanos;
                mayGoOn = control.parkUntil(call, condition, at) && (condition.getAsBoolean() || goOn.call());
            }
        } catch (Throwable e) {
            resume();
            throw e;
        }
        return resume() && mayGoOn;
    }

    private boolean pause(Wait what) {
        if (waits == 0) {
            if (!control.pause(call)) {
                return false;
            }
            reporter.callWaiting(call, what, time.nanos());
        }
        waits++;
        return true;
    }

    /** Ends a wait; false if the call has been ended meanwhile, also if what it waited for has come. */
    private boolean resume() {
        return --waits > 0 ? isWanted() : control.resume(call);
    }

    private boolean isWanted() {
        return control.parkUntil(call, () -> false, time.nanos());
    }

    private InterruptedException ended() {
        return new InterruptedException(call.inWords() + " has been ended while it waited");
    }
}
