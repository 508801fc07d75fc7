package dev.interlock.springai.autoconfigure;

import dev.interlock.event.RoundListener;
import dev.interlock.execution.CallInterceptor;
import dev.interlock.execution.ContextPropagator;
import dev.interlock.execution.MdcPropagator;
import dev.interlock.execution.RoundGuard;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.footprint.FootprintListener;
import dev.interlock.micrometer.MicrometerContextPropagator;
import dev.interlock.replicas.ReplicaLimits;
import dev.interlock.springai.InterlockToolCallingManager;
import dev.interlock.springai.ToolCallingManagerCustomizer;
import io.micrometer.observation.ObservationRegistry;
import java.util.List;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.ai.model.tool.autoconfigure.ToolCallingAutoConfiguration;
import org.springframework.ai.model.tool.autoconfigure.ToolCallingProperties;
import org.springframework.ai.tool.execution.ToolExecutionExceptionProcessor;
import org.springframework.ai.tool.observation.ToolCallingObservationConvention;
import org.springframework.ai.tool.resolution.ToolCallbackResolver;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;

/**
 * Makes the application's {@link ToolCallingManager} an {@link InterlockToolCallingManager}, unless the application has
 * one of its own, or {@code interlock.enabled} is {@code false}. Spring AI's properties {@code spring.ai.tools.*} and
 * its beans hold for it as for Spring AI's own manager.
 *
 * <p>The manager uses all beans of {@link RoundListener}, {@link CallInterceptor}, {@link ContextPropagator},
 * {@link RoundGuard} and {@link FootprintListener}, the only bean, or the primary one, of {@link ReplicaLimits}, and
 * last {@link ToolCallingManagerCustomizer}. The property
 * {@code interlock.caller-transaction} decides what happens to calls while the caller has a Spring transaction:
 * {@code sequential}, the default, runs them on the caller's thread; the others are {@code parallel} and
 * {@code refuse}. The values registered with Micrometer's context propagation, and SLF4J's MDC, reach the threads of
 * calls, unless {@code interlock.propagate-context} is {@code false}. No other property {@code interlock.*} has an
 * effect: a customizer sets the rest.
 */
@AutoConfiguration(
        before = ToolCallingAutoConfiguration.class,
        afterName = "dev.interlock.spring.InterlockAutoConfiguration")
@ConditionalOnClass({ToolCallingManager.class, ToolCallingProperties.class})
@ConditionalOnProperty(name = "interlock.enabled", matchIfMissing = true)
@Import(TransactionConfiguration.class)
public final class InterlockToolCallingAutoConfiguration {

    /** The value of Spring AI's properties for "no limit". */
    private static final int UNLIMITED = -1;

    /** Creates the configuration; Spring calls this. */
    public InterlockToolCallingAutoConfiguration() {}

    /** The bean has the name of Spring AI's own. */
    @Bean
    @ConditionalOnMissingBean(ToolCallingManager.class)
    InterlockToolCallingManager toolCallingManager(
            ToolCallbackResolver resolver,
            ToolExecutionExceptionProcessor processor,
            ToolCallingProperties properties,
            ObjectProvider<ObservationRegistry> observations,
            ObjectProvider<ToolCallingObservationConvention> convention,
            ObjectProvider<ContextPropagator> propagators,
            ObjectProvider<CallInterceptor> interceptors,
            ObjectProvider<RoundGuard> guards,
            ObjectProvider<RoundListener> listeners,
            ObjectProvider<FootprintListener> footprints,
            ObjectProvider<ReplicaLimits> replicas,
            ObjectProvider<ToolCallingManagerCustomizer> customizers,
            @Value("${interlock.propagate-context:true}") boolean propagateContext) {
        InterlockToolCallingManager.Builder builder = InterlockToolCallingManager.builderWithoutContext()
                .observationRegistry(observations.getIfUnique(() -> ObservationRegistry.NOOP))
                .toolCallbackResolver(resolver)
                .toolExecutionExceptionProcessor(processor)
                .resolutionFallbackEnabled(
                        properties.getResolution().getFallback().isEnabled());
        convention.ifAvailable(builder::observationConvention);
        limit(builder, properties.getLimits());
        propagate(builder, propagators.orderedStream().toList(), propagateContext);
        interceptors.orderedStream().forEach(builder::interceptor);
        guards.orderedStream().forEach(builder::roundGuard);
        listeners.orderedStream().forEach(builder::listener);
        footprints.orderedStream().forEach(builder::footprints);
        replicas.ifUnique(builder::replicaLimits);
        customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
        return builder.build();
    }

    /**
     * Makes the engine a bean, so that the starter's shutdown, health and release reach the manager's calls. Spring
     * never injects it by type. Since nothing asks for it by name either, it is not lazy.
     */
    @Lazy(false)
    @Bean(destroyMethod = "", autowireCandidate = false)
    @ConditionalOnBean(InterlockToolCallingManager.class)
    ToolCallExecutor interlockSpringAiEngine(InterlockToolCallingManager manager) {
        return manager.engine();
    }

    /**
     * Carries each kind of context once: a bean replaces the default of its class, so a user's bean may carry less than
     * the default.
     */
    private static void propagate(
            InterlockToolCallingManager.Builder builder, List<ContextPropagator> beans, boolean byDefault) {
        if (byDefault && beans.stream().noneMatch(MicrometerContextPropagator.class::isInstance)) {
            builder.contextPropagator(MicrometerContextPropagator.create());
        }
        if (byDefault && beans.stream().noneMatch(MdcPropagator.class::isInstance)) {
            builder.contextPropagator(MdcPropagator.create());
        }
        beans.forEach(builder::contextPropagator);
    }

    private static void limit(InterlockToolCallingManager.Builder builder, ToolCallingProperties.Limits limits) {
        Integer ofEach = limits.getMaxCallsPerToolDefault();
        if (ofEach != null && ofEach == UNLIMITED) {
            builder.unlimitedCallsPerTool();
        } else if (ofEach != null) {
            builder.maxCallsPerTool(ofEach);
        }
        limits.getMaxCallsPerTool().forEach((tool, limit) -> {
            if (limit == UNLIMITED) {
                builder.excludeToolFromLimit(tool);
            } else {
                builder.maxCallsPerTool(tool, limit);
            }
        });
        limits.getExcludedTools().forEach(builder::excludeToolFromLimit);
        Integer ofAll = limits.getMaxTotalToolCalls();
        if (ofAll != null && ofAll == UNLIMITED) {
            builder.unlimitedTotalToolCalls();
        } else if (ofAll != null) {
            builder.maxTotalToolCalls(ofAll);
        }
        builder.onLimitExceeded(limits.getOnLimitExceeded());
    }
}
