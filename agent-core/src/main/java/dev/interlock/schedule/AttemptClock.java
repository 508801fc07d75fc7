package dev.interlock.schedule;

/**
 * Measures the time of a call's attempt, without waits that are not the tool's. The call's thread writes it. Guarded
 * like the machine.
 */
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

    /** Stops the clock: the attempt waits for something other than its tool. */
    void stop(long now) {
        stoppedAt = now;
        stopped = true;
    }

    void goOn(long now) {
        untimed += now - stoppedAt;
        stopped = false;
    }

    /**
     * Whether the attempt has taken {@code limit} or longer; false while it waits for something other than its tool.
     */
    boolean hasPassed(long limit, long now) {
        return !stopped && nanos(now) >= limit;
    }

    long nanos(long now) {
        return now - since - untimed;
    }

    /** How long the attempt has waited for other things than its tool, without the present wait. */
    long untimed() {
        return untimed;
    }
}
