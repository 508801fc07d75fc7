package dev.interlock.support;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a round's calls while their caller has a transaction of Spring, which belongs to the thread that
 * began it. A call on another thread is outside it: the call's changes stay when the caller rolls back, the call does
 * not see the caller's uncommitted changes, and it waits for the caller's locks while the caller waits for the call.
 * The modules that know Spring ask it for the transaction. Immutable.
 */
public enum CallerTransaction {
    /** The calls run one after another on the caller's thread, inside its transaction, as without Interlock. */
    SEQUENTIAL,
    /** The calls run in parallel. Those on other threads run without the caller's transaction. */
    PARALLEL,
    /** An exception refuses the round. */
    REFUSE;

    /**
     * Decides whether a round's calls stay on the caller's thread.
     *
     * @param active whether the caller has a transaction
     * @param name gives the transaction's name, for the message; asked only if this refuses the round
     * @return false if the calls may run on other threads
     * @throws IllegalStateException to refuse the round
     */
    public boolean keepsCalls(boolean active, Supplier<@Nullable String> name) {
        if (active && this == REFUSE) {
            throw new IllegalStateException(
                    "the caller has the transaction '%s', and calls on other threads would run outside it: "
                                    .formatted(name.get())
                            + "ask the model outside of transactions, or set interlock.caller-transaction=sequential");
        }
        return active && this == SEQUENTIAL;
    }
}
