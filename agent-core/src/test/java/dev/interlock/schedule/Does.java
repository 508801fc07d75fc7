package dev.interlock.schedule;

/** What the thread of a call does. */
enum Does {
    NOTHING,
    BODY,
    BEFORE_TURN,
    WANTS_TURN,
    BETWEEN,
    ATTEMPT,
    ATTEMPT_FAILED,
    ATTEMPT_DONE,
    PAUSED,
    RESUMING,
    LENT,
    RECLAIMING,
    AT_GATE,
    ANNOUNCING,
    UNTIMED,
    MUST_FAIL,
    TELLING,
    WRITING_PENDING,
    GONE
}
