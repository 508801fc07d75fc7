package dev.interlock.spring;

import dev.interlock.durable.journal.FileJournal;
import dev.interlock.durable.journal.RoundHandover;
import dev.interlock.durable.journal.RoundJournal;
import dev.interlock.replicas.ReplicaLimits;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Gives each builder what outlives the process or reaches beyond it: the application's {@link RoundJournal}, the
 * {@link RoundHandover} of its results, and its {@link ReplicaLimits}.
 *
 * <p>Spring creates them before the executors that use them, and destroys beans in reverse order. So they close after
 * the executors, which {@link GracefulShutdown} has stopped before.
 */
@Configuration(proxyBeanMethods = false)
final class DurableConfiguration {

    private static final Logger log = LoggerFactory.getLogger(DurableConfiguration.class);

    @Bean
    @ConditionalOnProperty("interlock.journal.file")
    @ConditionalOnMissingBean(RoundJournal.class)
    FileJournal interlockJournal(InterlockProperties properties) {
        return PropertySettings.journal(properties.journal());
    }

    /** Runs first, so that the application's own customizers come after it. */
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    ParallelToolsCustomizer interlockDurability(
            ListableBeanFactory beans,
            ObjectProvider<RoundJournal> journals,
            ObjectProvider<RoundHandover> handovers,
            ObjectProvider<ReplicaLimits> limits) {
        return builder -> {
            single(beans, RoundJournal.class, journals, builder::journal);
            single(beans, RoundHandover.class, handovers, builder::handover);
            single(beans, ReplicaLimits.class, limits, builder::replicaLimits);
        };
    }

    /** Takes the only bean of a type, or the primary one. Of several it cannot choose. */
    private static <T> void single(
            ListableBeanFactory beans, Class<T> type, ObjectProvider<T> provider, Consumer<T> setter) {
        T unique = provider.getIfUnique();
        if (unique != null) {
            setter.accept(unique);
            return;
        }
        List<String> names = List.of(BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans, type));
        if (!names.isEmpty()) {
            log.warn(
                    "A ParallelTools has no {}, since the beans hold several and none is primary: {}",
                    type.getSimpleName(),
                    names);
        }
    }
}
