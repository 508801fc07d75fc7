package dev.interlock.spring;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.support.InstantiationStrategy;
import org.springframework.beans.factory.support.RootBeanDefinition;

/**
 * Marks AI services built in constructors and factory methods of beans. Spring calls a post-processor only before the
 * first instance of a definition, so not for later instances of prototypes and scopes.
 */
final class MarkingInstantiation implements InstantiationStrategy {

    private final InstalledContexts.Context context;
    private final InstantiationStrategy marked;

    MarkingInstantiation(InstalledContexts.Context context, InstantiationStrategy marked) {
        this.context = context;
        this.marked = marked;
    }

    private Object within(@Nullable String bean, Supplier<Object> body) {
        if (bean == null || !InstalledContexts.beginOnce(context, bean)) {
            return body.get();
        }
        try {
            return body.get();
        } finally {
            InstalledContexts.end(context, bean);
        }
    }

    @Override
    public Object instantiate(RootBeanDefinition definition, @Nullable String bean, BeanFactory owner) {
        return within(bean, () -> marked.instantiate(definition, bean, owner));
    }

    @Override
    public Object instantiate(
            RootBeanDefinition definition,
            @Nullable String bean,
            BeanFactory owner,
            Constructor<?> constructor,
            Object... arguments) {
        return within(bean, () -> marked.instantiate(definition, bean, owner, constructor, arguments));
    }

    @Override
    public Object instantiate(
            RootBeanDefinition definition,
            @Nullable String bean,
            BeanFactory owner,
            @Nullable Object factory,
            Method method,
            Object... arguments) {
        return within(bean, () -> marked.instantiate(definition, bean, owner, factory, method, arguments));
    }

    @Override
    public Class<?> getActualBeanClass(RootBeanDefinition definition, @Nullable String bean, BeanFactory owner) {
        return marked.getActualBeanClass(definition, bean, owner);
    }
}
