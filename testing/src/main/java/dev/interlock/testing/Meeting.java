package dev.interlock.testing;

import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundListener;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Has the bodies of calls begin together: each waits, on its own thread, until as many as there may be have come. Limits that
 * the user has set can keep one from coming, so nobody waits long; that costs time, and never a result.
 */
final class Meeting implements RoundListener {

    private static final long PATIENCE_MILLIS = 50;

    private volatile @Nullable CountDownLatch missing;

    void begin(int calls) {
        missing = calls < 2 ? null : new CountDownLatch(calls);
    }

    void end() {
        missing = null;
    }

    @Override
    public void onEvent(RoundEvent event) {
        CountDownLatch latch = missing;
        if (latch == null || !(event instanceof RoundEvent.CallStarted)) {
            return;
        }
        latch.countDown();
        try {
            if (!latch.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                // Who comes later need not wait for those that cannot come.
                missing = null;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
