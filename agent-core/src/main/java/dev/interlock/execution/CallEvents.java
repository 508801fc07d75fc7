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
 * The events of one call, if the round has listeners. Thread-safe.
 *
 * <p>Invariant: listeners get one call's events one after another, in the order in which they happened, with no lock
 * held. The schedule decides under its driver's lock and queues {@linkplain #note notes} there, so the queue has the
 * right order. But many threads deliver, after they release the lock. So one of them is the teller. A thread that only
 * has notes leaves them to the teller. The call's own thread must deliver its events at once: it waits for the teller,
 * and delivers the queue before its own event.
 *
 * <p>So a listener that takes long for a call's event holds up only that call. If the round abandons the call
 * meanwhile, it waits for neither: its last thread takes the teller's place, and the former teller tells nothing more
 * of what is queued. But a thread that already tells that the call is abandoned, or its end, is waited for.
 */
final class CallEvents {

    /**
     * Delivers events, with no lock held. It cuts a circle: a {@link RoundReporter}, the only one, reads what this
     * keeps.
     */
    interface Telling {

        /** Converts a reading of the nanosecond clock to wall-clock time. */
        Instant instant(long nanos);

        /** Makes the event of a note. */
        CallEvent event(Note note, Instant at);

        void tell(RoundEvent event);
    }

    private final Telling telling;

    /** Whether to keep delivered events for later. */
    private final boolean keeps;

    // Guarded by this; nothing is told with it held.
    private final Deque<Note> notes = new ArrayDeque<>(4);
    private final List<CallEvent> told;
    private final List<Thread> waiting = new ArrayList<>(0);
    private @Nullable Thread teller;
    private boolean ended;

    /** Whether the teller tells a note of the call's end, so that nothing before it can hang any more. */
    private boolean tellsEnd;

    // Only the teller writes these.

    /** Whether any event was delivered, and the time of the last one; volatile, since others read them unguarded. */
    private volatile boolean any;

    private volatile long latest;

    /** Whether notes were queued when the current teller took over. */
    private boolean hasNotes;

    CallEvents(Telling telling, boolean keeps) {
        this.telling = telling;
        this.keeps = keeps;
        this.told = new ArrayList<>(keeps ? 8 : 0);
    }

    boolean areNone() {
        return !any;
    }

    /** Queues a note. The caller holds the driver's lock. */
    synchronized void note(Note note) {
        notes.add(note);
    }

    /** Delivers the notes, unless another thread is delivering them. */
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
            tellsEnd = isEnd(first);
        }
        try {
            tell(first);
        } finally {
            tellAll(within);
        }
    }

    /** Delivers an event of the current thread now, after all queued notes. */
    void tell(long at, Function<Instant, CallEvent> event) {
        if (tellAtOnce(at, event)) {
            return;
        }
        boolean within = becomeTeller(false);
        try {
            if (hasNotes) {
                tellAll(true);
            }
            tellOne(at, event);
        } finally {
            tellAll(within);
        }
    }

    /**
     * The usual fast way. Returns false, and does nothing, if another thread delivers or has delivered meanwhile, or if
     * notes are queued.
     */
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
            tellsEnd = false;
            latest = when;
        }
        try {
            telling.tell(event);
        } finally {
            tellAll(false);
        }
        return true;
    }

    /** Returns false if the call has ended, so that no further event may follow. The caller holds the monitor. */
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
     * Tells the rest, at the end of the round: when this returns, all notes are delivered.
     *
     * @param abandoned whether the thread of the call may hang in a listener
     */
    void tellRest(boolean abandoned) {
        tellAll(becomeTeller(abandoned));
    }

    /**
     * Returns whether the current thread already was the teller: then a listener, which it is calling, has led here.
     *
     * @param takesOver whether the current thread takes the place of a teller that may hang
     */
    private boolean becomeTeller(boolean takesOver) {
        Thread current = Thread.currentThread();
        Place place = takePlace(current, takesOver);
        boolean flagged = false;
        while (place == Place.OF_ANOTHER) {
            LockSupport.park(this);
            flagged |= Thread.interrupted();
            place = takePlace(current, takesOver);
        }
        if (flagged) {
            current.interrupt();
        }
        return place == Place.ITS_BEFORE;
    }

    /** Whose the teller's place is. */
    private enum Place {
        /** Another thread has it, and the current one must wait. */
        OF_ANOTHER,
        /** The current thread has just taken it. */
        TAKEN,
        /** The current thread had it before: a listener, which it is calling, has led here. */
        ITS_BEFORE
    }

    private synchronized Place takePlace(Thread current, boolean takesOver) {
        boolean other = teller != null && !current.equals(teller);
        if (other && (!takesOver || tellsEnd)) {
            if (!waiting.contains(current)) {
                waiting.add(current);
            }
            return Place.OF_ANOTHER;
        }
        boolean before = teller != null && !other;
        teller = current;
        tellsEnd &= before;
        if (!waiting.isEmpty()) {
            waiting.remove(current);
        }
        hasNotes = !notes.isEmpty();
        return before ? Place.ITS_BEFORE : Place.TAKEN;
    }

    private void tellAll(boolean staysTeller) {
        for (Note note = next(!staysTeller); note != null; note = next(!staysTeller)) {
            try {
                tell(note);
            } catch (RuntimeException | Error e) {
                // Other threads wait until this one has told the rest.
                tellAll(staysTeller);
                throw e;
            }
        }
    }

    /** Returns the next note. If there is none, the teller may leave its place; it may also have lost it. */
    private @Nullable Note next(boolean orLeave) {
        List<Thread> others;
        synchronized (this) {
            if (!isTeller()) {
                return null;
            }
            Note note = notes.poll();
            if (note != null || !orLeave) {
                tellsEnd = note != null && isEnd(note);
                return note;
            }
            teller = null;
            others = List.copyOf(waiting);
        }
        others.forEach(LockSupport::unpark);
        return null;
    }

    private boolean isTeller() {
        return Thread.currentThread().equals(teller);
    }

    private static boolean isEnd(Note note) {
        return switch (note.what()) {
            case ABANDONED, ENDED, RELEASED -> true;
            case PLANNED, WAITING, READY, COALESCED -> false;
        };
    }

    private void tell(Note note) {
        tellOne(note.at(), at -> telling.event(note, at));
    }

    /**
     * Delivers one event. A thread reads the clock before it takes the driver's lock, so a later event may have an
     * earlier time; it then gets the time of the event before.
     */
    private void tellOne(long at, Function<Instant, CallEvent> maker) {
        long when;
        synchronized (this) {
            if (!isTeller()) {
                return;
            }
            when = any && at - latest < 0 ? latest : at;
            latest = when;
        }
        CallEvent event = maker.apply(telling.instant(when));
        synchronized (this) {
            if (!isTeller() || !keep(event)) {
                return;
            }
        }
        telling.tell(event);
    }

    /** The call's result as delivered; null if it was not delivered. */
    synchronized @Nullable CallResult result() {
        for (int i = told.size() - 1; i >= 0; i--) {
            if (told.get(i) instanceof RoundEvent.CallEnded end) {
                return end.result();
            }
        }
        return null;
    }

    /** The call's trace after its end; null if the end was never delivered. */
    synchronized @Nullable CallTrace trace(CallTrace.Settings settings) {
        return ended && !told.isEmpty() && told.get(0) instanceof RoundEvent.CallPlanned
                ? CallTraces.of(told, settings)
                : null;
    }
}
