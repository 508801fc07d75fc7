package dev.interlock.spring;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.context.annotation.Bean;

/**
 * Makes {@code interlock.enabled=false} and {@code interlock.install-globally=false} hold for one context while others
 * of the same JVM are on. LangChain4j has only one place for all of them.
 */
@AutoConfiguration(after = InterlockAutoConfiguration.class)
public final class InterlockOffAutoConfiguration {

    /** Creates the configuration; Spring calls this. */
    public InterlockOffAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean(value = GlobalInstallation.class, search = SearchStrategy.CURRENT)
    static PlainContext plainAiServices(ConfigurableListableBeanFactory beans) {
        return new PlainContext(beans);
    }
}
