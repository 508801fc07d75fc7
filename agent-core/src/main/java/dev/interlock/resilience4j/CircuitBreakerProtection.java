package dev.interlock.resilience4j;

import dev.interlock.call.ToolCall;
import dev.interlock.durable.CallPendingException;
import dev.interlock.execution.CallRefusedException;
import dev.interlock.execution.InterceptedCall;
import dev.interlock.execution.Interrupts;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Rejects calls while a circuit breaker is open, and reports the other calls' outcomes to the breaker. */
record CircuitBreakerProtection(Function<ToolCall, @Nullable CircuitBreaker> breakers) implements Protection {

    /** Rejects a call before it waits for something else, if the breaker is open. */
    @Nullable
    Object lookAhead(InterceptedCall call, Callable<@Nullable Object> next) throws Exception {
        CircuitBreaker breaker = breakers.apply(call.call());
        if (breaker != null) {
            admit(call, breaker);
            // A half-open breaker has few permissions, so a waiting call keeps none.
            breaker.releasePermission();
        }
        return next.call();
    }

    @Override
    public @Nullable Object run(InterceptedCall call, Callable<@Nullable Object> next) throws Exception {
        CircuitBreaker breaker = breakers.apply(call.call());
        if (breaker == null) {
            return next.call();
        }
        admit(call, breaker);
        long start = breaker.getCurrentTimestamp();
        Object result;
        try {
            result = next.call();
        } catch (Throwable e) {
            if (saysNothing(e)) {
                breaker.releasePermission();
            } else {
                breaker.onError(breaker.getCurrentTimestamp() - start, breaker.getTimestampUnit(), e);
            }
            throw e;
        }
        breaker.onResult(breaker.getCurrentTimestamp() - start, breaker.getTimestampUnit(), result);
        return result;
    }

    private static void admit(InterceptedCall call, CircuitBreaker breaker) throws CallRefusedException {
        if (!breaker.tryAcquirePermission()) {
            throw Protection.rejection(
                    call, "circuit breaker '" + breaker.getName() + "' is " + breaker.getState() + "; try again later");
        }
    }

    /**
     * Whether a call's end says nothing about its tool, because the call was rejected, was interrupted, or is still
     * pending.
     */
    private static boolean saysNothing(Throwable error) {
        return error instanceof CallRefusedException
                || error instanceof CallPendingException
                || Interrupts.isInterrupt(error);
    }
}
