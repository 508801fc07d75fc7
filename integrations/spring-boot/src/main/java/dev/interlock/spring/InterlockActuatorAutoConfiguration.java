package dev.interlock.spring;

import dev.interlock.report.RunRecorder;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
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

    /** Creates the configuration; Spring calls this. */
    public InterlockActuatorAutoConfiguration() {}

    @Bean
    AbandonedCalls interlockAbandonedCalls(ConfigurableListableBeanFactory beans, InterlockProperties properties) {
        return new AbandonedCalls(new OwnExecutors(beans), properties.health().maxAbandoned());
    }

    /** Exists only if the endpoint shows it, since it keeps arguments and results of calls. */
    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnAvailableEndpoint(endpoint = InterlockEndpoint.class)
    RunRecorder interlockRunRecorder(InterlockProperties properties) {
        return new RunRecorder(properties.reports().rounds());
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnAvailableEndpoint
    InterlockEndpoint interlockEndpoint(
            KnownTools tools,
            ApplicationRounds rounds,
            RoundMonitor monitor,
            AbandonedCalls abandoned,
            RunRecorder recorder,
            InterlockProperties properties) {
        return new InterlockEndpoint(tools, rounds, monitor, abandoned, recorder, properties.reports());
    }
}
