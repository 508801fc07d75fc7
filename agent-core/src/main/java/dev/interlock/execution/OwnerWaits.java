package dev.interlock.execution;

import dev.interlock.board.Scoreboard;
import dev.interlock.event.Wait;
import org.jspecify.annotations.Nullable;

/**
 * Reports what a round's calls wait for while the owner runs them alone. Only listeners need this. Only the owner
 * accesses it.
 */
final class OwnerWaits {

    private final DrivenCall[] calls;
    private final RoundReporter reporter;
    private final Wait forTurn;
    private final Scoreboard board = new Scoreboard(true);

    private OwnerWaits(RoundFrame frame) {
        this.calls = frame.calls();
        this.reporter = frame.reporter();
        int permits = frame.settings().limits().maxConcurrency();
        this.forTurn = permits == 1 ? new Wait.ForPermit(permits) : new Wait.ForOwner();
    }

    /** Reports plans and waits; null without listeners. */
    static @Nullable OwnerWaits begin(RoundFrame frame) {
        if (!frame.reporter().isListened()) {
            return null;
        }
        OwnerWaits waits = new OwnerWaits(frame);
        waits.begin(frame.startNanos());
        return waits;
    }

    private void begin(long now) {
        for (DrivenCall call : calls) {
            reporter.callPlanned(call, now);
            board.admit(call.planned().accesses(), call.body().dataDependencies());
        }
        // The calls that wait for no other.
        boolean[] ready = new boolean[calls.length];
        for (int ticket = board.nextReady(); ticket >= 0; ticket = board.nextReady()) {
            ready[ticket] = true;
        }
        for (int i = 1; i < calls.length; i++) {
            Wait wait = ready[i] ? forTurn : Wait.ForCalls.among(board.blockersOf(i, Wait.ForCalls.MOST + 1));
            if (wait != null && calls[i].settled() == null) {
                reporter.callWaiting(calls[i], wait, now);
            }
        }
    }

    /** Records that a call has ended: calls that waited for it now wait for the owner, except the next one. */
    void ended(int place, long now) {
        board.complete(place);
        for (int ticket = board.nextReady(); ticket >= 0; ticket = board.nextReady()) {
            if (ticket != place + 1 && calls[ticket].settled() == null) {
                reporter.callWaiting(calls[ticket], forTurn, now);
            }
        }
    }
}
