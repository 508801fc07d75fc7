package dev.interlock.schedule;

/** How long the attempt of a call has taken, without what is not the tool's. Written by the thread of the call, guarded as the machine is. */
final class AttemptClock {

    private long since;
    private long untimed;
    private long stoppedAt;
    private boolean stopped;

    /** An attempt begins. */
    void begin(long now) {
        since = now;
        untimed = 0;
        stopped = false;
    }

    /** It waits for what is not the tool's. */
    void stop(long now) {
        stoppedAt = now;
        stopped = true;
    }

    void goOn(long now) {
        untimed += now - stoppedAt;
        stopped = false;
    }

    /** Whether the attempt has taken as long as {@code limit}; false while it waits for what is not the tool's. */
    boolean hasPassed(long limit, long now) {
        return !stopped && nanos(now) >= limit;
    }

    long nanos(long now) {
        return now - since - untimed;
    }

    /** How long it has waited for what is not the tool's, without the wait of now. */
    long untimed() {
        return untimed;
    }
}
