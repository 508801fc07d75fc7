package dev.interlock.spring;

import dev.interlock.langchain4j.ParallelTools;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.BeanCurrentlyInCreationException;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.InstantiationAwareBeanPostProcessor;

/**
 * Has the AI services that are built in a context run their tools through its {@link ParallelTools}: those of LangChain4j's
 * starter, of its agentic module, and whatever calls {@code AiServices.builder}. Installed before the context makes its
 * beans, until it closes.
 *
 * <p>It is told of each bean that the context makes, so that {@link InstalledContexts} knows which context an AI service is
 * built in where a JVM has several.
 */
final class GlobalInstallation implements InstantiationAwareBeanPostProcessor, DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(GlobalInstallation.class);

    /** Makes the services of {@code @AiService} when they are first asked for, which may be long after it was made itself. */
    private static final String AI_SERVICE_FACTORY = "dev.langchain4j.service.spring.AiServiceFactory";

    private final ObjectProvider<ParallelTools> parallelTools;

    /** What the context is known by. */
    private final Supplier<@Nullable ParallelTools> context = this::parallelTools;

    GlobalInstallation(ObjectProvider<ParallelTools> parallelTools) {
        this.parallelTools = parallelTools;
        InstalledContexts.install(context);
    }

    /** That of the context; null if an AI service is built that it needs itself, or there are several and none is primary. */
    private @Nullable ParallelTools parallelTools() {
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

    @Override
    public @Nullable Object postProcessBeforeInstantiation(Class<?> beanClass, String beanName) {
        InstalledContexts.begin(context, beanName);
        return null;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        InstalledContexts.end(context, beanName);
        return bean instanceof FactoryBean<?> factory
                        && bean.getClass().getName().equals(AI_SERVICE_FACTORY)
                ? new WithinContext<>(factory, beanName)
                : bean;
    }

    @Override
    public void destroy() {
        InstalledContexts.uninstall(context);
    }

    /** A factory whose product is made in this context, whenever it is asked for. */
    private final class WithinContext<T> implements FactoryBean<T> {

        private final FactoryBean<T> factory;
        private final String name;

        WithinContext(FactoryBean<T> factory, String name) {
            this.factory = factory;
            this.name = name;
        }

        @Override
        public @Nullable T getObject() throws Exception {
            InstalledContexts.begin(context, name);
            try {
                return factory.getObject();
            } finally {
                InstalledContexts.end(context, name);
            }
        }

        @Override
        public @Nullable Class<?> getObjectType() {
            return factory.getObjectType();
        }

        @Override
        public boolean isSingleton() {
            return factory.isSingleton();
        }
    }
}
