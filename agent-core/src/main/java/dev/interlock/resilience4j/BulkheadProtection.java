package dev.interlock.resilience4j;

import dev.interlock.call.ToolCall;
import dev.interlock.execution.InterceptedCall;
import io.github.resilience4j.bulkhead.Bulkhead;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes calls wait for a slot in a bulkhead, or rejects them if no slot becomes free. */
record BulkheadProtection(Function<ToolCall, @Nullable Bulkhead> bulkheads) implements Protection {

    @Override
    public @Nullable Object run(InterceptedCall call, Callable<@Nullable Object> next) throws Exception {
        Bulkhead bulkhead = bulkheads.apply(call.call());
        if (bulkhead == null) {
            return next.call();
        }
        enter(call, bulkhead);
        try {
            return next.call();
        } finally {
            bulkhead.onComplete();
        }
    }

    private static void enter(InterceptedCall call, Bulkhead bulkhead) throws Exception {
        Duration wait = bulkhead.getBulkheadConfig().getMaxWaitDuration();
        Slot slot = new Slot(bulkhead);
        try {
            if (wait.isZero()) {
                slot.call();
            } else {
                call.withoutPermit(slot);
            }
        } catch (Throwable e) {
            if (slot.taken) {
                // The call ended at this moment.
                bulkhead.releasePermission();
            }
            throw e;
        }
        if (!slot.taken) {
            throw Protection.rejection(
                    call,
                    "bulkhead '" + bulkhead.getName() + "' had none of its "
                            + bulkhead.getBulkheadConfig().getMaxConcurrentCalls() + " slots free within "
                            + wait.toMillis() + " ms");
        }
    }

    /** A slot of a bulkhead. Only the call's thread accesses it. */
    private static final class Slot implements Callable<Boolean> {
        private final Bulkhead bulkhead;
        private boolean taken;

        Slot(Bulkhead bulkhead) {
            this.bulkhead = bulkhead;
        }

        @Override
        public Boolean call() {
            taken = bulkhead.tryAcquirePermission();
            return taken;
        }
    }
}
