package dev.interlock.durable.journal;

import dev.interlock.call.CallResult;
import dev.interlock.call.ToolCall;
import dev.interlock.durable.PendingKind;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What has become of rounds, from the entries of a journal, in their order: for journals that are read again. What is said of
 * a round that it does not know, or that has ended, is left alone. Not thread-safe.
 */
public final class UnfinishedRounds {

    /** The call of a result of which it is not said what it was. */
    static final ToolCall UNSAID = new ToolCall(null, "", null);

    private static final int MAX_ARGUMENTS = 300;

    private final Map<String, RoundState> rounds = new LinkedHashMap<>();

    /** Starts without any. */
    public UnfinishedRounds() {}

    /** How far a round has come. */
    private static final class RoundState {
        private final List<CallState> calls = new ArrayList<>();

        /** Which suspension it was last resumed from; 0 if it was never. */
        private int suspension;
    }

    /** How far a call has come. */
    private static final class CallState {
        private SuspendedCall known;
        private JournalEntry.@Nullable CallStarts started;

        CallState(SuspendedCall known) {
            this.known = known;
        }
    }

    /** A call of which nothing has happened. */
    static SuspendedCall unstarted(ToolCall call) {
        return new SuspendedCall.Waiting(call, "it had not started");
    }

    /**
     * Goes on to the next entry.
     *
     * @param entry what happened then
     */
    public void add(JournalEntry entry) {
        if (entry instanceof JournalEntry.RoundBegan(SuspendedRound known)) {
            begin(known);
            return;
        }
        RoundState round = rounds.get(entry.round());
        if (round == null) {
            return;
        }
        List<CallState> calls = round.calls;
        switch (entry) {
            case JournalEntry.RoundBegan began -> throw new IllegalStateException("handled before");
            case JournalEntry.CallCame came -> add(calls, came);
            case JournalEntry.CallStarts starts -> at(calls, starts.index(), entry).started = starts;
            case JournalEntry.CallPends pends -> {
                CallState call = at(calls, pends.index(), entry);
                call.known = pends.pending();
                call.started = null;
            }
            case JournalEntry.CallEnded ended -> {
                CallState call = at(calls, ended.index(), entry);
                call.known = new SuspendedCall.Ended(of(call.known.call(), ended.result()));
            }
            case JournalEntry.RoundSettled settled -> {}
            case JournalEntry.RoundEnded over -> rounds.remove(over.round());
        }
    }

    private void begin(SuspendedRound known) {
        RoundState round = rounds.computeIfAbsent(known.id(), id -> new RoundState());
        round.suspension = Math.max(round.suspension, known.suspension());
        List<CallState> calls = round.calls;
        for (int i = 0; i < known.calls().size(); i++) {
            if (i == calls.size()) {
                calls.add(new CallState(known.calls().get(i)));
            } else if (!(calls.get(i).known instanceof SuspendedCall.Ended)) {
                // Whether it runs once more after it was started has been decided.
                calls.set(i, new CallState(known.calls().get(i)));
            }
        }
    }

    private static void add(List<CallState> calls, JournalEntry.CallCame came) {
        if (came.index() == calls.size()) {
            calls.add(new CallState(unstarted(came.call())));
        } else if (came.index() > calls.size()) {
            throw new IllegalArgumentException(
                    "call " + (came.index() + 1) + " of round " + came.round() + " came as call " + (calls.size() + 1));
        }
    }

    private static CallState at(List<CallState> calls, int index, JournalEntry entry) {
        if (index >= calls.size()) {
            throw new IllegalArgumentException("round " + entry.round() + " has " + calls.size()
                    + " calls, and something has happened of call " + (index + 1));
        }
        return calls.get(index);
    }

    private static CallResult of(ToolCall call, CallResult result) {
        return new CallResult(call, result.outcome(), result.attempts(), result.start(), result.end(), result.thread());
    }

    /**
     * Those that have begun and not ended.
     *
     * @return a snapshot, in the order in which they began
     */
    public List<SuspendedRound> list() {
        return rounds.entrySet().stream()
                .map(round -> new SuspendedRound(
                        round.getKey(),
                        round.getValue().suspension + 1,
                        round.getValue().calls.stream()
                                .map(UnfinishedRounds::stateOf)
                                .toList()))
                .toList();
    }

    boolean has(String round) {
        return rounds.containsKey(round);
    }

    private static SuspendedCall stateOf(CallState call) {
        JournalEntry.CallStarts started = call.started;
        if (started == null || call.known instanceof SuspendedCall.Ended) {
            return call.known;
        }
        SuspendedCall known = call.known;
        if (!started.repeatable()) {
            return new SuspendedCall.Pending(
                    known.call(),
                    known.edited(),
                    PendingKind.MAY_HAVE_HAPPENED,
                    "its process ended while it ran, so it may have happened or not"
                            + inWords(known.call(), started.changed()),
                    List.of(),
                    1,
                    started.at());
        }
        return new SuspendedCall.Waiting(
                known.call(),
                known.edited(),
                "its process ended while it ran; it does no harm to run it again",
                known instanceof SuspendedCall.Waiting waiting ? waiting.approved() : List.of(),
                -1);
    }

    private static String inWords(ToolCall call, @Nullable ToolCall changed) {
        if (changed == null || changed.arguments().equals(call.arguments())) {
            return "";
        }
        String arguments = changed.arguments().toString();
        return "; its tool had the arguments "
                + (arguments.length() <= MAX_ARGUMENTS ? arguments : arguments.substring(0, MAX_ARGUMENTS) + "...");
    }
}
