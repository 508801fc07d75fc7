package dev.interlock.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CancelSignalTest {

    @Test
    void cancel_reaches_each_round_whatever_another_one_throws() {
        CancelSignal signal = new CancelSignal();
        AtomicInteger cancelled = new AtomicInteger();
        for (int i = 0; i < 8; i++) {
            signal.add(why -> cancelled.incrementAndGet());
            signal.add(why -> {
                throw new IllegalStateException("no");
            });
            signal.watch(why -> {
                throw new AssertionError("never");
            });
        }
        assertThatThrownBy(() -> signal.cancel("enough")).hasMessage("never");
        assertThat(cancelled).hasValue(8);
    }
}
