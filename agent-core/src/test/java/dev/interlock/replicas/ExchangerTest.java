package dev.interlock.replicas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.interlock.replicas.ReplicaEvent.ServerLost;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The thread that exchanges goes on, whatever fails around it. */
@Timeout(60)
class ExchangerTest {

    /** Cannot be printed. */
    private static final class Unprintable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new StackOverflowError("not in words");
        }
    }

    private final FakeLimitServer fake = new FakeLimitServer();
    private final AtomicInteger failures = new AtomicInteger();
    private final CountDownLatch lost = new CountDownLatch(1);

    /** The fake, which fails at first in a way of its own. */
    private final LimitServer server = new LimitServer() {
        @Override
        public String name() {
            return fake.name();
        }

        @Override
        public String description() {
            return fake.description();
        }

        @Override
        public Reply exchange(Exchange exchange) throws Exception {
            if (failures.getAndDecrement() > 0) {
                throw new Unprintable();
            }
            return fake.exchange(exchange);
        }

        @Override
        public List<HeldClaim> held() {
            return fake.held();
        }

        @Override
        public Duration askAgainAfter() {
            return Duration.ofMillis(10);
        }
    };

    private final ReplicaLimits limits = ReplicaLimits.builder(server)
            .listener(event -> {
                if (event instanceof ServerLost) {
                    lost.countDown();
                }
            })
            .build();

    @AfterEach
    void close() {
        limits.close();
    }

    private static ReplicaClaim claim(String id) {
        return ReplicaClaim.of(id, "tool 't'", List.of(new ReplicaClaim.Cap("t", 2)), List.of(), List.of());
    }

    @Test
    void a_failure_that_cannot_be_printed_is_told_and_the_thread_exchanges_again() throws Exception {
        failures.set(1);
        CompletableFuture<Boolean> first = limits.request(claim("1")).granted().toCompletableFuture();

        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> first.get(20, TimeUnit.SECONDS))
                .havingCause()
                .isInstanceOf(LimitServerLostException.class)
                .withMessageContaining(Unprintable.class.getName());
        assertThat(lost.await(20, TimeUnit.SECONDS)).isTrue();
        while (limits.isServerLost()) {
            Thread.onSpinWait();
        }
        assertThat(limits.request(claim("2")).granted().toCompletableFuture().get(20, TimeUnit.SECONDS))
                .isTrue();
    }

    @Test
    void a_thread_that_could_not_be_started_is_started_for_the_next_call() throws Exception {
        AtomicInteger starts = new AtomicInteger();
        Session session = new Session("id", "replica", Duration.ofHours(1), Duration.ofHours(1), System.nanoTime());
        Exchanger exchanger = new Exchanger(
                fake,
                session,
                (ask, cause) -> ask.fail(new LimitServerLostException("lost", cause)),
                new Reports("tests", "a fake", false, List.of()),
                System::nanoTime,
                task -> {
                    if (starts.incrementAndGet() == 1) {
                        throw new OutOfMemoryError("unable to create native thread");
                    }
                    return Exchanger.start("exchanges", task);
                });
        ReplicaRequest ask = new ReplicaRequest(claim("1"));
        session.request(ask);
        assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(exchanger::wake);

        exchanger.wake();
        exchanger.wake();

        assertThat(ask.granted().toCompletableFuture().get(20, TimeUnit.SECONDS))
                .isTrue();
        assertThat(starts).hasValue(2);
        exchanger.close();
    }

    @Test
    void a_session_whose_thread_fails_by_itself_goes_on() throws Exception {
        AtomicInteger readings = new AtomicInteger();
        Session session = new Session("id", "replica", Duration.ofHours(1), Duration.ofHours(1), 0);
        Exchanger exchanger = new Exchanger(
                fake,
                session,
                (ask, cause) -> ask.fail(new LimitServerLostException("lost", cause)),
                new Reports("tests", "a fake", false, List.of()),
                () -> {
                    if (readings.incrementAndGet() == 1) {
                        throw new OutOfMemoryError("no room for the time");
                    }
                    return 0;
                },
                task -> Exchanger.start("exchanges", task));
        ReplicaRequest ask = new ReplicaRequest(claim("1"));
        session.request(ask);

        exchanger.wake();

        assertThat(ask.granted().toCompletableFuture().get(20, TimeUnit.SECONDS))
                .isTrue();
        exchanger.close();
    }
}
