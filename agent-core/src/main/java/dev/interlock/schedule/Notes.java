package dev.interlock.schedule;

import dev.interlock.event.TimeKind;
import dev.interlock.event.Wait;
import dev.interlock.schedule.Note.What;
import dev.interlock.share.Cap;
import dev.interlock.share.Claim;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be told of the calls of a round; nothing if nobody listens. Guarded as the machine is.
 *
 * <p>Within an event a call may come to wait for one thing after another, such as a permit that it then gets: what it waits
 * for is {@linkplain #waits noted} as it goes, and put into words when the event is over, if it still waits.
 */
final class Notes {

    private final boolean wanted;
    private final Progress progress;

    /** Those whose wait may be another than was told. */
    private final List<Call> waiting = new ArrayList<>(0);

    Notes(Progress progress, boolean wanted) {
        this.progress = progress;
        this.wanted = wanted;
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
            progress.actions.tell(new Note(call, what, null, progress.now));
        }
    }

    /** A call of the round was abandoned: those that waited for it to end now wait for what it holds. */
    void held(Call holder) {
        if (!wanted || progress.collapsed) {
            return;
        }
        for (int ticket : progress.board.waitersFor(holder.index)) {
            Call call = progress.calls.get(ticket);
            if (call.wantsTurn() && call.conflictsWith(holder)) {
                tell(call, resourceOf(holder));
            }
        }
    }

    /** The body of a call waits for caps that it had lent. */
    void reclaims(Call call) {
        if (wanted) {
            tell(call, cap(call));
        }
    }

    /** The event is over, and every call that can be given its turn has it. */
    void sumUp() {
        for (Call call : waiting) {
            call.noted = false;
            TimeKind kind = call.waitsFor;
            if (kind != null && call.wantsPermit()) {
                tell(call, wait(call, kind));
            }
        }
        waiting.clear();
    }

    private void tell(Call call, @Nullable Wait wait) {
        if (wait != null && !wait.equals(call.toldWait)) {
            call.toldWait = wait;
            progress.actions.tell(new Note(call, What.WAITING, wait, progress.now));
        }
    }

    private @Nullable Wait wait(Call call, TimeKind kind) {
        return switch (kind) {
            case DEPENDENCY -> calls(call);
            case PERMIT ->
                call.gated && !progress.gate.isOpen()
                        ? new Wait.ForAnnouncement()
                        : new Wait.ForPermit(progress.limits.maxConcurrency());
            case CAP -> cap(call);
            case RESOURCE -> resource(call);
            case OWNER -> new Wait.ForOwner();
            case APPROVAL, INTERCEPTOR, ANNOUNCEMENT, RETRY, START, RUN ->
                throw new IllegalArgumentException("no wait that is decided here: " + kind);
        };
    }

    private @Nullable Wait calls(Call call) {
        return Wait.ForCalls.among(progress.board.blockersOf(call.index, Wait.ForCalls.MOST + 1));
    }

    private @Nullable Wait cap(Call call) {
        Cap cap = progress.sharing.limits().wantedCap(call.claim, call.caps());
        return cap == null ? null : new Wait.ForCap(cap.name(), cap.limit());
    }

    private @Nullable Wait resource(Call call) {
        Claim claim = call.claim;
        Claim holder = claim == null ? null : progress.sharing.limits().holderBefore(claim);
        return holder == null ? null : resourceOf(Call.claiming(holder));
    }

    private static Wait resourceOf(Call holder) {
        return new Wait.ForResource(
                holder.round(), holder.index(), holder.tool().name(), holder.isAbandoned());
    }
}
