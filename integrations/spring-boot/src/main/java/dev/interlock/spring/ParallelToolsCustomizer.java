package dev.interlock.spring;

import dev.interlock.langchain4j.ParallelTools;

/**
 * A bean for settings that no property has. It gets the builder of the application's {@link ParallelTools} last, after
 * the properties and the beans of listeners, interceptors, propagators and guards, so its settings win.
 *
 * {@snippet :
 * @Bean
 * ParallelToolsCustomizer transferEffects() {
 *     return builder -> builder.effects("transfer", Effects.of(call -> accessesOf(call)));
 * }
 * }
 *
 * <p>Spring calls several customizers in the order of {@link org.springframework.core.annotation.Order}. It calls each
 * once for every {@code ParallelTools.Builder}, and every injection point has a builder of its own.
 */
@FunctionalInterface
public interface ParallelToolsCustomizer {

    /**
     * Changes the builder.
     *
     * @param builder the builder to change; do not keep it
     */
    void customize(ParallelTools.Builder builder);
}
