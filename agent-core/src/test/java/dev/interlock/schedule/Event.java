package dev.interlock.schedule;

/**
 * One event.
 *
 * @param move what happens
 * @param of to which call, or in which round
 */
record Event(Move move, int of) {

    /** What happens. */
    enum Move {
        ADMIT,
        OWN,
        NEXT,
        TIME,
        CANCEL,
        CONFINE,
        REFUSE,
        INTERRUPT,
        BEGIN,
        START_FAILS,
        WANT_TURN,
        GO_ON,
        ATTEMPT,
        ATTEMPT_OK,
        ATTEMPT_FAILS,
        PAUSE,
        RESUME,
        LEND,
        RECLAIM,
        OK,
        FAILS,
        LEAVES,
        PENDS,
        BECOMES_PENDING,
        TELL,
        GRANT,
        SUSPECT,
        RELEASE,
        WITHDRAW,
        GATE,
        ANNOUNCE,
        STOP_CLOCK,
        START_CLOCK,
        /** The thread of a call reads the clock for its next event, and then has to wait for the lock. */
        READ_CLOCK,
        /** The engine fails on the thread of a call, which ends. */
        BREAK,
        /** The engine fails on the owner if that looks what to do, otherwise on another thread. */
        BREAK_ROUND,
        /** The engine fails when a round is to hear of a grant. */
        BREAK_GRANT
    }

    @Override
    public String toString() {
        return move + " " + of;
    }
}
