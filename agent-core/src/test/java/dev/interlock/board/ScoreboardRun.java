package dev.interlock.board;

import static org.assertj.core.api.Assertions.fail;

import dev.interlock.board.ScoreboardModel.State;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Drives a scoreboard through one batch beside the model of it and the state that the calls change, and compares them
 * after each step. In the end what the calls saw and wrote must be what it is when those that ran run one by one.
 */
final class ScoreboardRun {

    enum Move {
        ADMIT,
        /** If this move is allowed, a ready call starts when it is made; otherwise, as soon as the call is ready. */
        TAKE,
        COMPLETE,
        WITHDRAW,
        DETACH,
        RELEASE,
        CANCEL
    }

    private record Step(Move move, int call) {
        @Override
        public String toString() {
            return move + " " + call;
        }
    }

    private final Batch batch;
    private final Chooser chooser;
    private final Set<Move> allowed;
    private final boolean admitAllFirst;

    private final Scoreboard board = new Scoreboard();
    private final ScoreboardModel model = new ScoreboardModel();
    private final Cells cells;
    private final List<Step> options = new ArrayList<>();
    private final List<Step> trace = new ArrayList<>();
    private long started;
    private long ended;

    ScoreboardRun(Batch batch, Chooser chooser, Set<Move> allowed, boolean admitAllFirst) {
        this.batch = batch;
        this.chooser = chooser;
        this.allowed = EnumSet.copyOf(allowed);
        this.admitAllFirst = admitAllFirst;
        cells = new Cells(batch);
    }

    void toTheEnd() {
        listOptions();
        while (!options.isEmpty()) {
            Step step = options.get(options.size() == 1 ? 0 : chooser.pick(options.size()));
            trace.add(step);
            make(step.move(), step.call());
            if (!allowed.contains(Move.TAKE)) {
                while (model.next() != 0) {
                    take();
                }
            }
            if (model.next() == 0 && board.nextReady() != -1) {
                failed("a call is ready that must not be");
            }
            compare();
            listOptions();
        }
        if (!model.isCancelled() && board.unfinished() != 0) {
            failed("calls are left over");
        }
        if (!cells.sameAs(Cells.serial(batch, started))) {
            failed("state or results are not those of running the calls one by one");
        }
    }

    private void listOptions() {
        options.clear();
        if (model.size() < batch.size()) {
            add(Move.ADMIT, model.size());
            if (admitAllFirst) {
                return;
            }
        }
        if (model.next() != 0) {
            add(Move.TAKE, 0);
        }
        for (int call = 0; call < model.size(); call++) {
            State state = model.state(call);
            boolean taken = (started >> call & 1) == 1;
            if (state == State.READY && taken) {
                add(Move.COMPLETE, call);
                add(Move.DETACH, call);
            } else if (state == State.READY || state == State.WAITING) {
                add(Move.WITHDRAW, call);
            } else if (state == State.DETACHED) {
                // Both end it.
                add(Move.RELEASE, call);
                add(Move.COMPLETE, call);
            }
        }
        if (!options.isEmpty() && !model.isCancelled()) {
            add(Move.CANCEL, 0);
        }
    }

    private void add(Move move, int call) {
        if (allowed.contains(move)) {
            options.add(new Step(move, call));
        }
    }

    private void make(Move move, int call) {
        switch (move) {
            case ADMIT -> {
                int ticket = batch.admitTo(board, call);
                model.admit(batch.direct(call));
                if (ticket != call) {
                    failed("ticket " + ticket);
                }
            }
            case TAKE -> take();
            case COMPLETE, WITHDRAW -> {
                endCells(call);
                board.complete(call);
                model.complete(call);
            }
            case DETACH -> {
                board.detach(call);
                model.detach(call);
            }
            case RELEASE -> {
                endCells(call);
                board.release(call);
                model.release(call);
            }
            case CANCEL -> {
                board.cancel();
                model.cancel();
            }
        }
    }

    private void take() {
        long expected = model.next();
        int call = board.nextReady();
        if (call < 0 || (expected >> call & 1) == 0) {
            failed("ready is " + call + ", expected one of " + calls(expected));
        }
        model.take(call);
        started |= 1L << call;
        cells.start(call);
    }

    private void endCells(int call) {
        if ((started >> call & 1) == 1) {
            ended |= 1L << call;
            if (!cells.end(call)) {
                failed("what call " + call + " reads changed while it ran");
            }
        }
    }

    private void compare() {
        if (board.size() != model.size() || board.unfinished() != model.unfinished()) {
            failed("unfinished are " + board.unfinished() + ", expected " + model.unfinished());
        }
        // One a step, in turn: all of them would take most of the time.
        int call = trace.size() % Math.max(1, model.size());
        if (model.size() > 0 && model.state(call) != State.ENDED && model.state(call) != State.WITHDRAWN) {
            long waiters = 0;
            for (int waiter : new WaiterSearch(board).nextWaitersOf(call)) {
                waiters |= 1L << waiter;
            }
            if (waiters != model.waitersFor(call)) {
                failed("for call " + call + " wait " + calls(waiters) + ", expected " + calls(model.waitersFor(call)));
            }
        }
    }

    private void failed(String what) {
        fail("%s\nbatch:\n%s\nsteps: %s\nrunning: %s", what, batch, trace, calls(started & ~ended));
    }

    private static String calls(long bits) {
        int[] calls = new int[Long.bitCount(bits)];
        long left = bits;
        for (int i = 0; i < calls.length; i++, left &= left - 1) {
            calls[i] = Long.numberOfTrailingZeros(left);
        }
        return Arrays.toString(calls);
    }
}
