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
 * Has the AI services that are built in a context run their tools through its {@link ParallelTools}: those of LangChain4j's
 * starter, of its agentic module, and whatever calls {@code AiServices.builder}. Installed before the context makes its
 * beans, until it closes.
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

    /** That of the context; null if an AI service is built that it needs itself, or there are several and none is primary. */
    @Override
    public @Nullable ParallelTools parallelTools() {
        try {
            ParallelTools unique = parallelTools.getIfUnique();
            if (unique == null) {
                log.warn("An AI service is built without Interlock: there is not exactly one ParallelTools,"
                        + " or a primary one, among the beans");
            }
            return unique;
        } catch (BeansException e) {
            if (!e.contains(BeanCurrentlyInCreationException.class)) {
                throw e;
            }
            log.warn("An AI service is built without Interlock, since its ParallelTools needs it: {}", e.getMessage());
            return null;
        }
    }
}
