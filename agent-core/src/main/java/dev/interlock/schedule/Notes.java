package dev.interlock.schedule;

import dev.interlock.event.TimeKind;
import dev.interlock.event.Wait;
import dev.interlock.schedule.Note.What;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects what to report on a round's calls; does nothing without listeners. Guarded like the machine.
 *
 * <p>During one event a call may wait for one thing after another, such as a permit that it then gets. The machine
 * {@linkplain #waits notes} each wait, and {@link Reasons} puts it into words at the event's end, if the call still
 * waits.
 */
final class Notes {

    private final boolean wanted;
    private final ActionsBuilder actions;

    /** Calls whose wait may have changed since it was reported. */
    private final List<Call> waiting = new ArrayList<>(0);

    /** The time of the current event. */
    private long now;

    Notes(ActionsBuilder actions, boolean wanted) {
        this.actions = actions;
        this.wanted = wanted;
    }

    void at(long instant) {
        now = instant;
    }

    boolean areWanted() {
        return wanted;
    }

    /** Notes that the call waits for something of this kind from now on. */
    void waits(Call call, TimeKind kind) {
        if (!wanted) {
            return;
        }
        call.waitsFor = kind;
        if (!call.toCheckWait) {
            call.toCheckWait = true;
            waiting.add(call);
        }
    }

    /** Notes that the call does not wait, or reports its wait itself. */
    void forgetWait(Call call) {
        call.waitsFor = null;
        call.toldWait = null;
    }

    /** Notes a call's admission to a round whose calls come one at a time. */
    void planned(Call call) {
        note(call, What.PLANNED);
    }

    /** Notes that a call has its turn or goes on. */
    void ready(Call call) {
        note(call, What.READY);
    }

    void coalesced(Call call) {
        note(call, What.COALESCED);
    }

    void ended(Call call) {
        note(call, What.ENDED);
    }

    void abandoned(Call call) {
        note(call, What.ABANDONED);
    }

    /** Notes that an abandoned call holds nothing any more: once, whether it ended or the user released it. */
    void released(Call call) {
        if (!call.releaseTold) {
            call.releaseTold = true;
            note(call, What.RELEASED);
        }
    }

    private void note(Call call, What what) {
        if (wanted) {
            forgetWait(call);
            actions.tell(new Note(call, what, null, now));
        }
    }

    /** Notes that a call waits for something outside this process. */
    void pending(Call call, PendingCause cause) {
        if (wanted) {
            waiting(call, new Wait.ForDecision(cause.kind(), cause.reason()));
        }
    }

    /** Notes what a call waits for, unless that was reported before. */
    void waiting(Call call, Wait wait) {
        if (!wait.equals(call.toldWait)) {
            call.toldWait = wait;
            actions.tell(new Note(call, What.WAITING, wait, now));
        }
    }

    /** Takes the calls that began to wait during this event, whether or not they still wait. */
    List<Call> takeWaiting() {
        if (waiting.isEmpty()) {
            return List.of();
        }
        List<Call> taken = List.copyOf(waiting);
        waiting.clear();
        taken.forEach(call -> call.toCheckWait = false);
        return taken;
    }
}
