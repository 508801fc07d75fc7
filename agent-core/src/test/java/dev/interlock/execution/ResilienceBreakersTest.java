package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.start;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolPolicy;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The user's circuit breakers around tools. */
@Timeout(60)
class ResilienceBreakersTest extends ResilienceFixture {

    @Nested
    class Breakers {

        @Test
        void an_open_breaker_refuses_calls_of_its_tool_only() throws Exception {
            breakers.circuitBreaker("search").transitionToOpenState();
            List<CallResult> results = run(call("search"), call("quick"));
            assertThat(results.get(0).outcome().message())
                    .isEqualTo("tool 'search' was not started: circuit breaker 'search' is OPEN; try again later");
            assertThat(results.get(0).attempts()).isZero();
            assertThat(results.get(1).isSuccess()).isTrue();
            assertThat(ran).containsExactly("quick");
        }

        @Test
        void failures_open_the_breaker_for_later_rounds() throws Exception {
            CircuitBreaker breaker = breakers.circuitBreaker("fail");
            assertThat(outcome(call("fail")).message()).isEqualTo("broken");
            assertThat(outcome(call("fail")).message()).isEqualTo("broken");
            assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.OPEN);
            assertThat(outcome(call("fail")).message()).contains("circuit breaker 'fail' is OPEN");
            assertThat(ran).hasSize(2);
        }

        @Test
        void a_success_closes_a_breaker_that_is_half_open() throws Exception {
            CircuitBreaker breaker = breakers.circuitBreaker("search");
            breaker.transitionToOpenState();
            breaker.transitionToHalfOpenState();
            assertThat(outcome(call("search")).isSuccess()).isTrue();
            assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.CLOSED);
        }

        @Test
        void a_result_counts_as_the_breaker_is_configured_to() throws Exception {
            CircuitBreaker breaker = breakers.circuitBreaker("search");
            assertThat(outcome(call("search", "give", "bad")).isSuccess()).isTrue();
            assertThat(breaker.getMetrics().getNumberOfFailedCalls()).isEqualTo(1);
        }

        @Test
        void a_call_counts_once_with_all_its_attempts() throws Exception {
            CircuitBreaker breaker = breakers.circuitBreaker("fail");
            CallResult result = start(
                            guarded()
                                    .policy(
                                            "fail",
                                            ToolPolicy.builder()
                                                    .retry(RetryPolicy.builder()
                                                            .initialDelay(Duration.ZERO)
                                                            .build())
                                                    .build())
                                    .build(),
                            tools,
                            call("fail"))
                    .get()
                    .get(0);
            assertThat(result.attempts()).isEqualTo(3);
            assertThat(breaker.getMetrics().getNumberOfFailedCalls()).isEqualTo(1);
        }

        @Test
        void an_attempt_that_timed_out_is_a_failure() throws Exception {
            CircuitBreaker breaker = breakers.circuitBreaker("hang");
            var running = start(guarded().timeout(Duration.ofMillis(100)).build(), tools, call("hang"));
            await(started);
            time.awaitParkedUntil(Duration.ofMillis(100));
            time.advance(Duration.ofMillis(100));
            assertThat(running.get().get(0).outcome()).isInstanceOf(Outcome.TimedOut.class);
            assertThat(breaker.getMetrics().getNumberOfFailedCalls()).isEqualTo(1);
        }

        @Test
        void an_interrupted_call_does_not_count_and_gives_its_permission_back() throws Exception {
            CircuitBreaker breaker = breakers.circuitBreaker("hang");
            breaker.transitionToOpenState();
            breaker.transitionToHalfOpenState();
            var running = begin(call("hang"));
            await(started);
            running.owner().interrupt();
            assertThat(running.get().get(0).outcome()).isInstanceOf(Outcome.Cancelled.class);
            assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.HALF_OPEN);
            assertThat(breaker.getMetrics().getNumberOfBufferedCalls()).isZero();
            assertThat(breaker.tryAcquirePermission()).isTrue();
        }

        @Test
        void a_call_that_is_refused_within_does_not_count() throws Exception {
            CircuitBreaker breaker = breakers.circuitBreaker("search");
            breaker.transitionToOpenState();
            breaker.transitionToHalfOpenState();
            ToolCallExecutor refusing = guarded()
                    .interceptor(call -> {
                        throw new CallRefusedException("no");
                    })
                    .build();
            assertThat(start(refusing, tools, call("search"))
                            .get()
                            .get(0)
                            .outcome()
                            .message())
                    .isEqualTo("no");
            assertThat(breaker.getMetrics().getNumberOfBufferedCalls()).isZero();
            assertThat(breaker.tryAcquirePermission()).isTrue();
        }

        @Test
        void an_open_breaker_takes_no_permission_of_a_limiter_and_no_place_in_a_bulkhead() throws Exception {
            breakers.circuitBreaker("search").transitionToOpenState();
            RateLimiter limiter = oneInTwoSeconds("search", RateLimiterConfig.custom());
            Bulkhead bulkhead = ofOne("search", Duration.ZERO);
            assertThat(outcome(call("search")).message()).contains("circuit breaker");
            assertThat(limiter.getMetrics().getAvailablePermissions()).isEqualTo(1);
            assertThat(bulkhead.getMetrics().getAvailableConcurrentCalls()).isEqualTo(1);
        }

        @Test
        void a_breaker_that_opens_during_a_wait_refuses_the_call_after_it() throws Exception {
            oneInTwoSeconds("search", RateLimiterConfig.custom()).acquirePermission();
            CircuitBreaker breaker = breakers.circuitBreaker("search");
            var running = begin(call("search"));
            time.awaitParkedUntil(Duration.ofSeconds(2));
            breaker.transitionToOpenState();
            time.advance(Duration.ofSeconds(2));
            assertThat(running.get().get(0).outcome().message()).contains("circuit breaker 'search' is OPEN");
            assertThat(ran).isEmpty();
        }

        @Test
        void waits_do_not_make_a_call_slow() throws Exception {
            oneInTwoSeconds("search", RateLimiterConfig.custom()).acquirePermission();
            CircuitBreaker breaker = breakers.circuitBreaker("search");
            var running = begin(call("search"));
            time.awaitParkedUntil(Duration.ofSeconds(2));
            time.advance(Duration.ofSeconds(3));
            assertThat(running.get().get(0).isSuccess()).isTrue();
            assertThat(breaker.getMetrics().getNumberOfSuccessfulCalls()).isEqualTo(1);
            assertThat(breaker.getMetrics().getNumberOfSlowCalls()).isZero();
        }

        @Test
        void a_call_that_waits_keeps_no_permission_of_a_breaker_that_is_half_open() throws Exception {
            oneInTwoSeconds("search", RateLimiterConfig.custom()).acquirePermission();
            CircuitBreaker breaker = breakers.circuitBreaker("search");
            breaker.transitionToOpenState();
            breaker.transitionToHalfOpenState();
            var running = begin(call("search"));
            time.awaitParkedUntil(Duration.ofSeconds(2));
            assertThat(breaker.tryAcquirePermission()).isTrue();
            breaker.releasePermission();
            time.advance(Duration.ofSeconds(2));
            assertThat(running.get().get(0).isSuccess()).isTrue();
        }
    }
}
