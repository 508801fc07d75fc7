package dev.interlock.board;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The scoreboard as its documentation defines it: pairwise, everything worked out anew after each step. */
final class ScoreboardModel {

    enum State {
        WAITING,
        READY,
        DETACHED,
        WITHDRAWN,
        ENDED
    }

    private final List<State> states = new ArrayList<>();
    private final List<Long> direct = new ArrayList<>();
    /** Calls that became ready and were not taken, those that became ready in one step together. */
    private final Deque<Long> ready = new ArrayDeque<>();

    private long gone;
    private boolean cancelled;

    void admit(long predecessors) {
        states.add(State.WAITING);
        direct.add(predecessors);
        settle();
    }

    void complete(int call) {
        states.set(call, states.get(call) == State.WAITING ? State.WITHDRAWN : State.ENDED);
        forget(call);
        settle();
    }

    void detach(int call) {
        states.set(call, State.DETACHED);
        forget(call);
    }

    void release(int call) {
        states.set(call, State.ENDED);
        settle();
    }

    void cancel() {
        cancelled = true;
    }

    /** The calls of which the next to be taken must be one, as bits. */
    long next() {
        return cancelled || ready.isEmpty() ? 0 : ready.getFirst();
    }

    void take(int call) {
        forget(call);
    }

    int size() {
        return states.size();
    }

    State state(int call) {
        return states.get(call);
    }

    boolean isCancelled() {
        return cancelled;
    }

    int unfinished() {
        return size() - Long.bitCount(gone);
    }

    /** The calls that wait for the given one, through whatever others, as bits. */
    long waitersFor(int call) {
        long behind = 1L << call;
        long waiting = 0;
        for (int later = call + 1; later < size(); later++) {
            if ((direct.get(later) & behind) != 0) {
                behind |= 1L << later;
                waiting |= states.get(later) == State.WAITING ? 1L << later : 0;
            }
        }
        return waiting;
    }

    private void settle() {
        long nowReady = 0;
        for (int call = 0; call < size(); call++) {
            boolean blocked = (direct.get(call) & ~gone) != 0;
            switch (states.get(call)) {
                case WAITING -> {
                    if (!blocked) {
                        states.set(call, State.READY);
                        nowReady |= 1L << call;
                    }
                }
                case WITHDRAWN -> gone |= blocked ? 0 : 1L << call;
                case ENDED -> gone |= 1L << call;
                case READY, DETACHED -> {}
            }
        }
        if (nowReady != 0) {
            ready.add(nowReady);
        }
    }

    private void forget(int call) {
        ready.removeIf(group -> group == 1L << call);
        int groups = ready.size();
        for (int i = 0; i < groups; i++) {
            ready.add(ready.remove() & ~(1L << call));
        }
    }
}
