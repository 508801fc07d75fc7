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
 * Works out where each round stands from the entries of a journal, given in their order. It ignores entries about
 * rounds that it does not know or that have ended. A round with an entry that cannot be read, or that contradicts the
 * others, is {@linkplain #unreadable unreadable}: it is left out, and all other rounds are returned. Not thread-safe.
 */
public final class UnfinishedRounds {

    private static final int MAX_ARGUMENTS = 300;

    private final Map<String, RoundState> rounds = new LinkedHashMap<>();

    /** Creates the state without rounds. */
    public UnfinishedRounds() {}

    /** How far a round has come. */
    private static final class RoundState {
        private final List<CallState> calls = new ArrayList<>();
        /** Which suspension it was last resumed from; 0 if it was never. */
        private int suspension;

        private Map<Integer, String> keys = Map.of();

        /** Null if all is well. */
        private @Nullable String unreadable;

        /** Null if it cannot be read. */
        @Nullable
        SuspendedRound as(String id) {
            if (unreadable != null) {
                return null;
            }
            try {
                return new SuspendedRound(
                        id,
                        suspension + 1,
                        calls.stream().map(UnfinishedRounds::stateOf).toList(),
                        keys);
            } catch (IllegalArgumentException e) {
                unreadable = String.valueOf(e.getMessage());
                return null;
            }
        }
    }

    /** The progress of a call. */
    private static final class CallState {
        private SuspendedCall known;
        private JournalEntry.@Nullable CallStarts started;

        CallState(SuspendedCall known) {
            this.known = known;
        }
    }

    /**
     * Goes on to the next entry, of which there is a line. If that is none that this version can read, its round is
     * unreadable.
     *
     * @param line what {@link JournalLines#write} wrote
     * @throws IllegalArgumentException if it is not even known which round it is about
     */
    public void addLine(String line) {
        addLine(JournalLines.roundOf(line), line);
    }

    /**
     * Goes on to the next entry, of which there is a line, and it is known what that is about. If it is none that this
     * version can read, or of another round, its round is unreadable.
     *
     * @param round the id of its round
     * @param line what {@link JournalLines#write} wrote
     */
    public void addLine(String round, String line) {
        JournalEntry entry;
        try {
            entry = JournalLines.read(line);
        } catch (RuntimeException | StackOverflowError e) {
            unreadable(round, String.valueOf(e.getMessage()));
            return;
        }
        if (entry.round().equals(round)) {
            add(entry);
        } else {
            unreadable(round, "an entry of it is of round " + entry.round());
        }
    }

    private void unreadable(String round, String why) {
        RoundState state = rounds.computeIfAbsent(round, id -> new RoundState());
        if (state.unreadable == null) {
            state.unreadable = why;
        }
    }

    /**
     * Applies the next entry. If it does not fit those before, its round is unreadable.
     *
     * @param entry the entry
     */
    public void add(JournalEntry entry) {
        RoundState state = rounds.get(entry.round());
        if (entry instanceof JournalEntry.RoundEnded) {
            rounds.remove(entry.round());
        } else if (state == null ? entry instanceof JournalEntry.RoundBegan : state.unreadable == null) {
            try {
                add(rounds.computeIfAbsent(entry.round(), id -> new RoundState()), entry);
            } catch (IllegalArgumentException e) {
                unreadable(entry.round(), String.valueOf(e.getMessage()));
            }
        }
    }

    private static void add(RoundState round, JournalEntry entry) {
        List<CallState> calls = round.calls;
        switch (entry) {
            case JournalEntry.RoundBegan(SuspendedRound known) -> begin(round, known);
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
            case JournalEntry.RoundEnded over -> throw new IllegalStateException("handled before");
        }
    }

    private static void begin(RoundState round, SuspendedRound known) {
        List<CallState> calls = round.calls;
        round.keys = known.keys();
        round.suspension = Math.max(round.suspension, known.suspension());
        for (int i = 0; i < known.calls().size(); i++) {
            if (i == calls.size()) {
                calls.add(new CallState(known.calls().get(i)));
            } else if (!(calls.get(i).known instanceof SuspendedCall.Ended)) {
                // The decision whether a started call runs again has been made.
                calls.set(i, new CallState(known.calls().get(i)));
            }
        }
    }

    private static void add(List<CallState> calls, JournalEntry.CallCame came) {
        if (came.index() == calls.size()) {
            calls.add(new CallState(JournalLines.unstarted(came.call())));
        } else if (came.index() > calls.size()) {
            throw new IllegalArgumentException("call " + (came.index() + 1) + " of round " + came.round()
                    + " follows call " + calls.size() + ", so an entry is missing or out of order");
        }
    }

    private static CallState at(List<CallState> calls, int index, JournalEntry entry) {
        if (index >= calls.size()) {
            throw new IllegalArgumentException("round " + entry.round() + " has " + calls.size()
                    + " calls, but an entry is about call " + (index + 1));
        }
        return calls.get(index);
    }

    private static CallResult of(ToolCall call, CallResult result) {
        return new CallResult(call, result.outcome(), result.attempts(), result.start(), result.end(), result.thread());
    }

    /**
     * Those that have begun and not ended, and can be read.
     *
     * @return a snapshot, in the order in which the rounds began
     */
    public List<SuspendedRound> list() {
        List<SuspendedRound> all = new ArrayList<>(rounds.size());
        rounds.forEach((id, round) -> {
            SuspendedRound readable = round.as(id);
            if (readable != null) {
                all.add(readable);
            }
        });
        return List.copyOf(all);
    }

    /**
     * Those that have begun and not ended, and cannot be read.
     *
     * @return by their ids why not, in the order in which they began; a snapshot
     */
    public Map<String, String> unreadable() {
        Map<String, String> all = new LinkedHashMap<>();
        rounds.forEach((id, round) -> {
            if (round.as(id) == null) {
                all.put(id, String.valueOf(round.unreadable));
            }
        });
        return all;
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
                -1,
                true);
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
