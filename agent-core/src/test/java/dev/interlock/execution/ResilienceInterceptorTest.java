package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.blockUntilInterrupted;
import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.start;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.resilience4j.ResilienceInterceptor;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The user's Resilience4j around tools: what is guarded, bulkheads and rate limiters. Here, since its waits are on the
 * engine's clock.
 */
@Timeout(60)
class ResilienceInterceptorTest extends ResilienceFixture {

    @Test
    void a_tool_that_no_registry_names_is_not_guarded_and_no_name_of_a_models_adds_to_them() throws Exception {
        List<CallResult> results = run(call("search"), call("made_up_by_the_model"));
        assertThat(results.get(0).outcome()).isEqualTo(new Outcome.Succeeded("found"));
        assertThat(breakers.getAllCircuitBreakers()).isEmpty();
        assertThat(limiters.getAllRateLimiters()).isEmpty();
        assertThat(bulkheads.getAllBulkheads()).isEmpty();
    }

    @Test
    void a_function_names_what_guards_a_call() throws Exception {
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .interceptor(ResilienceInterceptor.builder()
                        .circuitBreakers(breakers, call -> call.tool().equals("quick") ? null : "server")
                        .rateLimiters(limiters, call -> call.tool().equals("quick") ? null : "server")
                        .bulkheads(bulkheads, call -> call.tool().equals("quick") ? null : "server")
                        .build())
                .build();
        assertThat(executor.execute(List.of(call("search"), call("fail"), call("quick")), tools))
                .extracting(CallResult::isSuccess)
                .containsExactly(true, false, true);
        assertThat(breakers.getAllCircuitBreakers())
                .singleElement()
                .satisfies(breaker -> assertThat(breaker.getMetrics().getNumberOfBufferedCalls())
                        .isEqualTo(2));
        assertThat(limiters.getAllRateLimiters())
                .extracting(RateLimiter::getName)
                .containsExactly("server");
        assertThat(bulkheads.getAllBulkheads()).extracting(Bulkhead::getName).containsExactly("server");
    }

    @Test
    void an_interceptor_without_registries_guards_nothing() {
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .interceptor(ResilienceInterceptor.builder().build())
                .build();
        assertThat(executor.execute(List.of(call("search")), tools).get(0).isSuccess())
                .isTrue();
    }

    @Nested
    class Limiters {

        @Test
        void calls_wait_for_the_limiter_without_a_permit() throws Exception {
            oneInTwoSeconds("search", RateLimiterConfig.custom()).acquirePermission();
            var running = start(guarded().maxConcurrency(1).build(), tools, call("search"), call("quick"));
            await(quickRan);
            time.awaitParkedUntil(Duration.ofSeconds(2));
            assertThat(ran).containsExactly("quick");
            time.advance(Duration.ofSeconds(2));
            assertThat(running.get()).allMatch(CallResult::isSuccess);
            assertThat(ran).containsExactly("quick", "search");
        }

        @Test
        void calls_of_a_batch_go_at_the_limiters_pace() throws Exception {
            oneInTwoSeconds("search", RateLimiterConfig.custom());
            var running = begin(call("search"), call("search"), call("search"));
            time.awaitParkedUntil(Duration.ofSeconds(2));
            time.awaitParkedUntil(Duration.ofSeconds(4));
            time.advance(Duration.ofSeconds(2));
            time.awaitParkedUntil(Duration.ofSeconds(4));
            time.advance(Duration.ofSeconds(2));
            assertThat(running.get()).allMatch(CallResult::isSuccess);
        }

        @Test
        void a_call_that_would_wait_too_long_is_refused() throws Exception {
            oneInTwoSeconds("search", RateLimiterConfig.custom().timeoutDuration(Duration.ofMillis(300)));
            List<CallResult> results = run(call("search"), call("search"));
            assertThat(results).filteredOn(CallResult::isSuccess).hasSize(1);
            assertThat(results)
                    .filteredOn(result -> !result.isSuccess())
                    .singleElement()
                    .satisfies(result -> {
                        assertThat(result.outcome().message())
                                .isEqualTo("tool 'search' was not started: rate limiter 'search' lets no further "
                                        + "call through within 300 ms");
                        assertThat(result.attempts()).isZero();
                    });
        }

        @Test
        void the_limit_of_the_round_passes_while_a_call_waits() throws Exception {
            oneInTwoSeconds("search", RateLimiterConfig.custom()).acquirePermission();
            var running = start(guarded().roundTimeout(Duration.ofMillis(500)).build(), tools, call("search"));
            time.awaitParkedUntil(Duration.ofSeconds(2));
            time.awaitParkedUntil(Duration.ofMillis(500));
            time.advance(Duration.ofMillis(500));
            assertThat(running.get().get(0).outcome().message())
                    .isEqualTo("tool 'search' timed out: the round exceeded 500 ms before the tool could start");
        }

        @Test
        void an_interrupt_of_the_caller_ends_the_wait_for_the_limiter() throws Exception {
            oneInTwoSeconds("search", RateLimiterConfig.custom()).acquirePermission();
            var running = begin(call("search"));
            time.awaitParkedUntil(Duration.ofSeconds(2));
            running.owner().interrupt();
            assertThat(running.get().get(0).outcome()).isInstanceOf(Outcome.Cancelled.class);
            assertThat(ran).isEmpty();
        }

        @Test
        void a_limiter_is_told_of_results_and_failures() throws Exception {
            for (String tool : List.of("search", "fail")) {
                limiters.rateLimiter(
                        tool,
                        RateLimiterConfig.custom()
                                .limitForPeriod(10)
                                .limitRefreshPeriod(Duration.ofDays(1))
                                .drainPermissionsOnResult(result -> result.isLeft() || "bad".equals(result.get()))
                                .build());
            }
            run(call("search"));
            assertThat(limiters.rateLimiter("search").getMetrics().getAvailablePermissions())
                    .isEqualTo(9);
            run(call("search", "give", "bad"), call("fail"));
            assertThat(limiters.getAllRateLimiters())
                    .extracting(limiter -> limiter.getMetrics().getAvailablePermissions())
                    .containsExactly(0, 0);
        }
    }

    @Nested
    class Bulkheads {

        @Test
        void a_full_bulkhead_refuses_at_once_where_it_is_not_to_wait() throws Exception {
            assertThat(ofOne("search", Duration.ZERO).tryAcquirePermission()).isTrue();
            assertThat(outcome(call("search")).message())
                    .isEqualTo("tool 'search' was not started: bulkhead 'search' had none of its 1 slots free"
                            + " within 0 ms");
            assertThat(ran).isEmpty();
        }

        @Test
        void a_call_that_waited_too_long_is_refused() throws Exception {
            assertThat(ofOne("search", Duration.ofMillis(1)).tryAcquirePermission())
                    .isTrue();
            assertThat(outcome(call("search")).message()).endsWith("had none of its 1 slots free within 1 ms");
        }

        @Test
        void calls_wait_for_a_slot_without_a_permit() throws Exception {
            Bulkhead bulkhead = ofOne("search", Duration.ofSeconds(50));
            assertThat(bulkhead.tryAcquirePermission()).isTrue();
            var running = start(guarded().maxConcurrency(1).build(), tools, call("search"), call("quick"));
            await(quickRan);
            assertThat(ran).containsExactly("quick");
            bulkhead.onComplete();
            assertThat(running.get()).allMatch(CallResult::isSuccess);
            assertThat(ran).containsExactly("quick", "search");
        }

        @Test
        void a_place_is_given_back_whatever_the_call_comes_to() throws Exception {
            Bulkhead searches = ofOne("search", Duration.ofSeconds(50));
            Bulkhead failures = ofOne("fail", Duration.ZERO);
            run(call("search"), call("fail"), call("search"));
            assertThat(searches.getMetrics().getAvailableConcurrentCalls()).isEqualTo(1);
            assertThat(failures.getMetrics().getAvailableConcurrentCalls()).isEqualTo(1);
        }

        @Test
        void a_place_is_given_back_if_the_breaker_refuses_after_all() throws Exception {
            Bulkhead bulkhead = ofOne("search", Duration.ofSeconds(50));
            assertThat(bulkhead.tryAcquirePermission()).isTrue();
            CircuitBreaker breaker = breakers.circuitBreaker("search");
            var running = start(guarded().maxConcurrency(1).build(), tools, call("search"), call("quick"));
            await(quickRan);
            breaker.transitionToOpenState();
            bulkhead.onComplete();
            assertThat(running.get().get(0).outcome().message()).contains("circuit breaker");
            assertThat(bulkhead.getMetrics().getAvailableConcurrentCalls()).isEqualTo(1);
        }

        @Test
        void an_interrupt_of_the_caller_ends_the_wait_for_a_slot() throws Exception {
            Bulkhead bulkhead = ofOne("search", Duration.ofSeconds(50));
            assertThat(bulkhead.tryAcquirePermission()).isTrue();
            var running = start(guarded().maxConcurrency(1).build(), tools, call("search"), call("quick"));
            await(quickRan);
            running.owner().interrupt();
            assertThat(running.get().get(0).outcome()).isInstanceOf(Outcome.Cancelled.class);
            bulkhead.onComplete();
            assertThat(bulkhead.getMetrics().getAvailableConcurrentCalls()).isEqualTo(1);
        }

        @Test
        void a_place_that_is_taken_when_the_call_has_just_been_ended_is_given_back() throws Exception {
            Bulkhead bulkhead = ofOne("search", Duration.ofSeconds(50));
            AtomicReference<Thread> owner = new AtomicReference<>();
            CountDownLatch ownerKnown = new CountDownLatch(1);
            bulkheads.replace("search", takenAsTheCallerIsInterrupted(bulkhead, owner, ownerKnown));
            var running = begin(call("search"));
            owner.set(running.owner());
            ownerKnown.countDown();
            assertThat(running.get().get(0).outcome()).isInstanceOf(Outcome.Cancelled.class);
            assertThat(bulkhead.getMetrics().getAvailableConcurrentCalls()).isEqualTo(1);
            assertThat(ran).isEmpty();
        }

        private static Bulkhead takenAsTheCallerIsInterrupted(
                Bulkhead bulkhead, AtomicReference<Thread> owner, CountDownLatch ownerKnown) {
            return (Bulkhead) Proxy.newProxyInstance(
                    Bulkhead.class.getClassLoader(), new Class<?>[] {Bulkhead.class}, (proxy, method, arguments) -> {
                        if (method.getName().equals("tryAcquirePermission")) {
                            await(ownerKnown);
                            owner.get().interrupt();
                            try {
                                blockUntilInterrupted();
                            } catch (InterruptedException e) {
                                // The round has ended the call.
                            }
                        }
                        try {
                            return method.invoke(bulkhead, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }
    }
}
