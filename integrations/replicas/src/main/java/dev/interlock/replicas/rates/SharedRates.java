package dev.interlock.replicas.rates;

import dev.interlock.execution.CallInterceptor;
import dev.interlock.execution.CallRefusedException;
import dev.interlock.execution.InterceptedCall;
import dev.interlock.execution.Interrupts;
import io.github.bucket4j.BlockingStrategy;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.distributed.proxy.ProxyManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits how often tools are called, with one of Bucket4j's buckets for a tool or for several tools together. All
 * replicas share the bucket, because it lies in Redis, PostgreSQL or another store of Bucket4j's.
 *
 * {@snippet :
 * executor.interceptor(SharedRates.builder(buckets)
 *         .rate("search", hundredAMinute, Duration.ofSeconds(10), "search")
 *         .rate("mail", tenASecond, Duration.ofSeconds(2), "mail_*", "newsletter")
 *         .build());
 * }
 *
 * <p>A call takes one token from each bucket of its tool, regardless of its attempts. If a bucket is empty, the call
 * waits at most as long as set, and does not count as running meanwhile. If the wait would take longer, the call fails
 * with a message that says so, and its tool does not start. If a call is ended before its tool starts, its tokens are
 * lost.
 *
 * <p>Needs {@code com.bucket4j:bucket4j_jdk17-core} and Bucket4j's module for the store; these are optional
 * dependencies. Thread-safe.
 */
public final class SharedRates implements CallInterceptor {

    private static final Logger log = LoggerFactory.getLogger(SharedRates.class);

    private final List<Rate> rates;
    private final boolean open;
    private final AtomicBoolean lost = new AtomicBoolean();

    private SharedRates(Builder builder) {
        this.rates = List.copyOf(builder.rates);
        this.open = builder.open;
    }

    private record Rate(String name, List<String> tools, Bucket bucket, Duration longestWait) {
        boolean isFor(String tool) {
            return tools.stream()
                    .anyMatch(named -> named.endsWith("*")
                            ? tool.startsWith(named.substring(0, named.length() - 1))
                            : tool.equals(named));
        }
    }

    /**
     * Starts an interceptor that limits nothing.
     *
     * @param buckets the store of the buckets, by name
     * @return a new builder
     */
    public static Builder builder(ProxyManager<String> buckets) {
        return new Builder(buckets);
    }

    @Override
    public @Nullable Object intercept(InterceptedCall call) throws Exception {
        for (Rate rate : rates) {
            if (rate.isFor(call.call().tool())) {
                pass(rate, call);
            }
        }
        return call.proceed();
    }

    private void pass(Rate rate, InterceptedCall call) throws Exception {
        boolean passes;
        try {
            passes = rate.bucket().tryConsume(1) || waitFor(rate, call);
        } catch (RuntimeException e) {
            if (Interrupts.isInterrupt(e) || e instanceof CallEnded) {
                throw e;
            }
            lost(rate, call, e);
            return;
        }
        if (lost.compareAndSet(true, false)) {
            log.info("The store of shared rates answers again");
        }
        if (!passes) {
            throw rejection(
                    call,
                    "rate '" + rate.name() + "', which all replicas share, lets no further call through within "
                            + rate.longestWait().toMillis() + " ms");
        }
    }

    private static boolean waitFor(Rate rate, InterceptedCall call) throws Exception {
        if (rate.longestWait().isZero()) {
            return false;
        }
        return call.withoutPermit(() -> rate.bucket().asBlocking().tryConsume(1, rate.longestWait(), (BlockingStrategy)
                nanos -> park(call, nanos)));
    }

    /** Parks on the engine's clock. */
    private static void park(InterceptedCall call, long nanos) throws InterruptedException {
        try {
            call.await(new CompletableFuture<@Nullable Void>(), Duration.ofNanos(nanos));
        } catch (TimeoutException e) {
            // The wait is over.
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            throw new CallEnded(e);
        }
    }

    private void lost(Rate rate, InterceptedCall call, RuntimeException cause) throws CallRefusedException {
        if (lost.compareAndSet(false, true)) {
            log.warn(
                    "The store of shared rates is unavailable, so {}: {}",
                    open ? "calls run without these limits" : "calls that need them fail",
                    cause.toString());
        }
        if (!open) {
            throw rejection(call, "rate '" + rate.name() + "', which all replicas share, is unavailable: " + cause);
        }
    }

    private static CallRefusedException rejection(InterceptedCall call, String why) {
        return new CallRefusedException("tool '" + call.call().tool() + "' was not started: " + why);
    }

    /** Carries the exception that ended a call while it waited. */
    private static final class CallEnded extends RuntimeException {
        private static final long serialVersionUID = 1L;

        CallEnded(Exception cause) {
            super(cause);
        }
    }

    /** Builds {@link SharedRates}. Not thread-safe. */
    public static final class Builder {
        private final ProxyManager<String> buckets;
        private final List<Rate> rates = new ArrayList<>();
        private boolean open;

        private Builder(ProxyManager<String> buckets) {
            this.buckets = Objects.requireNonNull(buckets, "buckets");
        }

        /**
         * Adds a bucket. A tool may have several.
         *
         * @param name the bucket's key in the store, the same in all replicas
         * @param rate how fast tokens come, and the most tokens; an existing bucket keeps its configuration
         * @param longestWait the longest wait of a call for its token; zero for none
         * @param tools the names of the tools; a name that ends in {@code *} stands for all names that begin with the
         *     rest
         * @return this
         * @throws IllegalArgumentException if there are no tools, or the wait is negative
         */
        public Builder rate(String name, BucketConfiguration rate, Duration longestWait, String... tools) {
            Objects.requireNonNull(rate, "rate");
            if (tools.length == 0) {
                throw new IllegalArgumentException("rate '" + name + "' needs at least 1 tool, was given 0");
            }
            if (longestWait.isNegative()) {
                throw new IllegalArgumentException(
                        "longestWait of rate '" + name + "' must be >= 0 ms, was " + longestWait.toMillis() + " ms");
            }
            rates.add(new Rate(
                    Objects.requireNonNull(name, "name"),
                    List.copyOf(Arrays.asList(tools)),
                    buckets.getProxy(name, () -> rate),
                    longestWait));
            return this;
        }

        /**
         * Lets calls run without rate limits while the store is unavailable; by default they fail.
         *
         * @return this
         */
        public Builder failOpen() {
            open = true;
            return this;
        }

        /**
         * Builds the interceptor.
         *
         * @return the interceptor
         */
        public SharedRates build() {
            return new SharedRates(this);
        }
    }
}
