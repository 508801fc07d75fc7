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

/**
 * Carries what those who write for Spring take for granted on the threads of their tools. Each is set by itself, whether or
 * not Micrometer's context propagation is there, and whatever is registered with it: by default neither the log's context
 * nor Spring's are.
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

        /** Spring's own snapshot stays readable when the request is over, while its response is still streamed. */
        private static UnaryOperator<RequestAttributes> snapshots() {
            ClassLoader loader = Web.class.getClassLoader();
            boolean there = ClassUtils.isPresent("io.micrometer.context.ThreadLocalAccessor", loader)
                    && ClassUtils.isPresent("jakarta.servlet.ServletRequest", loader);
            return there ? Snapshots::of : UnaryOperator.identity();
        }
    }

    /** Apart, since its class needs Micrometer's. */
    private static final class Snapshots {

        private static final RequestAttributesThreadLocalAccessor ACCESSOR = new RequestAttributesThreadLocalAccessor();

        /** Called on the thread that has them. */
        static RequestAttributes of(RequestAttributes current) {
            RequestAttributes snapshot = ACCESSOR.getValue();
            return snapshot == null ? current : snapshot;
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

        /** Spring makes an empty one where there is none. */
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
