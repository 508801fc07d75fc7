package dev.interlock.spring;

import dev.interlock.langchain4j.ParallelTools;
import dev.interlock.report.RunRecorder;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** The health indicator and the endpoint {@code interlock}, where the application has the actuator. */
@AutoConfiguration(after = InterlockAutoConfiguration.class)
@ConditionalOnClass(WebEndpoint.class)
@ConditionalOnBean(InterlockProperties.class)
@Import({HealthConfiguration.OfBoot3.class, HealthConfiguration.OfBoot4.class})
public final class InterlockActuatorAutoConfiguration {

    /** For Spring, which makes it. */
    public InterlockActuatorAutoConfiguration() {}

    @Bean
    AbandonedCalls interlockAbandonedCalls(ObjectProvider<ParallelTools> all, InterlockProperties properties) {
        return new AbandonedCalls(all, properties.health().maxAbandoned());
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnAvailableEndpoint
    InterlockEndpoint interlockEndpoint(
            KnownTools tools,
            RoundMonitor monitor,
            AbandonedCalls abandoned,
            RunRecorder recorder,
            InterlockProperties properties) {
        return new InterlockEndpoint(tools, monitor, abandoned, recorder, properties.reports());
    }
}
