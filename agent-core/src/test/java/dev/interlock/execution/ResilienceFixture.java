package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.blockUntilInterrupted;
import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.start;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.Effects;
import dev.interlock.resilience4j.ResilienceInterceptor;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.bulkhead.BulkheadRegistry;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.github.resilience4j.ratelimiter.RateLimiterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Guarded tools, and guards on a clock that stands still. */
abstract class ResilienceFixture {

    final FakeTime time = new FakeTime();
    final List<String> ran = new CopyOnWriteArrayList<>();
    final CountDownLatch quickRan = new CountDownLatch(1);
    final CountDownLatch started = new CountDownLatch(1);
    final CircuitBreakerRegistry breakers = CircuitBreakerRegistry.of(CircuitBreakerConfig.custom()
            .currentTimestampFunction(clock -> time.nanos(), TimeUnit.NANOSECONDS)
            .slidingWindowSize(2)
            .minimumNumberOfCalls(2)
            .slowCallDurationThreshold(Duration.ofSeconds(1))
            .permittedNumberOfCallsInHalfOpenState(1)
            .recordResult("bad"::equals)
            .build());
    final RateLimiterRegistry limiters = RateLimiterRegistry.ofDefaults();
    final BulkheadRegistry bulkheads = BulkheadRegistry.ofDefaults();
    final ToolSet tools = ToolSet.of(
            ToolDefinition.of("search", Effects.pure(), call -> {
                ran.add("search");
                return call.arguments().path("give").asText("found");
            }),
            ToolDefinition.of("quick", Effects.pure(), call -> {
                ran.add("quick");
                quickRan.countDown();
                return "ok";
            }),
            ToolDefinition.of("fail", Effects.pure(), call -> {
                ran.add("fail");
                throw new IOException("broken");
            }),
            ToolDefinition.of("hang", Effects.pure(), call -> {
                started.countDown();
                blockUntilInterrupted();
                return null;
            }));

    ToolCallExecutor.Builder guarded() {
        return ToolCallExecutor.builder()
                .time(time)
                .interceptor(ResilienceInterceptor.builder()
                        .circuitBreakers(breakers)
                        .rateLimiters(limiters)
                        .bulkheads(bulkheads)
                        .build());
    }

    Fixtures.Running begin(ToolCall... calls) {
        return start(guarded().build(), tools, calls);
    }

    List<CallResult> run(ToolCall... calls) throws Exception {
        return begin(calls).get();
    }

    Outcome outcome(ToolCall call) throws Exception {
        return run(call).get(0).outcome();
    }

    /** A limiter on the test's clock: one call in two seconds. */
    RateLimiter oneInTwoSeconds(String name, RateLimiterConfig.Builder config) {
        RateLimiter limiter = RateLimiter.of(
                name,
                config.limitForPeriod(1)
                        .limitRefreshPeriod(Duration.ofSeconds(2))
                        .build(),
                time::nanos);
        limiters.rateLimiter(name);
        limiters.replace(name, limiter);
        return limiter;
    }

    Bulkhead ofOne(String name, Duration wait) {
        return bulkheads.bulkhead(
                name,
                BulkheadConfig.custom()
                        .maxConcurrentCalls(1)
                        .maxWaitDuration(wait)
                        .build());
    }
}
