package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.interlock.event.RoundEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random rounds with real threads: whatever happens in them, events of a call come one after another, in an order that
 * makes sense, and what the report says their time went to is what the events say.
 */
class ListenerOrderTest {

    private static final int ROUNDS = 300;
    private static final long MICRO = 1_000;

    private final AtomicInteger failures = new AtomicInteger();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void events_of_a_call_come_in_order_whatever_happens(long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < ROUNDS; i++) {
            EventOrder order = new EventOrder();
            EventOrder last = new EventOrder();
            String settings = round(random.split(), order, last);
            for (EventOrder heard : List.of(order, last)) {
                assertThat(heard.violated())
                        .as("seed %d, round %d: %s", seed, i, settings)
                        .isNull();
            }
            order.events.forEach(event -> seen.add(event.getClass().getSimpleName()));
            order.events.stream()
                    .filter(RoundEvent.CallWaiting.class::isInstance)
                    .forEach(event -> seen.add(
                            ((RoundEvent.CallWaiting) event).waitsFor().kind().key()));
        }
        assertThat(seen)
                .contains("CallCoalesced", "CallRetrying", "CallReleased", "dependency", "permit", "cap", "approval");
    }

    private String round(SplittableRandom random, EventOrder order, EventOrder last) throws Exception {
        StringBuilder settings = new StringBuilder();
        ToolCallExecutor.Builder builder = ToolCallExecutor.builder()
                .gracePeriod(Duration.ofMillis(1))
                .heldResourceTimeout(Duration.ofMillis(3))
                .maxConcurrency(1 + random.nextInt(5))
                .listener(order)
                .listener(event -> {
                    int number = failures.incrementAndGet();
                    if (number % 61 == 0) {
                        // Longer than the grace period.
                        LockSupport.parkNanos(2_000 * MICRO);
                    }
                    if (number % 5 == 0) {
                        throw new IllegalStateException("a listener fails");
                    }
                })
                .listener(last);
        if (chance(random, settings, "coalescing", 3)) {
            builder.coalescing(true);
        }
        if (chance(random, settings, "fail fast", 6)) {
            builder.failFast(true);
        }
        if (chance(random, settings, "cap", 2)) {
            builder.groupConcurrency(1, "read", "write");
        }
        if (chance(random, settings, "approval", 3)) {
            builder.interceptor(approvals(random.split()));
        }
        if (chance(random, settings, "waiting interceptor", 4)) {
            builder.interceptor(call -> {
                call.withoutPermit(() -> {
                    LockSupport.parkNanos(20 * MICRO);
                    return 0;
                });
                return call.proceed();
            });
        }
        if (chance(random, settings, "call limit", 4)) {
            builder.callTimeout(Duration.ofNanos((1 + random.nextInt(2_000)) * MICRO));
        }
        if (chance(random, settings, "attempt limit", 3)) {
            builder.timeout(Duration.ofNanos((1 + random.nextInt(500)) * MICRO));
        }
        if (chance(random, settings, "batch limit", 8)) {
            builder.maxCallsPerBatch(3);
        }
        if (chance(random, settings, "retry", 2)) {
            builder.policy(
                    "read",
                    ToolPolicy.builder()
                            .retry(RetryPolicy.builder()
                                    .maxAttempts(3)
                                    .initialDelay(Duration.ofNanos(50 * MICRO))
                                    .build())
                            .build());
        }
        ToolCallExecutor executor = builder.build();
        execute(executor, random, settings);
        order.awaitEnds();
        last.awaitEnds();
        return settings.toString();
    }

    private static boolean chance(SplittableRandom random, StringBuilder settings, String name, int oneIn) {
        boolean chosen = random.nextInt(oneIn) == 0;
        settings.append(chosen ? name + ", " : "");
        return chosen;
    }

    private static ApprovalInterceptor approvals(SplittableRandom random) {
        Set<Integer> salt = ConcurrentHashMap.newKeySet();
        int chance = random.nextInt(4);
        return ApprovalInterceptor.builder(call -> {
                    salt.add(call.index());
                    CompletableFuture<Approval> answer = new CompletableFuture<>();
                    CompletableFuture.delayedExecutor(100 + 50 * call.index(), TimeUnit.MICROSECONDS)
                            .execute(() -> answer.complete(
                                    chance == 0 && call.index() % 2 == 0
                                            ? Approval.refused("no")
                                            : Approval.approved()));
                    return answer;
                })
                .build();
    }

    private static void execute(ToolCallExecutor executor, SplittableRandom random, StringBuilder settings)
            throws Exception {
        List<ToolCall> calls = new ArrayList<>();
        int count = 1 + random.nextInt(8);
        String[] names = random.nextInt(4) == 0 ? new String[] {"pure"} : new String[] {"read", "write", "all", "pure"};
        for (int i = 0; i < count; i++) {
            calls.add(call(names[random.nextInt(names.length)], "id", random.nextInt(3), "does", random.nextInt(12)));
        }
        Cancellation cancellation = new Cancellation();
        if (chance(random, settings, "cancel", 6)) {
            CompletableFuture.delayedExecutor(random.nextInt(600), TimeUnit.MICROSECONDS)
                    .execute(() -> cancellation.cancel());
        }
        boolean streamed = chance(random, settings, "streamed", 3);
        cancellation.run(() -> {
            if (streamed) {
                stream(executor, calls);
            } else {
                executor.execute(calls, tools());
            }
        });
    }

    private static void stream(ToolCallExecutor executor, List<ToolCall> calls) {
        Rounds rounds = executor.rounds();
        StreamedRound round = rounds.streamedRound(null, null, rounds.captureContext());
        ToolSet tools = tools();
        for (ToolCall call : calls) {
            ToolDefinition tool = Objects.requireNonNull(tools.find(call.tool()));
            round.admit(new BodyCall(call, tool, rounds.bind(tool), tools));
        }
        round.await();
    }

    private static ToolSet tools() {
        return ToolSet.of(
                ToolDefinition.of("read", Effects.reads("a/{id}"), ListenerOrderTest::body),
                ToolDefinition.of("write", Effects.writes("a/{id}"), ListenerOrderTest::body),
                ToolDefinition.of("all", Effects.exclusive(), ListenerOrderTest::body),
                ToolDefinition.of("pure", Effects.pure(), ListenerOrderTest::body));
    }

    /** Returns, fails, takes its time, or ignores its interrupt for a while. */
    private static Object body(ToolCall call) throws Exception {
        int does = call.arguments().path("does").asInt();
        long until = System.nanoTime() + (does < 6 ? does * (100 * MICRO) : 0);
        if (does == 11) {
            until = System.nanoTime() + 4_000 * MICRO;
        }
        while (System.nanoTime() - until < 0) {
            LockSupport.parkNanos(50 * MICRO);
            if (does != 11 && does > 1 && Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (does == 11) {
                Thread.interrupted();
            }
        }
        if (does == 7 || does == 8) {
            throw new IllegalStateException("it fails");
        }
        return does;
    }
}
