package dev.interlock.footprint;

/**
 * Receives what calls have touched: once for each attempt, when its body has ended, on the thread that ran the body and
 * outside all locks. For an abandoned call this is when its thread ends at last. For a call whose body did not run,
 * such as one that shares an equal call's outcome, nothing comes.
 *
 * <p>An implementation must be thread-safe. It should be quick, since the call waits for it within the attempt's limit.
 * The engine logs and otherwise ignores what it throws.
 */
@FunctionalInterface
public interface FootprintListener {

    /**
     * Receives an attempt's footprint.
     *
     * @param footprint what the attempt has touched
     */
    void onFootprint(CallFootprint footprint);
}
