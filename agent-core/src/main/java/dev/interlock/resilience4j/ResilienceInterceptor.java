package dev.interlock.resilience4j;

import dev.interlock.call.ToolCall;
import dev.interlock.execution.CallInterceptor;
import dev.interlock.execution.InterceptedCall;
import io.github.resilience4j.bulkhead.BulkheadRegistry;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.ratelimiter.RateLimiterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lets the user's own Resilience4j rate limiters, circuit breakers and bulkheads protect the calls of tools.
 *
 * {@snippet :
 * circuitBreakers.circuitBreaker("search");
 * rateLimiters.rateLimiter("search", RateLimiterConfig.custom().limitForPeriod(10).build());
 * executor.interceptor(ResilienceInterceptor.builder()
 *         .circuitBreakers(circuitBreakers)
 *         .rateLimiters(rateLimiters)
 *         .build());
 * }
 *
 * <p>The registry's entry with the tool's name protects the tool. A tool without an entry has no protection, so a name
 * that a model makes up creates nothing. A function can choose other names, such as one for all tools of a server.
 *
 * <p>If an open breaker, a rate limiter or a full bulkhead rejects a call, the call fails with a message that says so,
 * and its tool does not start. A call may wait for a rate limiter or a bulkhead, at most as long as its configuration
 * says. Meanwhile it does not count as running. The interceptor asks a breaker before such a wait, so that no wait is
 * in vain, and again right before the tool starts. The breaker learns the call's outcome and how long the call took
 * with all its attempts. A rejected or interrupted call says nothing about the tool and does not count.
 *
 * <p>Needs the Resilience4j modules of the given registries; they are optional dependencies. Thread-safe.
 */
public final class ResilienceInterceptor implements CallInterceptor {

    /** Recognises the modules by their registries; one is enough. */
    private static final List<String> MODULES = List.of(
            "io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry",
            "io.github.resilience4j.ratelimiter.RateLimiterRegistry",
            "io.github.resilience4j.bulkhead.BulkheadRegistry");

    /** The outermost first. */
    private final List<Protection> protections;

    private ResilienceInterceptor(List<Protection> protections) {
        this.protections = List.copyOf(protections);
    }

    /**
     * Starts an interceptor that protects nothing.
     *
     * @return a new builder
     * @throws IllegalStateException if no module of Resilience4j is on the class path
     */
    public static Builder builder() {
        if (MODULES.stream().noneMatch(ResilienceInterceptor::isThere)) {
            throw new IllegalStateException("ResilienceInterceptor needs Resilience4j, which is not on the class path:"
                    + " io.github.resilience4j:resilience4j-circuitbreaker, -ratelimiter or -bulkhead");
        }
        return new Builder();
    }

    private static boolean isThere(String registry) {
        try {
            Class.forName(registry, false, ResilienceInterceptor.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }

    @Override
    public @Nullable Object intercept(InterceptedCall call) throws Exception {
        Callable<@Nullable Object> inner = call::proceed;
        for (Protection protection : protections.reversed()) {
            Callable<@Nullable Object> next = inner;
            inner = () -> protection.run(call, next);
        }
        return inner.call();
    }

    /** Builds a {@link ResilienceInterceptor}. Not thread-safe. */
    public static final class Builder {
        private @Nullable CircuitBreakerProtection breakers;
        private @Nullable Protection limiters;
        private @Nullable Protection bulkheads;

        private Builder() {}

        /**
         * Rejects calls of a tool while the circuit breaker with the tool's name is open.
         *
         * @param registry the breakers; breakers added later count too
         * @return this
         */
        public Builder circuitBreakers(CircuitBreakerRegistry registry) {
            Objects.requireNonNull(registry, "registry");
            breakers = new CircuitBreakerProtection(
                    call -> registry.find(call.tool()).orElse(null));
            return this;
        }

        /**
         * Rejects calls while the circuit breaker that a function names is open. The registry creates a missing breaker
         * with its default configuration.
         *
         * @param registry the breakers
         * @param name returns the name of a call's breaker; null for none
         * @return this
         */
        public Builder circuitBreakers(
                CircuitBreakerRegistry registry, Function<ToolCall, ? extends @Nullable String> name) {
            Objects.requireNonNull(registry, "registry");
            breakers = new CircuitBreakerProtection(named(name, registry::circuitBreaker));
            return this;
        }

        /**
         * Makes calls of a tool wait for the rate limiter with the tool's name. Each call takes one permission, no
         * matter how many attempts it has.
         *
         * @param registry the limiters; limiters added later count too
         * @return this
         */
        public Builder rateLimiters(RateLimiterRegistry registry) {
            Objects.requireNonNull(registry, "registry");
            limiters =
                    new RateLimiterProtection(call -> registry.find(call.tool()).orElse(null));
            return this;
        }

        /**
         * Makes calls wait for the rate limiter that a function names. The registry creates a missing limiter with its
         * default configuration.
         *
         * @param registry the limiters
         * @param name returns the name of a call's limiter; null for none
         * @return this
         */
        public Builder rateLimiters(RateLimiterRegistry registry, Function<ToolCall, ? extends @Nullable String> name) {
            Objects.requireNonNull(registry, "registry");
            limiters = new RateLimiterProtection(named(name, registry::rateLimiter));
            return this;
        }

        /**
         * Makes calls of a tool take a slot of the bulkhead with the tool's name.
         *
         * @param registry the bulkheads; bulkheads added later count too
         * @return this
         */
        public Builder bulkheads(BulkheadRegistry registry) {
            Objects.requireNonNull(registry, "registry");
            bulkheads =
                    new BulkheadProtection(call -> registry.find(call.tool()).orElse(null));
            return this;
        }

        /**
         * Makes calls take a slot of the bulkhead that a function names. The registry creates a missing bulkhead with
         * its default configuration.
         *
         * @param registry the bulkheads
         * @param name returns the name of a call's bulkhead; null for none
         * @return this
         */
        public Builder bulkheads(BulkheadRegistry registry, Function<ToolCall, ? extends @Nullable String> name) {
            Objects.requireNonNull(registry, "registry");
            bulkheads = new BulkheadProtection(named(name, registry::bulkhead));
            return this;
        }

        private static <T> Function<ToolCall, @Nullable T> named(
                Function<ToolCall, ? extends @Nullable String> name, Function<String, T> find) {
            Objects.requireNonNull(name, "name");
            return call -> {
                String found = name.apply(call);
                return found == null ? null : find.apply(found);
            };
        }

        /**
         * Builds the interceptor.
         *
         * @return the interceptor
         */
        public ResilienceInterceptor build() {
            List<Protection> protections = new ArrayList<>();
            if (breakers != null && (limiters != null || bulkheads != null)) {
                protections.add(breakers::lookAhead);
            }
            if (limiters != null) {
                protections.add(limiters);
            }
            if (bulkheads != null) {
                protections.add(bulkheads);
            }
            if (breakers != null) {
                protections.add(breakers);
            }
            return new ResilienceInterceptor(protections);
        }
    }
}
