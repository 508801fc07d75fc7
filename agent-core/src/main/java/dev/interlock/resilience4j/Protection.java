package dev.interlock.resilience4j;

import dev.interlock.execution.CallRefusedException;
import dev.interlock.execution.InterceptedCall;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Lets a call through, maybe after a wait, or rejects it. Each of Resilience4j's modules has its own class, so that
 * each module can be absent.
 */
interface Protection {

    /** Runs {@code next} if it lets the call through; throws if it rejects the call. */
    @Nullable
    Object run(InterceptedCall call, Callable<@Nullable Object> next) throws Exception;

    /** What a call fails with that is not let through. */
    static CallRefusedException rejection(InterceptedCall call, String why) {
        return new CallRefusedException("tool '" + call.call().tool() + "' was not started: " + why);
    }
}
