package dev.interlock.execution;

import dev.interlock.call.CallResult;
import dev.interlock.event.CallTrace;
import dev.interlock.event.CallTraces;
import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundEvent.CallEvent;
import dev.interlock.schedule.Note;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The events of one call, where anybody listens. Thread-safe.
 *
 * <p>Invariant: listeners are told of one call's events one after another, in the order in which they happened, with no lock
 * held. The schedule decides under its driver's lock, and {@linkplain #note notes} are queued there, so the queue has the
 * right order; but any number of threads tell, after giving the lock up. So one of them is the teller. Another thread that
 * only has notes leaves them to the teller. The thread of the call, whose own events have to be told there and then, waits
 * for it, and tells what is queued before its own.
 *
 * <p>So a listener that keeps one event of a call holds up that call only; unless the call is abandoned meanwhile, since then
 * nobody waits for its thread any more.
 */
final class CallEvents {

    /** Who tells; with no lock held. */
    interface Telling {

        /** What the wall clock shows at a reading of the other one. */
        Instant instant(long nanos);

        /** What a note says, to be told. */
        CallEvent event(Note note, Instant at);

        void tell(RoundEvent event);
    }

    private final Telling telling;

    /** Whether what was told is wanted afterwards. */
    private final boolean keeps;

    // Guarded by this; nothing is told with it held.
    private final Deque<Note> notes = new ArrayDeque<>(4);
    private final List<CallEvent> told;
    private final List<Thread> waiting = new ArrayList<>(0);
    private @Nullable Thread teller;
    private boolean ended;

    // Only accessed by the teller, and of an abandoned call by who ends its round.

    /** Whether anything was told, and when what was told last happened; volatile for those two. */
    private volatile boolean any;

    private volatile long latest;

    /** Whether there were notes when the teller became that. */
    private boolean hasNotes;

    CallEvents(Telling telling, boolean keeps) {
        this.telling = telling;
        this.keeps = keeps;
        this.told = new ArrayList<>(keeps ? 8 : 0);
    }

    boolean areNone() {
        return !any;
    }

    /** To be told; with the lock of the driver held. */
    synchronized void note(Note note) {
        notes.add(note);
    }

    /** Tells what was noted, unless somebody is at it. */
    void tellNotes() {
        Thread current = Thread.currentThread();
        boolean within;
        Note first;
        synchronized (this) {
            if (notes.isEmpty() || (teller != null && !current.equals(teller))) {
                return;
            }
            within = teller != null;
            teller = current;
            first = notes.remove();
        }
        tell(first);
        tellAll(within);
    }

    /** Tells what happens on the current thread now, after all that was noted. */
    void tell(long at, Function<Instant, CallEvent> event) {
        if (tellAtOnce(at, event)) {
            return;
        }
        boolean within = becomeTeller();
        try {
            if (hasNotes) {
                tellAll(true);
            }
            tellOne(at, event);
        } finally {
            tellAll(within);
        }
    }

    /** False, with nothing done, if another thread tells, or has told meanwhile, or there are notes: this is the usual way. */
    private boolean tellAtOnce(long at, Function<Instant, CallEvent> maker) {
        boolean some = any;
        long before = latest;
        long when = some && at - before < 0 ? before : at;
        CallEvent event = maker.apply(telling.instant(when));
        synchronized (this) {
            if (teller != null || !notes.isEmpty() || any != some || latest != before || !keep(event)) {
                return false;
            }
            teller = Thread.currentThread();
            latest = when;
        }
        try {
            telling.tell(event);
        } finally {
            tellAll(false);
        }
        return true;
    }

    /** False if it is not to be told any more: the call has ended. With the monitor held. */
    private boolean keep(CallEvent event) {
        if (ended && !(event instanceof RoundEvent.CallReleased)) {
            return false;
        }
        ended |= event instanceof RoundEvent.CallEnded;
        any = true;
        if (keeps) {
            told.add(event);
        }
        return true;
    }

    /**
     * The round is over: all that was noted has been told when this returns.
     *
     * @param abandoned whether the thread of the call may hang in a listener
     */
    void settle(boolean abandoned) {
        if (!abandoned) {
            tellAll(becomeTeller());
            return;
        }
        for (Note note = next(false); note != null; note = next(false)) {
            tell(note);
        }
    }

    /** Whether the current thread was it before: then it is telling, and a listener has led here. */
    private boolean becomeTeller() {
        Thread current = Thread.currentThread();
        Boolean before = tryToTell(current);
        boolean flagged = false;
        while (before == null) {
            LockSupport.park(this);
            flagged |= Thread.interrupted();
            before = tryToTell(current);
        }
        if (flagged) {
            current.interrupt();
        }
        return before;
    }

    private synchronized @Nullable Boolean tryToTell(Thread current) {
        if (teller != null && !current.equals(teller)) {
            if (!waiting.contains(current)) {
                waiting.add(current);
            }
            return null;
        }
        boolean before = teller != null;
        teller = current;
        if (!waiting.isEmpty()) {
            waiting.remove(current);
        }
        hasNotes = !notes.isEmpty();
        return before;
    }

    private void tellAll(boolean staysTeller) {
        for (Note note = next(!staysTeller); note != null; note = next(!staysTeller)) {
            tell(note);
        }
    }

    /** The next note; if there is none the current thread may give up being the teller. */
    private @Nullable Note next(boolean orLeave) {
        List<Thread> others;
        synchronized (this) {
            Note note = notes.poll();
            if (note != null || !orLeave) {
                return note;
            }
            teller = null;
            others = List.copyOf(waiting);
        }
        others.forEach(LockSupport::unpark);
        return null;
    }

    private void tell(Note note) {
        tellOne(note.at(), at -> telling.event(note, at));
    }

    /**
     * The clock was read before its driver's lock was taken, so of two events the later one may have the earlier time: it
     * gets that of the one before.
     */
    private void tellOne(long at, Function<Instant, CallEvent> maker) {
        boolean back = any && at - latest < 0;
        latest = back ? latest : at;
        CallEvent event = maker.apply(telling.instant(latest));
        synchronized (this) {
            if (!keep(event)) {
                return;
            }
        }
        telling.tell(event);
    }

    /** Its result, as it was told; null if it was not. */
    synchronized @Nullable CallResult result() {
        for (int i = told.size() - 1; i >= 0; i--) {
            if (told.get(i) instanceof RoundEvent.CallEnded end) {
                return end.result();
            }
        }
        return null;
    }

    /** What it has done, once it has ended; null if that was never told. */
    synchronized @Nullable CallTrace trace(CallTrace.Settings settings) {
        return ended && !told.isEmpty() && told.get(0) instanceof RoundEvent.CallPlanned
                ? CallTraces.of(told, settings)
                : null;
    }
}
