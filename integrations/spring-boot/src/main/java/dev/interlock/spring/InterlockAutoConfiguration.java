package dev.interlock.spring;

import dev.interlock.durable.journal.RoundHandover;
import dev.interlock.durable.journal.RoundJournal;
import dev.interlock.event.RoundListener;
import dev.interlock.execution.CallInterceptor;
import dev.interlock.execution.ContextPropagator;
import dev.interlock.execution.RoundGuard;
import dev.interlock.footprint.FootprintListener;
import dev.interlock.langchain4j.ParallelTools;
import dev.interlock.replicas.ReplicaLimits;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Scope;

/**
 * Creates one {@link ParallelTools} from the properties {@code interlock.*} and the application's beans, and makes the
 * application's AI services run their tools through it. {@code interlock.enabled=false} turns all of this off.
 *
 * <p>It uses all beans of {@link RoundListener}, {@link CallInterceptor}, {@link ContextPropagator}, {@link RoundGuard}
 * and {@link FootprintListener}, a {@link ThreadFactory} named {@code interlockThreadFactory}, Resilience4j's
 * registries, the only bean, or the primary one, of {@link RoundJournal}, {@link RoundHandover} and
 * {@link ReplicaLimits}, and last {@link ParallelToolsCustomizer}. For another {@code ParallelTools}, inject the bean
 * {@code ParallelTools.Builder}. Each injection point gets a new builder with all of these.
 */
@AutoConfiguration
@ConditionalOnProperty(name = "interlock.enabled", matchIfMissing = true)
@EnableConfigurationProperties(InterlockProperties.class)
@Import({
    ContextConfiguration.class,
    TransactionConfiguration.class,
    DurableConfiguration.class,
    ResilienceConfiguration.class,
    MeterConfiguration.class,
})
public final class InterlockAutoConfiguration {

    private static final Duration BOOTS_SHUTDOWN = Duration.ofSeconds(30);

    /** Creates the configuration; Spring calls this. */
    public InterlockAutoConfiguration() {}

    @Bean
    static ConcurrencyConverter interlockConcurrencyConverter() {
        return new ConcurrencyConverter();
    }

    @Bean
    @ConditionalOnProperty(name = "interlock.install-globally", matchIfMissing = true)
    static GlobalInstallation interlockGlobalInstallation(
            ConfigurableListableBeanFactory beans, ObjectProvider<ParallelTools> parallelTools) {
        return new GlobalInstallation(beans, parallelTools);
    }

    @Bean
    RoundMonitor interlockRoundMonitor() {
        return new RoundMonitor();
    }

    @Bean
    ApplicationRounds interlockApplicationRounds(RoundMonitor monitor, ConfigurableListableBeanFactory beans) {
        return new ApplicationRounds(monitor, new OwnExecutors(beans));
    }

    @Bean
    KnownTools interlockKnownTools() {
        return new KnownTools();
    }

    @Bean
    @ConditionalOnMissingBean
    @Scope("prototype")
    ParallelTools.Builder parallelToolsBuilder(
            InterlockProperties properties,
            @Qualifier("interlockThreadFactory") ObjectProvider<ThreadFactory> threads,
            ObjectProvider<ContextPropagator> propagators,
            ObjectProvider<CallInterceptor> interceptors,
            ObjectProvider<RoundGuard> guards,
            ObjectProvider<RoundListener> listeners,
            ObjectProvider<FootprintListener> footprints,
            ObjectProvider<ParallelToolsCustomizer> customizers) {
        ParallelTools.Builder builder = ParallelTools.builder();
        new PropertySettings(properties).applyTo(builder);
        threads.ifAvailable(builder::threadFactory);
        propagators.orderedStream().forEach(builder::contextPropagator);
        interceptors.orderedStream().forEach(builder::interceptor);
        guards.orderedStream().forEach(builder::roundGuard);
        listeners.orderedStream().forEach(builder::listener);
        footprints.orderedStream().forEach(builder::footprints);
        customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
        return builder;
    }

    @Bean
    @ConditionalOnMissingBean
    ParallelTools parallelTools(ParallelTools.Builder builder) {
        return builder.build();
    }

    @Bean
    GracefulShutdown interlockGracefulShutdown(
            ApplicationContext context,
            InterlockProperties properties,
            ApplicationRounds rounds,
            RoundMonitor monitor,
            ConfigurableListableBeanFactory beans) {
        Duration longest = Binder.get(context.getEnvironment())
                .bind("spring.lifecycle.timeout-per-shutdown-phase", Duration.class)
                .orElse(BOOTS_SHUTDOWN);
        Duration rest = longest.dividedBy(10);
        Duration patience = properties.shutdown().timeout();
        return new GracefulShutdown(
                context,
                rounds,
                monitor,
                new OwnExecutors(beans)::close,
                patience == null ? longest.minus(rest) : patience,
                rest,
                longest);
    }
}
