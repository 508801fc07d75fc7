package dev.interlock.resilience4j;

import dev.interlock.execution.CallRefusedException;
import dev.interlock.execution.InterceptedCall;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Lets a call through, perhaps after a wait, or refuses it. There is a class for each of Resilience4j's modules, so that
 * each can be absent.
 */
interface Guard {

    /** Runs {@code next} within; throws if the call is not let through. */
    @Nullable
    Object run(InterceptedCall call, Callable<@Nullable Object> next) throws Exception;

    static CallRefusedException refusal(InterceptedCall call, String why) {
        return new CallRefusedException("tool '" + call.call().tool() + "' was not started: " + why);
    }
}
