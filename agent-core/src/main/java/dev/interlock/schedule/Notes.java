package dev.interlock.schedule;

import dev.interlock.event.TimeKind;
import dev.interlock.event.Wait;
import dev.interlock.schedule.Note.What;
import java.util.ArrayList;
import java.util.List;

/**
 * What to report on a round's calls; nothing without listeners. Guarded as the machine is.
 *
 * <p>During one event a call may wait for one thing after another, such as a permit that it then gets. The machine
 * {@linkplain #waits notes} each wait, and {@link Reasons} puts it into words at the event's end, if the call still
 * waits.
 */
final class Notes {

    private final boolean wanted;
    private final ActionsBuilder actions;

    /** Those whose wait may be another than was told. */
    private final List<Call> waiting = new ArrayList<>(0);

    /** Of the event that is being handled. */
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

    /** From now on the call waits for something of this kind. */
    void waits(Call call, TimeKind kind) {
        if (!wanted) {
            return;
        }
        call.waitsFor = kind;
        if (!call.noted) {
            call.noted = true;
            waiting.add(call);
        }
    }

    /** The call itself tells what it waits for, or does not wait. */
    void waitsNot(Call call) {
        call.waitsFor = null;
        call.toldWait = null;
    }

    /** It comes to a round whose calls come one at a time. */
    void planned(Call call) {
        note(call, What.PLANNED);
    }

    /** It has its turn, or goes on. */
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

    /** Once, whichever comes first: its end, or the user. */
    void released(Call call) {
        if (!call.releaseTold) {
            call.releaseTold = true;
            note(call, What.RELEASED);
        }
    }

    private void note(Call call, What what) {
        if (wanted) {
            waitsNot(call);
            actions.tell(new Note(call, what, null, now));
        }
    }

    /** It waits for what happens outside of the process. */
    void pending(Call call, PendingCause cause) {
        if (wanted) {
            waitsNot(call);
            waiting(call, new Wait.ForDecision(cause.kind(), cause.reason()));
        }
    }

    /** What it waits for, unless that was told before. */
    void waiting(Call call, Wait wait) {
        if (!wait.equals(call.toldWait)) {
            call.toldWait = wait;
            actions.tell(new Note(call, What.WAITING, wait, now));
        }
    }

    /** Those that came to wait for something in this event, whether or not they still do; and forgets them. */
    List<Call> takeWaiting() {
        if (waiting.isEmpty()) {
            return List.of();
        }
        List<Call> taken = List.copyOf(waiting);
        waiting.clear();
        taken.forEach(call -> call.noted = false);
        return taken;
    }
}
