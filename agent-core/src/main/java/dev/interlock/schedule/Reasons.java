package dev.interlock.schedule;

import dev.interlock.board.WaiterSearch;
import dev.interlock.event.TimeKind;
import dev.interlock.event.Wait;
import dev.interlock.share.Cap;
import dev.interlock.share.Claim;
import org.jspecify.annotations.Nullable;

/** Puts into words for listeners why calls wait. Guarded like the machine. */
final class Reasons {

    private final Progress progress;

    Reasons(Progress progress) {
        this.progress = progress;
    }

    /** Reports all waits of an event that is over; every call that could get its turn has it. */
    void sumUp() {
        for (Call call : progress.notes.takeWaiting()) {
            TimeKind kind = call.waitsFor;
            if (kind != null && call.wantsPermit()) {
                tell(call, wait(call, kind));
            }
        }
    }

    /** Reports the calls that waited for a call's end, and now wait for what it holds, because it was abandoned. */
    void held(Call holder) {
        if (!progress.notes.areWanted()) {
            return;
        }
        for (int ticket : new WaiterSearch(progress.board).nextWaitersOf(holder.index)) {
            Call call = progress.calls.get(ticket);
            if (call.mayGetTurn() && call.conflictsWith(holder)) {
                tell(call, resourceOf(holder));
            }
        }
    }

    /** Reports that the body of a call waits for the caps that it had lent. */
    void reclaims(Call call) {
        if (progress.notes.areWanted()) {
            tell(call, cap(call));
        }
    }

    private void tell(Call call, @Nullable Wait wait) {
        if (wait != null) {
            progress.notes.waiting(call, wait);
        }
    }

    private @Nullable Wait wait(Call call, TimeKind kind) {
        return switch (kind) {
            case DEPENDENCY -> Wait.ForCalls.among(progress.board.blockersOf(call.index, Wait.ForCalls.MOST + 1));
            case PERMIT ->
                call.gated && !progress.gate.isOpen()
                        ? new Wait.ForAnnouncement()
                        : new Wait.ForPermit(progress.limits.maxConcurrency());
            case CAP -> cap(call);
            case RESOURCE -> resource(call);
            case OWNER -> new Wait.ForOwner();
            case APPROVAL, PENDING, INTERCEPTOR, ANNOUNCEMENT, RETRY, START, RUN ->
                throw new IllegalArgumentException("this class does not report waits of kind " + kind);
        };
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
