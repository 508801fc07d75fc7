package dev.interlock.testing;

import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundListener;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lets the bodies of calls begin together. Each waits on its own thread until the expected number has come. The user's
 * limits can keep a call from coming, so the wait is short. Waiting in vain costs time, never a result.
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
                // A call that comes later need not wait for those that cannot come.
                missing = null;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
