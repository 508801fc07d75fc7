package dev.interlock.spring;

import dev.interlock.langchain4j.ParallelTools;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/** Leaves the AI services of its context alone, even while another context of the JVM serves its own. */
final class PlainContext extends ContextMarker {

    PlainContext(ConfigurableListableBeanFactory beans) {
        super(beans);
        InstalledContexts.install(this);
    }

    @Override
    public boolean serves() {
        return false;
    }

    @Override
    public @Nullable ParallelTools parallelTools() {
        return null;
    }
}
