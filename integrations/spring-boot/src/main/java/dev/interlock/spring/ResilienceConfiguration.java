package dev.interlock.spring;

import dev.interlock.resilience4j.ResilienceInterceptor;
import io.github.resilience4j.bulkhead.BulkheadRegistry;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.ratelimiter.RateLimiterRegistry;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Lets the breakers, limiters and bulkheads of the application's registries guard the tools of the same names. A
 * registry without an entry for a tool lets the tool's calls pass.
 */
@Configuration(proxyBeanMethods = false)
final class ResilienceConfiguration {

    /** The part of one of Resilience4j's modules, where the module is present. */
    interface Guard {
        /** Adds the guard if the application has such a registry. */
        boolean addTo(ResilienceInterceptor.Builder interceptor);
    }

    /** Not an interceptor bean, since with interceptors calls do not run on their caller's thread. */
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    ParallelToolsCustomizer interlockResilience(
            ObjectProvider<Guard> guards, ObjectProvider<ResilienceInterceptor> ofTheUser) {
        return builder -> {
            if (ofTheUser.stream().findAny().isPresent()) {
                return;
            }
            List<Guard> modules = guards.stream().toList();
            if (modules.isEmpty()) {
                // Without Resilience4j not even the builder's class loads.
                return;
            }
            ResilienceInterceptor.Builder interceptor = ResilienceInterceptor.builder();
            boolean any = false;
            for (Guard module : modules) {
                any |= module.addTo(interceptor);
            }
            if (any) {
                builder.interceptor(interceptor.build());
            }
        };
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(CircuitBreakerRegistry.class)
    static class Breakers {
        @Bean
        Guard interlockCircuitBreakers(ObjectProvider<CircuitBreakerRegistry> registries) {
            return interceptor -> {
                CircuitBreakerRegistry registry = registries.getIfUnique();
                if (registry != null) {
                    interceptor.circuitBreakers(registry);
                }
                return registry != null;
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(RateLimiterRegistry.class)
    static class Limiters {
        @Bean
        Guard interlockRateLimiters(ObjectProvider<RateLimiterRegistry> registries) {
            return interceptor -> {
                RateLimiterRegistry registry = registries.getIfUnique();
                if (registry != null) {
                    interceptor.rateLimiters(registry);
                }
                return registry != null;
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(BulkheadRegistry.class)
    static class Bulkheads {
        @Bean
        Guard interlockBulkheads(ObjectProvider<BulkheadRegistry> registries) {
            return interceptor -> {
                BulkheadRegistry registry = registries.getIfUnique();
                if (registry != null) {
                    interceptor.bulkheads(registry);
                }
                return registry != null;
            };
        }
    }
}
