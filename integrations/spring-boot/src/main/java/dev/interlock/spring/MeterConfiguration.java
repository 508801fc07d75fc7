package dev.interlock.spring;

import dev.interlock.event.RoundListener;
import dev.interlock.micrometer.AuditMetrics;
import dev.interlock.observation.RoundMeters;
import dev.interlock.observation.ToolObservations;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.observation.ObservationRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.util.function.SingletonSupplier;

/** Connects the application's meters and observations, where it has Micrometer. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(MeterRegistry.class)
final class MeterConfiguration {

    /** Needs interlock-micrometer, which is optional. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({RoundMeters.class, ObservationRegistry.class})
    static class Observed {

        /** Timers come from observations where the application has them, so that one timer measures each call. */
        @Bean
        @Order(Ordered.HIGHEST_PRECEDENCE)
        ParallelToolsCustomizer interlockObservations(
                ObjectProvider<MeterRegistry> meters,
                ObjectProvider<ObservationRegistry> observations,
                InterlockProperties properties) {
            // One set for all builders, since a registry holds each meter once.
            Supplier<List<RoundListener>> listeners =
                    SingletonSupplier.of(() -> listeners(meters, observations, properties));
            return builder -> listeners.get().forEach(builder::listener);
        }

        private static List<RoundListener> listeners(
                ObjectProvider<MeterRegistry> meters,
                ObjectProvider<ObservationRegistry> observations,
                InterlockProperties properties) {
            List<RoundListener> listeners = new ArrayList<>();
            ObservationRegistry observed = observations.getIfUnique();
            if (observed != null) {
                listeners.add(ToolObservations.builder(observed)
                        .content(properties.reports().content())
                        .build());
            }
            MeterRegistry metered = meters.getIfUnique();
            if (metered != null) {
                listeners.add(
                        observed == null ? RoundMeters.withDurations(metered, List.of()) : RoundMeters.to(metered));
            }
            return listeners;
        }

        /** Spring Boot passes the filter to the registries. */
        @Bean
        MeterFilter interlockCallBuckets() {
            return RoundMeters.conventionBuckets();
        }
    }

    /** Looks the registry up at each event, since registries start late and may be several. */
    @Bean
    @ConditionalOnProperty("interlock.audit")
    RoundListener interlockAuditMetrics(ObjectProvider<MeterRegistry> registries) {
        return event -> {
            MeterRegistry registry = registries.getIfAvailable();
            if (registry != null) {
                AuditMetrics.to(registry).onEvent(event);
            }
        };
    }
}
