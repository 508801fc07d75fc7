package dev.interlock.execution;

import dev.interlock.call.CallResult;
import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import dev.interlock.durable.journal.JournalEntry;
import dev.interlock.durable.journal.RoundHandover;
import dev.interlock.durable.journal.RoundJournal;
import dev.interlock.schedule.Outcomes;
import dev.interlock.schedule.PendingCause;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the journal of one round. Its owner and its calls' threads call it with no lock held.
 *
 * <p>Invariant: the journal has the start of a call before the tool's first statement runs, and the call's outcome
 * before any call that waits for it may begin. Once an entry of a round could not be written, no further call of the
 * round starts. So the journal has a round's first entries, without a gap.
 */
final class JournalledRound {

    private static final Logger log = LoggerFactory.getLogger(JournalledRound.class);

    private final RoundJournal journal;
    private final @Nullable RoundHandover handover;
    private final RoundReporter reporter;
    private final TimeSource time;

    /** The id of the round; written when it begins, before any other thread uses it. */
    private String id = "";

    /** Of which batch it is a part; as {@code id}. */
    private @Nullable BatchPart part;

    /** Which of its suspensions it was resumed from, 0 for none; written with the name. */
    private int from;

    /**
     * Whether a call may have changed something, or the round goes on from a suspension. It only ever becomes true;
     * read when nothing of the round runs any more.
     */
    private volatile boolean changes;

    /**
     * Whether the journal has the round's beginning. If not, this writes nothing, and another process may run the
     * round.
     */
    private volatile boolean known;

    /** Why no further call starts; from then on only the end of the round is written. */
    private volatile @Nullable Throwable failure;

    JournalledRound(RoundJournal journal, @Nullable RoundHandover handover, RoundReporter reporter, TimeSource time) {
        this.journal = journal;
        this.handover = handover;
        this.reporter = reporter;
        this.time = time;
    }

    /**
     * On the owner, or the thread that makes a round whose calls come one at a time.
     *
     * @param suspension which of its suspensions it was resumed from, 0 for none
     * @param of the batch of which the calls are a part, and which the journal knows as one round; null if they are all
     */
    void begins(String name, int suspension, DrivenCall[] calls, @Nullable BatchPart of) {
        id = name;
        from = suspension;
        part = of;
        for (DrivenCall call : calls) {
            if (call.before() != null) {
                // The decisions about it must not be in doubt either, once its results are handed over.
                changes = true;
            }
        }
        if (of != null && of.batch().hasBegun()) {
            failure = of.batch().failure();
            known = of.batch().isKnown();
            return;
        }
        write(() -> new JournalEntry.RoundBegan(
                of == null
                        ? new SuspendedRound(
                                id,
                                from,
                                Arrays.stream(calls)
                                        .map(JournalledRound::asKnown)
                                        .toList(),
                                KeptRounds.keys(calls))
                        : new SuspendedRound(
                                id, from, of.batch().calls(), of.batch().keys())));
        known = failure == null;
        if (of != null) {
            of.batch().began(known);
        }
    }

    /** In place of {@link #begins}: a round that is not resumed stays what it was, in the journal or elsewhere. */
    void leaveAlone(Throwable why) {
        failure = why;
    }

    private static SuspendedCall asKnown(DrivenCall call) {
        SuspendedCall before = call.before();
        if (before instanceof SuspendedCall.Ended) {
            call.kept().markEndWritten();
        }
        return before == null ? new SuspendedCall.Waiting(call.body().call(), "it had not started") : before;
    }

    /** Writes a call that has come and is not admitted yet. */
    void came(DrivenCall call) {
        write(() ->
                new JournalEntry.CallCame(id, call.placeInBatch(), call.body().call()));
    }

    /**
     * Writes the start of a call whose tool comes next, on the call's thread. Returns the outcome if the tool must not
     * start; otherwise null.
     */
    @Nullable
    Outcome starts(DrivenCall call) {
        if (call.kept().isStartWritten()) {
            // Another attempt: what was started once may have happened, whatever becomes of this one.
            call.kept().setBarred(false);
            return null;
        }
        Outcome bar = write(call);
        call.kept().setBarred(bar != null);
        return bar;
    }

    private @Nullable Outcome write(DrivenCall call) {
        try {
            call.untimed(() -> {
                writeStart(call);
                return true;
            });
        } catch (Throwable e) {
            return new Outcome.Failed(new CallRefusedException(
                    call.inWords() + " was not started, since its start could not be written to the journal: "
                            + new Outcome.Failed(e).message() + Outcomes.effectOfBefore(call)));
        }
        call.kept().markStartWritten();
        boolean flagged =
                call.threadKind() == ThreadKind.OWNER && Thread.currentThread().isInterrupted();
        return flagged || call.isInterruptedByRound()
                ? Outcomes.notStarted(call, "it was interrupted while its start was written to the journal")
                : null;
    }

    private void writeStart(DrivenCall call) {
        Throwable before = failure;
        if (before != null) {
            throw new IllegalStateException(
                    "an earlier entry of its round could not be written: " + new Outcome.Failed(before).message());
        }
        try {
            JournalEntry entry = new JournalEntry.CallStarts(
                    id, call.placeInBatch(), time.instant(), call.isRepeatable(), call.onlyReads(), call.changedCall());
            if (entry.forces()) {
                changes = true;
            }
            journal.write(entry);
        } catch (Throwable e) {
            failure = e;
            throw e;
        }
    }

    /** Writes that a call is pending; its thread does nothing more for it. */
    void pends(DrivenCall call, PendingCause cause) {
        write(() ->
                new JournalEntry.CallPends(id, call.placeInBatch(), KeptRounds.pending(call, cause, time.instant())));
    }

    /** Writes the outcome of a call, before any call that waits for it begins. */
    void ended(DrivenCall call) {
        if (!call.kept().isEndWritten()) {
            call.kept().markEndWritten();
            write(() -> new JournalEntry.CallEnded(id, call.placeInBatch(), KeptRounds.result(reporter, call)));
        }
    }

    /**
     * Writes the outcome of an ended call for the equal calls that share it, before any call that waits for them
     * begins.
     */
    void ended(DrivenCall leader, List<DrivenCall> followers) {
        for (DrivenCall follower : followers) {
            if (!follower.kept().isEndWritten()) {
                follower.kept().markEndWritten();
                CallResult result = KeptRounds.result(reporter, leader);
                write(() -> new JournalEntry.CallEnded(
                        id,
                        follower.placeInBatch(),
                        new CallResult(
                                follower.body().call(),
                                result.outcome(),
                                0,
                                result.end(),
                                result.end(),
                                ThreadKind.NONE)));
            }
        }
    }

    /**
     * Writes the end of the round: all its calls have their outcomes, or it is suspended, or the owner has left it by
     * an exception; and nothing of it runs any more. A batch ends with it too, unless another round of the batch comes.
     *
     * @param broken whether an internal error leaves the round, so that no other one comes
     */
    void over(DrivenCall[] calls, boolean broken) {
        boolean suspended = false;
        for (DrivenCall call : calls) {
            suspended |= call.suspendedAs() != null;
            if (call.suspendedAs() == null && call.settled() != null) {
                ended(call);
            }
        }
        if (changes) {
            write(() -> new JournalEntry.RoundSettled(id));
        }
        BatchPart of = part;
        if (of != null) {
            of.batch().failed(failure);
        }
        if (of == null || of.isLast() || suspended || broken) {
            end(calls);
        }
    }

    /**
     * Ends the batch, unless it has ended: something was thrown, so that no other round of it comes. Nothing of this
     * round runs any more, but it may have been left before its calls had their outcomes, or before it began.
     *
     * @param of the part of the batch that this round ran, or was to run
     */
    void leavesBatch(DrivenCall[] calls, BatchPart of) {
        if (of.batch().isOpen()) {
            id = of.batch().id();
            part = of;
            known = true;
            end(calls);
        }
    }

    private void end(DrivenCall[] calls) {
        if (part != null) {
            part.batch().ended();
        }
        if (known && (handover == null || isHandedOver(handover, calls))) {
            writeAnyway(() -> new JournalEntry.RoundEnded(id));
        }
    }

    private boolean isHandedOver(RoundHandover to, DrivenCall[] calls) {
        try {
            to.handOver(KeptRounds.of(id, from, reporter, calls, part));
            return true;
        } catch (Throwable e) {
            Interrupts.restoreFlag(e);
            log.warn("The handover of round {} failed, so the round stays in the journal", id, e);
            return false;
        }
    }

    private interface Entry {
        JournalEntry made();
    }

    /** Writes an entry, unless one is missing before it: the journal would then tell what did not happen. */
    private void write(Entry entry) {
        if (failure == null) {
            writeAnyway(entry);
        }
    }

    /** Writes an entry about something that has happened. A failure cannot undo that, but no call starts after it. */
    private void writeAnyway(Entry entry) {
        try {
            journal.write(entry.made());
        } catch (Throwable e) {
            if (failure == null) {
                failure = e;
                log.warn(
                        "An entry of round {} could not be written to the journal: no further call of the round starts",
                        id,
                        e);
            }
        }
    }
}
