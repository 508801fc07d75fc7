package dev.interlock.event;

/** How a call ended: its outcome's kind, and where the engine knows more, that. */
public enum CallEnd {

    /** Its tool returned. */
    OK("ok"),
    /** Its tool threw, in its last attempt. */
    FAILED("failed"),
    /** A limit passed. */
    TIMED_OUT("timed_out"),
    /** It was cancelled, before its tool was started or while it ran. */
    CANCELLED("cancelled"),
    /** A call whose result it uses has none. */
    SKIPPED("skipped"),
    /** It was refused before its tool was started: by a limit, an interceptor, or the person who was to approve it. */
    REJECTED("rejected"),
    /** Its thread ignored its interrupt past the grace period. */
    ABANDONED("abandoned"),
    /** It was not run itself: it has the outcome, good or bad, of an equal call before it. */
    COALESCED("coalesced"),
    /** It has not ended: its round was suspended while it was pending, or waited for a call that was. It will be told of again. */
    SUSPENDED("suspended");

    private final String key;

    CallEnd(String key) {
        this.key = key;
    }

    /**
     * The word for it in reports and metrics.
     *
     * @return in lower case; it does not change
     */
    public String key() {
        return key;
    }
}
