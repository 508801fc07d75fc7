package dev.interlock.spring;

import dev.interlock.langchain4j.ParallelTools;

/**
 * A bean that sets what no property can: it is given the builder of the application's {@link ParallelTools} last, after
 * properties and the beans of listeners, interceptors, propagators and guards, so what it sets wins.
 *
 * {@snippet :
 * @Bean
 * ParallelToolsCustomizer transferEffects() {
 *     return builder -> builder.effects("transfer", Effects.of(call -> accessesOf(call)));
 * }
 * }
 *
 * <p>Several are called in the order of {@link org.springframework.core.annotation.Order}. Each time the bean
 * {@code ParallelTools.Builder}, of which every injection point has its own, is asked for, each is called once.
 */
@FunctionalInterface
public interface ParallelToolsCustomizer {

    /**
     * Changes the builder.
     *
     * @param builder to be changed; not to be kept
     */
    void customize(ParallelTools.Builder builder);
}
