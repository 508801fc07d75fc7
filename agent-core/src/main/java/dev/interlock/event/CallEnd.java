package dev.interlock.event;

/** How a call ended: the kind of its outcome, or more exactly where the engine knows more. */
public enum CallEnd {

    /** The tool returned. */
    OK("ok"),
    /** The tool threw in the call's last attempt. */
    FAILED("failed"),
    /** A time limit expired. */
    TIMED_OUT("timed_out"),
    /** The call was cancelled before its tool started, or while the tool ran. */
    CANCELLED("cancelled"),
    /** The call uses the result of another call, which has none. */
    SKIPPED("skipped"),
    /**
     * The call was turned away before its tool started: by a limit, an interceptor, the person who had to approve it,
     * or an integration, by a guard that refused its round, or because the journal could not record its start.
     */
    REJECTED("rejected"),
    /** The call's thread ignored its interrupt past the grace period. */
    ABANDONED("abandoned"),
    /** The call did not run. It shares the outcome, good or bad, of an equal earlier call. */
    COALESCED("coalesced"),
    /**
     * The call has not ended: its round was suspended while the call was pending or waited for a pending one. The round
     * that resumes it reports the call again.
     */
    SUSPENDED("suspended");

    private final String key;

    CallEnd(String key) {
        this.key = key;
    }

    /**
     * Returns the word for this end in reports and metrics.
     *
     * @return a word in lower case that later versions keep
     */
    public String key() {
        return key;
    }
}
