package dev.interlock.spring;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.PropertyValues;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.InstantiationAwareBeanPostProcessor;
import org.springframework.beans.factory.support.AbstractAutowireCapableBeanFactory;

/**
 * Sees each bean that its context creates. So {@link InstalledContexts} knows in which of several contexts of a JVM an
 * AI service is built.
 */
abstract class ContextMarker implements InstantiationAwareBeanPostProcessor, DisposableBean, InstalledContexts.Context {

    /** The factory of {@code @AiService} services. It creates them on first use, maybe long after its own creation. */
    private static final String AI_SERVICE_FACTORY = "dev.langchain4j.service.spring.AiServiceFactory";

    private final ConfigurableListableBeanFactory beans;

    ContextMarker(ConfigurableListableBeanFactory beans) {
        this.beans = beans;
        if (beans instanceof AbstractAutowireCapableBeanFactory factory) {
            factory.setInstantiationStrategy(new MarkingInstantiation(this, factory.getInstantiationStrategy()));
        }
    }

    @Override
    public final boolean isMaking(String bean) {
        return beans.isCurrentlyInCreation(bean);
    }

    @Override
    public @Nullable Object postProcessBeforeInstantiation(Class<?> beanClass, String beanName) {
        InstalledContexts.begin(this, beanName);
        return null;
    }

    /**
     * Services that a bean builds during its initialisation belong to its context too. This also covers later instances
     * of a prototype, which no other callback reports.
     */
    @Override
    public PropertyValues postProcessProperties(PropertyValues values, Object bean, String beanName) {
        InstalledContexts.beginOnce(this, beanName);
        return values;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        InstalledContexts.end(this, beanName);
        return bean instanceof FactoryBean<?> factory
                        && bean.getClass().getName().equals(AI_SERVICE_FACTORY)
                ? new WithinContext<>(factory, beanName)
                : bean;
    }

    @Override
    public void destroy() {
        InstalledContexts.uninstall(this);
    }

    /** A factory whose product belongs to this context, no matter when it creates it. */
    private final class WithinContext<T> implements FactoryBean<T> {

        private final FactoryBean<T> factory;
        private final String name;

        WithinContext(FactoryBean<T> factory, String name) {
            this.factory = factory;
            this.name = name;
        }

        @Override
        public @Nullable T getObject() throws Exception {
            InstalledContexts.begin(ContextMarker.this, name);
            try {
                return factory.getObject();
            } finally {
                InstalledContexts.end(ContextMarker.this, name);
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
