package dev.interlock.spring;

import dev.interlock.event.RoundListener;
import dev.interlock.micrometer.AuditMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Tells the application's meters, where it has Micrometer. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(MeterRegistry.class)
final class MeterConfiguration {

    /** Registries are made late, and may be several: whichever is there when something is told. */
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
