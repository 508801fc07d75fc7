package dev.interlock.spring;

import dev.interlock.langchain4j.ParallelTools;
import java.util.Arrays;
import java.util.List;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * The {@link ParallelTools} that a context has made, and so may close and release: not those of the contexts above it, which
 * go on when it ends, and none that nobody has asked for so far. Thread-safe.
 */
final class OwnParallelTools {

    private final ConfigurableListableBeanFactory beans;

    OwnParallelTools(ConfigurableListableBeanFactory beans) {
        this.beans = beans;
    }

    List<ParallelTools> list() {
        return Arrays.stream(beans.getBeanNamesForType(ParallelTools.class, false, false))
                .filter(beans::containsSingleton)
                .map(name -> beans.getBean(name, ParallelTools.class))
                .toList();
    }
}
