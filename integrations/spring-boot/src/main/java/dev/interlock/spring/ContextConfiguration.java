package dev.interlock.spring;

import dev.interlock.execution.ContextPropagator;
import dev.interlock.execution.MdcPropagator;
import dev.interlock.micrometer.MicrometerContextPropagator;
import io.micrometer.context.ContextSnapshotFactory;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.i18n.LocaleContext;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.util.ClassUtils;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestAttributesThreadLocalAccessor;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * Carries the context that Spring users expect on the threads of their tools. It sets each kind by itself, regardless
 * of Micrometer's context propagation and its registry: by default that has neither the log's context nor Spring's.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "interlock.propagate-context", matchIfMissing = true)
final class ContextConfiguration {

    @Bean
    ContextPropagator interlockMdcPropagator() {
        return MdcPropagator.create();
    }

    @Bean
    ContextPropagator interlockLocalePropagator() {
        return new ThreadLocalPropagator<LocaleContext>(
                LocaleContextHolder::getLocaleContext,
                LocaleContextHolder::setLocaleContext,
                LocaleContextHolder::resetLocaleContext,
                UnaryOperator.identity());
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(RequestContextHolder.class)
    static class Web {

        @Bean
        ContextPropagator interlockRequestPropagator() {
            return new ThreadLocalPropagator<>(
                    RequestContextHolder::getRequestAttributes,
                    RequestContextHolder::setRequestAttributes,
                    RequestContextHolder::resetRequestAttributes,
                    snapshots());
        }

        /** Uses Spring's own snapshot, which stays readable when the request is over and its response still streams. */
        private static UnaryOperator<RequestAttributes> snapshots() {
            ClassLoader loader = Web.class.getClassLoader();
            boolean there = ClassUtils.isPresent("io.micrometer.context.ThreadLocalAccessor", loader)
                    && ClassUtils.isPresent("jakarta.servlet.ServletRequest", loader);
            return there ? Snapshots::of : UnaryOperator.identity();
        }
    }

    /** A separate class, since it needs Micrometer's classes. */
    private static final class Snapshots {

        private static final RequestAttributesThreadLocalAccessor ACCESSOR = new RequestAttributesThreadLocalAccessor();

        /** Call this on the thread that has the attributes. */
        static RequestAttributes of(RequestAttributes current) {
            RequestAttributes snapshot = ACCESSOR.getValue();
            return current instanceof ServletRequestAttributes original && snapshot != null
                    ? new CarriedRequest(original, snapshot)
                    : current;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(SecurityContextHolder.class)
    static class Security {

        @Bean
        ContextPropagator interlockSecurityPropagator() {
            return new ThreadLocalPropagator<>(
                    Security::current,
                    SecurityContextHolder::setContext,
                    SecurityContextHolder::clearContext,
                    UnaryOperator.identity());
        }

        /** The current context; null if there is none, where Spring would create an empty one. */
        private static @Nullable SecurityContext current() {
            SecurityContext context = SecurityContextHolder.getContext();
            return context.getAuthentication() == null ? null : context;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(ContextSnapshotFactory.class)
    static class Micrometer {

        @Bean
        ContextPropagator interlockMicrometerPropagator() {
            return MicrometerContextPropagator.create();
        }
    }
}
