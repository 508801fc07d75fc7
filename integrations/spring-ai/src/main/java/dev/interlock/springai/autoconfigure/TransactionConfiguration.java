package dev.interlock.springai.autoconfigure;

import dev.interlock.execution.RoundGuard;
import dev.interlock.springai.ToolCallingManagerCustomizer;
import dev.interlock.support.CallerTransaction;
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
 * Lets the manager check for the caller's transaction, as {@code interlock.caller-transaction} says, where the
 * application has Spring's transactions. The manager also asks the application's own guards; they do not replace this
 * one. This guard is not a bean, so only this manager has it. The equal bean of Interlock's starter takes its place.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(TransactionSynchronizationManager.class)
final class TransactionConfiguration {

    /** Runs first, so that the application's own customizers come after the defaults. */
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    @ConditionalOnMissingBean(name = "interlockCallerTransactionGuard")
    ToolCallingManagerCustomizer interlockCallerTransactionCustomizer(Environment environment) {
        CallerTransaction setting = Binder.get(environment)
                .bind("interlock.caller-transaction", CallerTransaction.class)
                .orElse(CallerTransaction.SEQUENTIAL);
        return builder -> builder.roundGuard(calls -> setting.keepsCalls(
                        TransactionSynchronizationManager.isActualTransactionActive(),
                        TransactionSynchronizationManager::getCurrentTransactionName)
                ? RoundGuard.Where.ON_OWNER
                : RoundGuard.Where.ANYWHERE);
    }
}
