package dev.interlock.durable.journal;

import dev.interlock.call.CallResult;
import dev.interlock.call.ToolCall;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An entry of a {@link RoundJournal}. Immutable. */
public sealed interface JournalEntry {

    /**
     * Returns the round of the entry.
     *
     * @return the round's id, the same in every process that resumes it
     */
    String round();

    /**
     * Tells whether this entry, and all before it, must survive a crash before the writer goes on.
     *
     * @return false if the journal may store it later
     */
    boolean forces();

    /**
     * A round begins, or is resumed, perhaps in another process. For a resumed round this entry has the progress of its
     * calls and the decisions about them, and replaces what the journal has of the round. Ended calls stay ended.
     *
     * @param known the round's id, and its calls with their progress, in call order; no calls yet if they come one at a
     *     time
     */
    record RoundBegan(SuspendedRound known) implements JournalEntry {
        /** Rejects null. */
        public RoundBegan {
            Objects.requireNonNull(known, "known");
        }

        @Override
        public String round() {
            return known.id();
        }

        @Override
        public boolean forces() {
            return false;
        }
    }

    /**
     * A call was added to a round whose calls come one at a time.
     *
     * @param round the id of the round
     * @param index the call's place in the round, from 0
     * @param call the call
     */
    record CallCame(String round, int index, ToolCall call) implements JournalEntry {
        /** Rejects nulls. */
        public CallCame {
            Objects.requireNonNull(round, "round");
            Objects.requireNonNull(call, "call");
        }

        @Override
        public boolean forces() {
            return false;
        }
    }

    /**
     * A call's tool is about to start. Further attempts have no entries.
     *
     * @param round the id of the round
     * @param index the call's place in the round, from 0
     * @param at the time
     * @param repeatable whether running the call again does no harm, because it only reads or is idempotent
     * @param onlyReads whether the call is known to change nothing
     * @param changed the call as its tool gets it, if references or interceptors have changed the arguments; otherwise
     *     null
     */
    record CallStarts(
            String round,
            int index,
            Instant at,
            boolean repeatable,
            boolean onlyReads,
            @Nullable ToolCall changed) implements JournalEntry {
        /** Rejects nulls. */
        public CallStarts {
            Objects.requireNonNull(round, "round");
            Objects.requireNonNull(at, "at");
        }

        /** Starts of calls that only read need not survive. */
        @Override
        public boolean forces() {
            return !onlyReads;
        }
    }

    /**
     * A call is pending: it has no outcome, and its tool does not run.
     *
     * @param round the id of the round
     * @param index the call's place in the round, from 0
     * @param pending the pending call and what it waits for
     */
    record CallPends(String round, int index, SuspendedCall.Pending pending) implements JournalEntry {
        /** Rejects nulls. */
        public CallPends {
            Objects.requireNonNull(round, "round");
            Objects.requireNonNull(pending, "pending");
        }

        @Override
        public boolean forces() {
            return false;
        }
    }

    /**
     * A call has its outcome, whether or not it was started.
     *
     * @param round the id of the round
     * @param index the call's place in the round, from 0
     * @param result the call's result
     */
    record CallEnded(String round, int index, CallResult result) implements JournalEntry {
        /** Rejects nulls. */
        public CallEnded {
            Objects.requireNonNull(round, "round");
            Objects.requireNonNull(result, "result");
        }

        @Override
        public boolean forces() {
            return false;
        }
    }

    /**
     * A round is about to return: each of its calls has its outcome or is pending. Written if the round had started
     * anything but reads.
     *
     * @param round the round's id
     */
    record RoundSettled(String round) implements JournalEntry {
        /** Rejects null. */
        public RoundSettled {
            Objects.requireNonNull(round, "round");
        }

        /** What the caller has seen must not be in doubt afterwards. */
        @Override
        public boolean forces() {
            return true;
        }
    }

    /**
     * The caller has the round's results or, if it was suspended, the round as data. The journal may forget the round.
     *
     * @param round the round's id
     */
    record RoundEnded(String round) implements JournalEntry {
        /** Rejects null. */
        public RoundEnded {
            Objects.requireNonNull(round, "round");
        }

        @Override
        public boolean forces() {
            return false;
        }
    }
}
