package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.interlock.micrometer.MicrometerContextPropagator;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshotFactory;
import io.micrometer.context.ThreadLocalAccessor;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What Micrometer's context propagation knows of travels to the threads of calls. */
@Timeout(60)
class MicrometerContextPropagatorTest {

    private static final ThreadLocal<@Nullable String> USER = new ThreadLocal<>();
    private static final ThreadLocal<@Nullable String> TRACE = new ThreadLocal<>();

    private final ContextRegistry registry = new ContextRegistry()
            .registerThreadLocalAccessor(new Of("user", USER))
            .registerThreadLocalAccessor(new Of("trace", TRACE));
    private final MicrometerContextPropagator propagator =
            MicrometerContextPropagator.using(ContextSnapshotFactory.builder()
                    .contextRegistry(registry)
                    .clearMissing(true)
                    .build());

    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final CyclicBarrier two = new CyclicBarrier(2);
    private final AtomicInteger attempts = new AtomicInteger();

    private final ToolSet tools = ToolSet.of(
            ToolDefinition.of("meet", Effects.pure(), call -> {
                two.await(20, TimeUnit.SECONDS);
                return context();
            }),
            ToolDefinition.of("look", Effects.writes("a"), call -> context()),
            ToolDefinition.of("change", Effects.writes("a"), call -> {
                USER.set("changed");
                TRACE.remove();
                return "done";
            }),
            ToolDefinition.of("flaky", Effects.reads("a"), call -> {
                seen.add(context());
                USER.set("left by attempt " + attempts.incrementAndGet());
                if (attempts.get() < 3) {
                    throw new IOException("reset");
                }
                return context();
            }));

    /** How a logging MDC or a security context is registered. */
    private record Of(String key, ThreadLocal<@Nullable String> local) implements ThreadLocalAccessor<String> {
        @Override
        public @Nullable String getValue() {
            return local.get();
        }

        @Override
        public void setValue(String value) {
            local.set(value);
        }

        @Override
        public void setValue() {
            local.remove();
        }
    }

    private static String context() {
        return USER.get() + " in " + TRACE.get();
    }

    private ToolCallExecutor.Builder executor() {
        return ToolCallExecutor.builder().contextPropagator(propagator);
    }

    @AfterEach
    void clear() {
        USER.remove();
        TRACE.remove();
    }

    @Test
    void calls_on_threads_of_their_own_have_the_callers_context() {
        USER.set("ann");
        TRACE.set("t1");
        // A call with a limit never runs on the owner.
        ToolCallExecutor executor = executor().timeout(Duration.ofMinutes(1)).build();
        List<CallResult> results = executor.execute(List.of(call("meet"), call("meet")), tools);
        assertThat(results).extracting(CallResult::outcome).containsOnly(new Outcome.Succeeded("ann in t1"));
        assertThat(results).extracting(CallResult::thread).containsOnly(ThreadKind.VIRTUAL);
        assertThat(context()).isEqualTo("ann in t1");
    }

    @Test
    void calls_on_the_callers_thread_have_it_too_and_leave_it_as_it_was() {
        USER.set("ann");
        TRACE.set("t1");
        List<CallResult> results =
                executor().build().execute(List.of(call("look"), call("change"), call("look")), chain());
        assertThat(results).extracting(CallResult::thread).containsOnly(ThreadKind.OWNER);
        assertThat(results)
                .extracting(CallResult::outcome)
                .containsExactly(
                        new Outcome.Succeeded("ann in t1"),
                        new Outcome.Succeeded("done"),
                        new Outcome.Succeeded("ann in t1"));
        assertThat(context()).isEqualTo("ann in t1");
    }

    /** Barriers, which the caller's thread runs. */
    private ToolSet chain() {
        return ToolSet.of(Stream.of("look", "change")
                .map(name -> ToolDefinition.of(
                        name, Effects.exclusive(), tools.find(name).body()))
                .toArray(ToolDefinition[]::new));
    }

    @Test
    void every_attempt_has_it_whatever_the_one_before_has_left() {
        USER.set("ann");
        List<CallResult> results = executor()
                .policy(
                        "flaky",
                        ToolPolicy.builder()
                                .retry(RetryPolicy.builder()
                                        .initialDelay(Duration.ZERO)
                                        .build())
                                .build())
                .build()
                .execute(List.of(call("flaky")), tools);
        assertThat(results.get(0).attempts()).isEqualTo(3);
        assertThat(seen).containsExactly("ann in null", "ann in null", "ann in null");
        assertThat(context()).isEqualTo("ann in null");
    }

    @Test
    void rounds_at_the_same_time_have_their_own() throws Exception {
        ToolCallExecutor executor = executor().build();
        List<CompletableFuture<Object>> answers = Stream.of("ann", "bob")
                .map(user -> CompletableFuture.supplyAsync(
                        () -> {
                            USER.set(user);
                            // Both rounds are under way when they meet.
                            Outcome outcome = executor.execute(List.of(call("meet")), tools)
                                    .get(0)
                                    .outcome();
                            return outcome.isSuccess() ? ((Outcome.Succeeded) outcome).value() + "" : outcome;
                        },
                        task -> Thread.ofPlatform().start(task)))
                .toList();
        assertThat(answers.get(0).get(20, TimeUnit.SECONDS)).isEqualTo("ann in null");
        assertThat(answers.get(1).get(20, TimeUnit.SECONDS)).isEqualTo("bob in null");
    }

    @Test
    void a_round_within_a_call_has_it_too() {
        ToolCallExecutor executor = executor().build();
        ToolSet outer = ToolSet.of(ToolDefinition.of(
                "agent",
                Effects.pure(),
                call -> executor.execute(List.of(call("meet"), call("meet")), tools).stream()
                        .map(CallResult::outcome)
                        .toList()));
        USER.set("ann");
        assertThat(executor.execute(List.of(call("agent")), outer).get(0).outcome())
                .isEqualTo(new Outcome.Succeeded(
                        List.of(new Outcome.Succeeded("ann in null"), new Outcome.Succeeded("ann in null"))));
    }

    @Test
    void calls_of_a_round_that_is_streamed_have_what_was_captured_when_it_was_asked_for() throws Exception {
        ToolCallExecutor executor = executor().build();
        USER.set("ann");
        CapturedContext captured = executor.rounds().captureContext();
        USER.set("bob");
        CountDownLatch ran = new CountDownLatch(1);
        CompletableFuture<StreamedRound> began = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> {
            // The thread of the model's client, on which the stream arrives.
            USER.set("client");
            StreamedRound round = executor.rounds().streamedRound(null, null, captured);
            round.admit(new ToolTask(executor, "early", Effects.pure(), call -> {
                seen.add(context());
                ran.countDown();
                return null;
            }));
            began.complete(round);
        });
        await(ran);
        StreamedRound round = began.get(20, TimeUnit.SECONDS);
        round.admit(new ToolTask(executor, "late", Effects.pure(), call -> seen.add(context())));
        round.await();
        assertThat(seen).containsExactly("ann in null", "ann in null");
        assertThat(context()).isEqualTo("bob in null");
    }

    @Test
    void threads_of_a_pool_have_afterwards_what_they_had_before() throws Exception {
        try (ExecutorService pool = Executors.newFixedThreadPool(1)) {
            pool.submit(() -> {
                        USER.set("left over");
                        TRACE.set("t0");
                    })
                    .get();
            ToolCallExecutor executor = executor().build();
            USER.set("ann");
            ToolTask one = new ToolTask(executor, "one", Effects.pure(), call -> {
                seen.add(context());
                USER.set("changed");
                throw new IOException("fails");
            });
            ToolTask other = new ToolTask(executor, "other", Effects.pure(), call -> seen.add(context()));
            executor.rounds()
                    .round(List.of(one, other), pool, null, executor.rounds().captureContext())
                    .execute();
            // The caller has no trace, so neither have the calls.
            assertThat(seen).containsExactly("ann in null", "ann in null");
            assertThat(pool.submit(MicrometerContextPropagatorTest::context).get())
                    .isEqualTo("left over in t0");
        }
    }

    @Test
    void what_a_call_throws_passes_unchanged() {
        ToolSet failing = ToolSet.of(ToolDefinition.of("fail", Effects.pure(), call -> {
            throw new IOException("broken");
        }));
        USER.set("ann");
        assertThat(executor()
                        .build()
                        .execute(List.of(call("fail")), failing)
                        .get(0)
                        .outcome())
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.error())
                                .isExactlyInstanceOf(IOException.class)
                                .hasMessage("broken"));
    }

    @Test
    void a_factory_chooses_what_travels() {
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .contextPropagator(MicrometerContextPropagator.using(ContextSnapshotFactory.builder()
                        .contextRegistry(registry)
                        .captureKeyPredicate("trace"::equals)
                        .build()))
                // A call with a limit never runs on the owner, which has both.
                .timeout(Duration.ofMinutes(1))
                .build();
        USER.set("ann");
        TRACE.set("t1");
        assertThat(executor.execute(List.of(call("meet"), call("meet")), tools))
                .extracting(CallResult::outcome)
                .containsOnly(new Outcome.Succeeded("null in t1"));
    }

    @Test
    void without_a_factory_the_global_registry_counts() {
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .contextPropagator(MicrometerContextPropagator.create())
                .build();
        ContextRegistry.getInstance().registerThreadLocalAccessor(new Of("interlock.user", USER));
        try {
            USER.set("ann");
            TRACE.set("t1");
            assertThat(executor.execute(List.of(call("meet"), call("meet")), tools))
                    .extracting(CallResult::outcome)
                    .containsOnly(new Outcome.Succeeded("ann in null"));
        } finally {
            ContextRegistry.getInstance().removeThreadLocalAccessor((Object) "interlock.user");
        }
    }
}
