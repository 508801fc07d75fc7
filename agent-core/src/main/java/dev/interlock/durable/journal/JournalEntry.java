package dev.interlock.durable.journal;

import dev.interlock.call.CallResult;
import dev.interlock.call.ToolCall;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a {@link RoundJournal} is told. Immutable. */
public sealed interface JournalEntry {

    /**
     * The round it is about.
     *
     * @return its id, the same in every process that goes on with it
     */
    String round();

    /**
     * Whether this and all before it are to survive before the writer goes on.
     *
     * @return false if that may come later
     */
    boolean forces();

    /**
     * A round begins; or goes on, perhaps in another process: then this says how far its calls have come, and what was decided
     * of them, in place of what the journal has of the round. What had ended stays so.
     *
     * @param known its id, and its calls in call order, as far as they have come; of a round whose calls come one at a time
     *     there are none yet
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
     * A further call of a round whose calls come one at a time.
     *
     * @param round the id of the round
     * @param index its place there, from 0
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
     * The tool of a call is about to be started. Further attempts are no starts of their own.
     *
     * @param round the id of the round
     * @param index its place there, from 0
     * @param at when
     * @param repeatable whether running it once more does no harm: it only reads, or is idempotent
     * @param onlyReads whether it is known to change nothing
     * @param changed what its tool gets, if references or interceptors have changed the arguments; otherwise null
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

        /** Of what only reads it need not be known that it was started. */
        @Override
        public boolean forces() {
            return !onlyReads;
        }
    }

    /**
     * A call is pending: it has no outcome, and its tool does not run.
     *
     * @param round the id of the round
     * @param index its place there, from 0
     * @param pending what it waits for
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
     * A call has come to its outcome, whether or not it was started.
     *
     * @param round the id of the round
     * @param index its place there, from 0
     * @param result what it came to
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
     * Each call of a round that had started anything but a read has its outcome, or is pending: about to be handed over.
     *
     * @param round its id
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
     * The caller has the results of the round, or has it as data if it was suspended: nothing of it need be kept.
     *
     * @param round its id
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
