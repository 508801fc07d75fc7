package dev.interlock.spring;

import dev.interlock.langchain4j.ParallelTools;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.BeanCurrentlyInCreationException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Makes the AI services of a context run their tools through its {@link ParallelTools}: those of LangChain4j's starter,
 * of its agentic module, and of all code that calls {@code AiServices.builder}. It is installed before the context
 * creates its beans, until the context closes.
 */
final class GlobalInstallation extends ContextMarker {

    private static final Logger log = LoggerFactory.getLogger(GlobalInstallation.class);

    private final ObjectProvider<ParallelTools> parallelTools;

    GlobalInstallation(ConfigurableListableBeanFactory beans, ObjectProvider<ParallelTools> parallelTools) {
        super(beans);
        this.parallelTools = parallelTools;
        InstalledContexts.install(this);
    }

    @Override
    public boolean serves() {
        return true;
    }

    /**
     * The context's {@link ParallelTools}; null if it needs the AI service itself, or if there are several and none is
     * primary.
     */
    @Override
    public @Nullable ParallelTools parallelTools() {
        try {
            ParallelTools unique = parallelTools.getIfUnique();
            if (unique == null) {
                log.warn("An AI service is built without Interlock: the beans hold no ParallelTools, or several"
                        + " without a primary one");
            }
            return unique;
        } catch (BeansException e) {
            if (!e.contains(BeanCurrentlyInCreationException.class)) {
                throw e;
            }
            log.warn(
                    "An AI service is built without Interlock, because the ParallelTools bean itself depends on that"
                            + " AI service: {}",
                    e.getMessage());
            return null;
        }
    }
}
