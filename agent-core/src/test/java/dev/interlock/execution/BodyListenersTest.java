package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.interlock.event.BodyListener;
import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundListener;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What stands around bodies is innermost, on the body's thread, closed once; and harms nothing. */
@Timeout(60)
class BodyListenersTest {

    private static final ThreadLocal<@Nullable String> CURRENT = new ThreadLocal<>();

    private final List<String> log = new CopyOnWriteArrayList<>();

    /** Sets what the body finds, and notes when. */
    private final class Around implements BodyListener, ContextPropagator {
        @Override
        public void onEvent(RoundEvent event) {
            if (event instanceof RoundEvent.RoundStarted) {
                log.add("round within " + CURRENT.get());
            }
            if (event instanceof RoundEvent.CallStarted) {
                log.add("started within " + CURRENT.get());
            }
        }

        @Override
        public Running bodyStarts(long round, int index) {
            Thread thread = Thread.currentThread();
            String before = CURRENT.get();
            CURRENT.set("call " + index);
            return () -> {
                assertThat(Thread.currentThread()).isEqualTo(thread);
                CURRENT.set(before);
                log.add("ended " + index);
            };
        }

        @Override
        public Captured capture() {
            return new Carried(CURRENT.get());
        }
    }

    private record Carried(@Nullable String value) implements ContextPropagator.Captured {
        @Override
        public <T extends @Nullable Object> T call(Callable<T> body) throws Exception {
            String before = CURRENT.get();
            CURRENT.set(value);
            try {
                return body.call();
            } finally {
                CURRENT.set(before);
            }
        }
    }

    private static ToolDefinition looking(String name, Effects effects) {
        return ToolDefinition.of(name, effects, c -> String.valueOf(CURRENT.get()));
    }

    @Test
    void a_body_finds_what_its_listener_set_and_not_what_propagators_bring_on_whatever_thread() {
        ToolSet tools = ToolSet.of(
                looking("read", Effects.reads("a")),
                looking("pure", Effects.pure()),
                looking("barrier", Effects.exclusive()));
        CURRENT.set("the caller's");
        try {
            ToolCallExecutor executor = ToolCallExecutor.builder()
                    .listener(new Around())
                    .contextPropagator(() -> new Carried("another's"))
                    .build();
            assertThat(executor.execute(List.of(call("read"), call("pure"), call("barrier")), tools).stream()
                            .map(CallResult::outcome))
                    .containsExactly(
                            new Outcome.Succeeded("call 0"),
                            new Outcome.Succeeded("call 1"),
                            new Outcome.Succeeded("call 2"));
            assertThat(executor.execute(List.of(call("barrier")), tools)
                            .getFirst()
                            .outcome())
                    .isEqualTo(new Outcome.Succeeded("call 0"));
            assertThat(CURRENT.get()).isEqualTo("the caller's");
        } finally {
            CURRENT.remove();
        }
        assertThat(log)
                .contains("ended 0", "ended 1", "ended 2")
                .first()
                .as("the one added first is the innermost")
                .isEqualTo("round within the caller's");
    }

    @Test
    void each_attempt_is_within_its_own() {
        AtomicInteger attempts = new AtomicInteger();
        ToolSet tools = ToolSet.of(ToolDefinition.of("flaky", Effects.reads("a"), c -> {
            log.add("body within " + CURRENT.get());
            if (attempts.incrementAndGet() < 3) {
                throw new IllegalStateException("no");
            }
            return "yes";
        }));
        ToolCallExecutor.builder()
                .listener(new Around())
                .policy(
                        "flaky",
                        ToolPolicy.builder()
                                .retry(RetryPolicy.builder()
                                        .maxAttempts(3)
                                        .initialDelay(Duration.ofMillis(1))
                                        .build())
                                .build())
                .build()
                .execute(List.of(call("flaky")), tools);
        assertThat(log.stream().filter(line -> !line.startsWith("round") && !line.startsWith("started")))
                .containsExactly(
                        "body within call 0",
                        "ended 0",
                        "body within call 0",
                        "ended 0",
                        "body within call 0",
                        "ended 0");
    }

    @Test
    void one_that_throws_changes_nothing() {
        BodyListener before = new BodyListener() {
            @Override
            public void onEvent(RoundEvent event) {}

            @Override
            public Running bodyStarts(long round, int index) {
                throw new IllegalStateException("before");
            }
        };
        BodyListener after = new BodyListener() {
            @Override
            public void onEvent(RoundEvent event) {}

            @Override
            public Running bodyStarts(long round, int index) {
                return () -> {
                    throw new IllegalStateException("after");
                };
            }
        };
        List<CallResult> results = ToolCallExecutor.builder()
                .listener(after)
                .listener(new Around())
                .listener(before)
                .build()
                .execute(List.of(call("read")), ToolSet.of(looking("read", Effects.reads("a"))));
        assertThat(results.getFirst().outcome()).isEqualTo(new Outcome.Succeeded("call 0"));
        assertThat(log).contains("ended 0");
    }

    @Test
    void an_abandoned_body_is_told_to_have_ended_when_it_does() throws Exception {
        FakeTime time = new FakeTime();
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        BodyListener listener = new BodyListener() {
            @Override
            public void onEvent(RoundEvent event) {}

            @Override
            public Running bodyStarts(long round, int index) {
                return ended::countDown;
            }
        };
        ToolSet tools = ToolSet.of(ToolDefinition.of("deaf", Effects.reads("a"), c -> {
            started.countDown();
            while (release.getCount() > 0) {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    log.add("ignored");
                }
            }
            return "late";
        }));
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .time(time)
                .listener(listener)
                .gracePeriod(Duration.ofMillis(50))
                .timeout(Duration.ofMillis(100))
                .build();
        Fixtures.Running running = Fixtures.start(executor, tools, call("deaf"));
        Fixtures.await(started);
        time.awaitParkedUntil(Duration.ofMillis(100));
        time.advance(Duration.ofMillis(100));
        time.awaitParkedUntil(Duration.ofMillis(150));
        time.advance(Duration.ofMillis(50));
        assertThat(running.get().getFirst().outcome()).isInstanceOf(Outcome.TimedOut.class);
        assertThat(ended.getCount()).isEqualTo(1);
        release.countDown();
        assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void a_propagator_that_fails_does_not_keep_the_begin_from_listeners() {
        List<RoundEvent> events = new CopyOnWriteArrayList<>();
        ContextPropagator failing = () -> new ContextPropagator.Captured() {
            @Override
            public <T extends @Nullable Object> T call(Callable<T> body) {
                throw new IllegalStateException("no context");
            }
        };
        List<CallResult> results = ToolCallExecutor.builder()
                .listener(events::add)
                .contextPropagator(failing)
                .build()
                .execute(List.of(call("read")), ToolSet.of(looking("read", Effects.reads("a"))));
        assertThat(events.getFirst()).isInstanceOf(RoundEvent.RoundStarted.class);
        assertThat(results.getFirst().outcome()).isInstanceOf(Outcome.Failed.class);
    }

    @Test
    void one_that_propagates_too_is_asked_once_a_round_however_it_is_added() {
        AtomicInteger captured = new AtomicInteger();
        class Both extends Counting implements ContextPropagator {
            @Override
            public @Nullable Captured capture() {
                captured.incrementAndGet();
                return null;
            }
        }
        Both both = new Both();
        ToolSet tools = ToolSet.of(looking("read", Effects.reads("a")));
        ToolCallExecutor.builder().listener(both).build().execute(List.of(call("read")), tools);
        assertThat(captured).hasValue(1);
        ToolCallExecutor.builder()
                .contextPropagator(both)
                .listener(both)
                .contextPropagator(both)
                .build()
                .execute(List.of(call("read")), tools);
        assertThat(captured).hasValue(2);
    }

    private static class Counting implements RoundListener {
        @Override
        public void onEvent(RoundEvent event) {}
    }
}
