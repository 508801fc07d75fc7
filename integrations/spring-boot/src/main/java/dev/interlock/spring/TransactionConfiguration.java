package dev.interlock.spring;

import dev.interlock.execution.RoundGuard;
import dev.interlock.support.CallerTransaction;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Checks for the caller's transaction, where the application has Spring's transactions. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(TransactionSynchronizationManager.class)
final class TransactionConfiguration {

    @Bean
    RoundGuard interlockCallerTransactionGuard(InterlockProperties properties) {
        CallerTransaction setting = properties.callerTransaction();
        return calls -> setting.keepsCalls(
                        TransactionSynchronizationManager.isActualTransactionActive(),
                        TransactionSynchronizationManager::getCurrentTransactionName)
                ? RoundGuard.Where.ON_OWNER
                : RoundGuard.Where.ANYWHERE;
    }
}
