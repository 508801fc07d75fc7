package dev.interlock.springai.autoconfigure;

import dev.interlock.call.ToolCall;
import dev.interlock.execution.RoundGuard;
import java.util.List;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * A Spring transaction belongs to the thread that began it. A call on another thread is outside it: the call's changes
 * stay when the caller rolls back, the call does not see the caller's uncommitted changes, and it waits for the
 * caller's locks while the caller waits for the call.
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
                    "the caller has the transaction '%s', and calls on other threads would run outside it: "
                                    .formatted(TransactionSynchronizationManager.getCurrentTransactionName())
                            + "ask the model outside of transactions, or set interlock.caller-transaction=sequential");
        }
        return Where.ON_OWNER;
    }
}
