package dev.interlock.schedule;

/** How far a call has come. Apart from pauses, a call only moves forward. */
enum Phase {
    /** Waits for other calls, or for its turn. */
    WAITING,
    /** Waits for an earlier call that is the same, whose outcome will be its own. */
    FOLLOWING,
    /** Given to a thread that has not begun it. */
    STARTING,
    /** Interceptors that need no turn run on its thread, without a permit. */
    ASKING,
    /** Its thread waits for its turn. */
    ASKED,
    /** Its body, or an interceptor, runs. */
    RUNNING,
    /** Waits for something other than a tool, without a permit. */
    PAUSED,
    /** Waits for a permit to go on. */
    RESUMING,
    /** Waits for what happens outside of the process, without a thread; it keeps its place on the scoreboard. */
    PENDING,
    /** Its body has ended and its outcome is settled; listeners are being told. */
    ENDING,
    /** Has its outcome. */
    DONE,
    /** Has its outcome, but its body still runs, and it keeps what it accesses. */
    ABANDONED,
    /** Was abandoned, and keeps nothing from the calls of its round any more. */
    RELEASED
}
