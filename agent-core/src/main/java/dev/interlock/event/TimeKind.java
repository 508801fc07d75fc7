package dev.interlock.event;

/** What a call's time goes to, from when it is planned to its end: to each instant there is one. */
public enum TimeKind {

    /** It waits for earlier calls that it conflicts with, or whose results it uses. */
    DEPENDENCY("dependency"),
    /** It waits for one of its round's {@code maxConcurrency} permits. */
    PERMIT("permit"),
    /** It waits for a cap: of its tool, of a group, or of all calls. */
    CAP("cap"),
    /** It waits for a resource that an abandoned call, or a call of another round, holds. */
    RESOURCE("resource"),
    /** It waits for its approval. */
    APPROVAL("approval"),
    /** It is pending: it waits for what happens outside of the process. */
    PENDING("pending"),
    /** An interceptor has it wait for something else, without a permit. */
    INTERCEPTOR("interceptor"),
    /** It waits until calls before it have announced themselves: for their hooks. */
    ANNOUNCEMENT("announcement"),
    /** It waits for the owner, which runs another call. */
    OWNER("owner"),
    /** It waits to be tried again after a failure. */
    RETRY("retry"),
    /** It waits for nothing, and its tool does not run: its thread starts, interceptors and listeners run. */
    START("start"),
    /** Its tool runs. */
    RUN("run");

    private final String key;

    TimeKind(String key) {
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

    /**
     * Whether the call waits.
     *
     * @return false for {@link #START} and {@link #RUN}
     */
    public boolean isWait() {
        return this != START && this != RUN;
    }
}
