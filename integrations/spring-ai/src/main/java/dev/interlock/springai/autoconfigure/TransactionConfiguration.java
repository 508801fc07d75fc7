package dev.interlock.springai.autoconfigure;

import dev.interlock.springai.ToolCallingManagerCustomizer;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Has the manager ask for the caller's transaction, where the application has Spring's transactions, as
 * {@code interlock.caller-transaction} says. Guards of the application's own are asked as well, and do not stand for this one.
 * It is no bean, so that only this manager has it; the bean of Interlock's starter, which asks the same, takes its place.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(TransactionSynchronizationManager.class)
final class TransactionConfiguration {

    /** First, since what the application's own customizers add comes after what is there by default. */
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    @ConditionalOnMissingBean(name = "interlockCallerTransactionGuard")
    ToolCallingManagerCustomizer interlockCallerTransactionCustomizer(Environment environment) {
        CallerTransaction setting = Binder.get(environment)
                .bind("interlock.caller-transaction", CallerTransaction.class)
                .orElse(CallerTransaction.SEQUENTIAL);
        return builder -> builder.roundGuard(new CallerTransactionGuard(setting));
    }
}
