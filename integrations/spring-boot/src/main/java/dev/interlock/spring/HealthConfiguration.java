package dev.interlock.spring;

import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The health indicator {@code interlock}. Spring Boot 4 moved the types, so each major version has its own. */
final class HealthConfiguration {

    private static final String BOOT_3 = "org.springframework.boot.actuate.health.HealthIndicator";
    private static final String BOOT_4 = "org.springframework.boot.health.contributor.HealthIndicator";

    private HealthConfiguration() {}

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = BOOT_3)
    static class OfBoot3 {

        @Bean
        @org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator("interlock")
        @ConditionalOnMissingBean(name = "interlockHealthIndicator")
        org.springframework.boot.actuate.health.HealthIndicator interlockHealthIndicator(AbandonedCalls calls) {
            return () -> {
                AbandonedCalls.Health health = calls.health();
                return new org.springframework.boot.actuate.health.Health.Builder(
                                health.up()
                                        ? org.springframework.boot.actuate.health.Status.UP
                                        : org.springframework.boot.actuate.health.Status.DOWN,
                                health.details())
                        .build();
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = BOOT_4)
    static class OfBoot4 {

        @Bean
        @org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator("interlock")
        @ConditionalOnMissingBean(name = "interlockHealthIndicator")
        org.springframework.boot.health.contributor.HealthIndicator interlockHealthIndicator(AbandonedCalls calls) {
            return () -> {
                AbandonedCalls.Health health = calls.health();
                return new org.springframework.boot.health.contributor.Health.Builder(
                                health.up()
                                        ? org.springframework.boot.health.contributor.Status.UP
                                        : org.springframework.boot.health.contributor.Status.DOWN,
                                health.details())
                        .build();
            };
        }
    }
}
