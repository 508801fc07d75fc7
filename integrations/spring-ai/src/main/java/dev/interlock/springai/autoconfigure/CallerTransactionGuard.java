package dev.interlock.springai.autoconfigure;

import dev.interlock.call.ToolCall;
import dev.interlock.execution.RoundGuard;
import java.util.List;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * A transaction of Spring's belongs to the thread that began it. A call on another thread is not within it: what it does
 * stays when the caller's work is rolled back, it does not see what the caller has not committed, and it waits for the
 * caller's locks, while the caller waits for the call.
 */
final class CallerTransactionGuard implements RoundGuard {

    private final CallerTransaction setting;

    CallerTransactionGuard(CallerTransaction setting) {
        this.setting = setting;
    }

    @Override
    public Where where(List<ToolCall> calls) {
        if (setting == CallerTransaction.PARALLEL || !TransactionSynchronizationManager.isActualTransactionActive()) {
            return Where.ANYWHERE;
        }
        if (setting == CallerTransaction.REFUSE) {
            throw new IllegalStateException(
                    "the caller has the transaction '%s', which its tools' calls on other threads would not be within: "
                                    .formatted(TransactionSynchronizationManager.getCurrentTransactionName())
                            + "ask the model outside of transactions, or set interlock.caller-transaction=sequential");
        }
        return Where.ON_OWNER;
    }
}
