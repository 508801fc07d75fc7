package dev.interlock.schedule;

/** How far a call has come. Apart from pauses, a call only moves forward. */
enum Phase {
    /** Waits for other calls or for its turn. */
    WAITING,
    /** Waits for an earlier equal call, whose outcome it will share. */
    FOLLOWING,
    /** Given to a thread that has not begun it. */
    STARTING,
    /** Interceptors that need no turn run on its thread, without a permit. */
    BEFORE_TURN,
    /** Interceptors have run before its turn; now its thread waits for the turn. */
    WANTS_TURN,
    /** Its body, or an interceptor, runs. */
    RUNNING,
    /** Waits for something other than a tool, without a permit. */
    PAUSED,
    /** Waits for a permit to go on. */
    RESUMING,
    /** Waits without a thread for something outside this process; it keeps its place on the scoreboard. */
    PENDING,
    /** Its body has ended and its outcome is settled; listeners are being told. */
    ENDING,
    /** Has its outcome. */
    DONE,
    /** Has its outcome, but its body still runs and keeps its resources. */
    ABANDONED,
    /** Was abandoned, and keeps nothing from other calls of its round any more, but perhaps from other rounds. */
    BYPASSED
}
