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
        ASK,
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
        TELL,
        GRANT,
        SUSPECT,
        RELEASE,
        WITHDRAW,
        GATE,
        ANNOUNCE,
        STOP_CLOCK,
        START_CLOCK
    }

    @Override
    public String toString() {
        return move + " " + of;
    }
}
