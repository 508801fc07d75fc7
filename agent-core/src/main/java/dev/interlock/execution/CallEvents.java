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
 * <p>Invariant: each listener gets one call's events one after another, in the order in which they happened, with no
 * lock held. The schedule decides under its driver's lock and queues {@linkplain #note notes} there, so the queue has
 * the right order. But many threads deliver, after they release the lock. So one of them is the teller. A thread that
 * only has notes leaves them to the teller, also if it is the teller itself, within a listener. The call's own thread
 * must deliver its events at once: it waits for the teller, and delivers the queue before its own event.
 *
 * <p>The teller delivers one event at a time, to one listener after another. How far it has come is known to all, so
 * another thread can go on from there. That happens in two cases, and then the event reaches the listeners that have
 * not heard it before any later one does:
 *
 * <ul>
 *   <li>A listener has led back here, and its thread must deliver the rest at once. That listener gets the later events
 *       while it still handles the one before.
 *   <li>The round abandons the call while a listener hangs. It waits for neither: its last thread takes the teller's
 *       place, and the former teller delivers nothing more. The listener that hangs may get the later events meanwhile.
 *       But a thread that already tells that the call is abandoned, or its end, is waited for.
 * </ul>
 *
 * <p>A listener that takes long holds up the thread that delivers. For an event of the call's own thread that is only
 * this call. For a note it is any thread that carries out {@linkplain Performer actions}, mostly the owner, which is
 * also the round's timer. Then other calls of the round start later, and limits are noticed later.
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

        /** How many listeners there are, at least 1. */
        int listeners();

        /** Delivers an event to one of the listeners, from 0. */
        void tell(CallEvent event, int listener);
    }

    private final Telling telling;

    /** Whether to keep delivered events for later. */
    private final boolean keeps;

    // Guarded by this; nothing is told with it held.
    private final Deque<Note> notes = new ArrayDeque<>(4);
    private final List<CallEvent> told;
    private @Nullable List<Thread> waiting;
    private @Nullable Thread teller;

    /** The event that some listeners have not begun to hear; null if there is none. */
    private @Nullable CallEvent current;

    /** How many listeners have begun to hear it. */
    private int heard;

    private boolean ended;

    /** Whether the teller tells a note of the call's end, so that nothing before it can hang any more. */
    private boolean tellsEnd;

    // Only the teller writes these.

    /** Whether any event was delivered, and the time of the last one; volatile, since others read them unguarded. */
    private volatile boolean any;

    private volatile long latest;

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

    /** Delivers the notes, unless a thread is delivering: then they are left to that. */
    void tellNotes() {
        synchronized (this) {
            if (notes.isEmpty() || teller != null) {
                return;
            }
            teller = Thread.currentThread();
        }
        tellAll(false);
    }

    /** Delivers an event of the current thread now, after all queued notes. */
    void tell(long at, Function<Instant, CallEvent> event) {
        if (tellAtOnce(at, event)) {
            return;
        }
        boolean within = becomeTeller(false);
        try {
            tellAll(true);
            begin(null, at, event);
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
            if (teller != null || !notes.isEmpty() || any != some || latest != before || !keep(event, when)) {
                return false;
            }
            teller = Thread.currentThread();
            tellsEnd = false;
            heard = 1;
            current = telling.listeners() > 1 ? event : null;
        }
        try {
            telling.tell(event, 0);
        } finally {
            tellAll(false);
        }
        return true;
    }

    /**
     * Makes an event the one that listeners hear next. Returns false if the call has ended, so that no further event
     * may follow. The caller holds the monitor.
     */
    private boolean keep(CallEvent event, long when) {
        if (ended && !(event instanceof RoundEvent.CallReleased)) {
            return false;
        }
        ended |= event instanceof RoundEvent.CallEnded;
        any = true;
        latest = when;
        if (keeps) {
            told.add(event);
        }
        current = event;
        heard = 0;
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
        Thread thread = Thread.currentThread();
        Role role = takeRole(thread, takesOver);
        boolean flagged = false;
        while (role == Role.WAITS) {
            LockSupport.park(this);
            flagged |= Thread.interrupted();
            role = takeRole(thread, takesOver);
        }
        if (flagged) {
            thread.interrupt();
        }
        return role == Role.WAS_TELLER;
    }

    /** What the current thread is in telling the call's events. */
    private enum Role {
        /** Another thread is the teller, and the current one must wait. */
        WAITS,
        /** The current thread has just become the teller. */
        BECAME_TELLER,
        /** The current thread was the teller before: a listener, which it is calling, has led here. */
        WAS_TELLER
    }

    private synchronized Role takeRole(Thread thread, boolean takesOver) {
        boolean other = teller != null && !thread.equals(teller);
        List<Thread> others = waiting;
        if (other && (!takesOver || tellsEnd)) {
            if (others == null) {
                others = new ArrayList<>(2);
                waiting = others;
            }
            if (!others.contains(thread)) {
                others.add(thread);
            }
            return Role.WAITS;
        }
        boolean before = teller != null && !other;
        teller = thread;
        tellsEnd &= before;
        if (others != null) {
            others.remove(thread);
        }
        return before ? Role.WAS_TELLER : Role.BECAME_TELLER;
    }

    /**
     * Delivers all that there is. Afterwards the teller leaves its place, unless it stays; it may also have lost it.
     */
    private void tellAll(boolean staysTeller) {
        boolean goesOn = true;
        while (goesOn) {
            try {
                goesOn = tellNext(!staysTeller);
            } catch (RuntimeException | Error e) {
                // Other threads wait until this one has told the rest.
                tellAll(staysTeller);
                throw e;
            }
        }
    }

    /** Delivers an event to the next listener, or makes an event of the next note; false if there is nothing to do. */
    private boolean tellNext(boolean orLeave) {
        CallEvent event;
        int listener;
        Note note = null;
        List<Thread> others = List.of();
        synchronized (this) {
            if (!isTeller()) {
                return false;
            }
            event = current;
            listener = heard;
            if (event != null) {
                heard++;
                current = heard < telling.listeners() ? event : null;
            } else {
                note = notes.peek();
                if (note != null) {
                    tellsEnd = isEnd(note);
                } else if (orLeave) {
                    teller = null;
                    others = waiting == null ? others : List.copyOf(waiting);
                }
            }
        }
        if (event != null) {
            telling.tell(event, listener);
        } else if (note != null) {
            Note next = note;
            begin(next, next.at(), at -> telling.event(next, at));
        } else {
            others.forEach(LockSupport::unpark);
            return false;
        }
        return true;
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

    /**
     * Makes an event for listeners to hear next. A thread reads the clock before it takes the driver's lock, so a later
     * event may have an earlier time; it then gets the time of the event before.
     *
     * @param note the first of the queue, which stays there until its event is made; null for the thread's own event
     */
    private void begin(@Nullable Note note, long at, Function<Instant, CallEvent> maker) {
        long when;
        synchronized (this) {
            if (!isTeller()) {
                return;
            }
            when = any && at - latest < 0 ? latest : at;
            tellsEnd &= note != null;
        }
        CallEvent event = null;
        try {
            event = maker.apply(telling.instant(when));
        } finally {
            synchronized (this) {
                // Another thread may have taken over, and made this event itself.
                if (isTeller()) {
                    if (note != null) {
                        notes.remove();
                    }
                    if (event != null) {
                        keep(event, when);
                    }
                }
            }
        }
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
