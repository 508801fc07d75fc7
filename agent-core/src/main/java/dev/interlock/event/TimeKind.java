package dev.interlock.event;

/** What a call spends its time on, from its planning to its end. Each instant has exactly one kind. */
public enum TimeKind {

    /** The call waits for earlier calls that it conflicts with, or whose results it uses. */
    DEPENDENCY("dependency"),
    /** The call waits for one of its round's {@code maxConcurrency} permits. */
    PERMIT("permit"),
    /** The call waits for a slot of a cap: its tool's, a group's, or that of all calls. */
    CAP("cap"),
    /** The call waits for a resource that an abandoned call, or a call of another round, holds. */
    RESOURCE("resource"),
    /** The call waits for its approval: from when it comes to be asked for to the answer, the function that asks included. */
    APPROVAL("approval"),
    /** The call is pending: it waits for something outside this process. */
    PENDING("pending"),
    /** An interceptor makes the call wait for something else, without a permit. */
    INTERCEPTOR("interceptor"),
    /** The call waits for the announcements of earlier calls, which run their hooks. */
    ANNOUNCEMENT("announcement"),
    /** The call waits for the owner, which runs another call. */
    OWNER("owner"),
    /** The call waits for its next attempt after a failure. */
    RETRY("retry"),
    /**
     * The call waits for nothing, but its tool does not run yet: its thread starts, or interceptors and listeners run.
     */
    START("start"),
    /** The call's tool runs. */
    RUN("run");

    private final String key;

    TimeKind(String key) {
        this.key = key;
    }

    /**
     * Returns the word for this kind in reports and metrics.
     *
     * @return a word in lower case that later versions keep
     */
    public String key() {
        return key;
    }

    /**
     * Tells whether the call waits.
     *
     * @return false for {@link #START} and {@link #RUN}
     */
    public boolean isWait() {
        return this != START && this != RUN;
    }
}
