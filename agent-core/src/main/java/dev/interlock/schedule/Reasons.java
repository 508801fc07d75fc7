package dev.interlock.schedule;

import dev.interlock.event.TimeKind;
import dev.interlock.event.Wait;
import dev.interlock.share.Cap;
import dev.interlock.share.Claim;
import org.jspecify.annotations.Nullable;

/** Why calls wait, for those who listen. Guarded as the machine is. */
final class Reasons {

    private final Progress progress;

    Reasons(Progress progress) {
        this.progress = progress;
    }

    /** The event is over, and every call that can be given its turn has it. */
    void sumUp() {
        for (Call call : progress.notes.takeWaiting()) {
            TimeKind kind = call.waitsFor;
            if (kind != null && call.wantsPermit()) {
                tell(call, wait(call, kind));
            }
        }
    }

    /** A call of the round was abandoned: those that waited for it to end now wait for what it holds. */
    void held(Call holder) {
        if (!progress.notes.areWanted()) {
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
                throw new IllegalArgumentException("no wait that is decided here: " + kind);
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
