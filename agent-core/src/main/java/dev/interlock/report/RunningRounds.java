package dev.interlock.report;

import dev.interlock.event.CallEnd;
import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundEvent.CallEvent;
import dev.interlock.text.SafeText;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Follows the progress of running rounds and describes it in words. Thread-safe. */
final class RunningRounds {

    private static final String[] SPINNER = {"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};
    private static final String[] ASCII_SPINNER = {"|", "/", "-", "\\"};

    /** The most tools to name of those that run at the same time. */
    private static final int MOST_NAMES = 8;

    private final TextStyle style;

    /** The rounds by number, in the order in which they began. Guarded by this. */
    private final Map<Long, Round> rounds = new LinkedHashMap<>();

    private static final class Round {
        private final long start;
        private final Map<Integer, String> running = new TreeMap<>();
        private final BitSet waiting = new BitSet();

        /** The calls that wait between two attempts. */
        private final BitSet retrying = new BitSet();

        private int calls;

        /** How many calls were planned. A call that ended before its round was resumed is not. */
        private int planned;

        private int done;
        private int failed;

        Round(long start) {
            this.start = start;
        }
    }

    RunningRounds(TextStyle style) {
        this.style = style;
    }

    /** Adds an event; returns whether no round runs any more after it. */
    synchronized boolean add(RoundEvent event, long now) {
        switch (event) {
            case RoundEvent.RoundStarted started -> {
                Round round = new Round(now);
                round.calls = started.calls().size();
                rounds.put(started.round(), round);
            }
            case RoundEvent.RoundEnded ended -> rounds.remove(ended.round());
            case CallEvent ofCall -> {
                Round round = rounds.get(ofCall.round());
                if (round != null) {
                    add(ofCall, round);
                }
            }
        }
        return rounds.isEmpty();
    }

    private static void add(CallEvent event, Round round) {
        int index = event.index();
        switch (event) {
            // The calls of a streamed response come one at a time.
            case RoundEvent.CallPlanned planned -> round.planned++;
            case RoundEvent.CallWaiting waiting -> round.waiting.set(index);
            case RoundEvent.CallReady ready -> round.waiting.clear(index);
            case RoundEvent.CallStarted started -> {
                round.waiting.clear(index);
                round.retrying.clear(index);
                round.running.put(
                        index, started.call().tool() + (started.attempt() == 1 ? "" : " attempt " + started.attempt()));
            }
            case RoundEvent.CallAttemptEnded ended -> round.running.remove(index);
            case RoundEvent.CallRetrying retrying -> round.retrying.set(index);
            case RoundEvent.CallEnded ended -> {
                // A call of a suspended round has not ended: it waits, outside of the round.
                boolean suspended = ended.end() == CallEnd.SUSPENDED;
                round.waiting.set(index, suspended);
                round.retrying.clear(index);
                round.running.remove(index);
                round.done += suspended ? 0 : 1;
                round.failed += suspended || ended.result().isSuccess() ? 0 : 1;
            }
            case CallEvent other -> {}
        }
    }

    synchronized boolean isEmpty() {
        return rounds.isEmpty();
    }

    synchronized void clear() {
        rounds.clear();
    }

    /**
     * The line on the first round that has run for that long; null if there is none. It has a spinner unless
     * {@code spinner} is -1.
     */
    synchronized @Nullable String line(long now, long atLeast, int spinner) {
        for (Map.Entry<Long, Round> entry : rounds.entrySet()) {
            Round round = entry.getValue();
            if (now - round.start >= atLeast) {
                String text = spinner(spinner) + words(entry.getKey(), round, now);
                // Some terminals wrap to the next line at the last column.
                return SafeText.cut(text, style.width() - 1, style.unicode());
            }
        }
        return null;
    }

    private String spinner(int frame) {
        if (frame < 0) {
            return "";
        }
        String[] frames = style.unicode() ? SPINNER : ASCII_SPINNER;
        return frames[frame % frames.length] + " ";
    }

    private String words(long number, Round round, long now) {
        StringBuilder words = new StringBuilder("round ")
                .append(number)
                .append(": ")
                .append(round.done)
                .append(" of ")
                .append(round.planned == 0 ? round.calls : round.planned)
                .append(" done");
        if (round.failed > 0) {
            words.append(", ").append(round.failed).append(" failed");
        }
        if (!round.running.isEmpty()) {
            words.append(", ").append(round.running.size()).append(" run (");
            words.append(String.join(
                    ", ", round.running.values().stream().limit(MOST_NAMES).toList()));
            words.append(round.running.size() > MOST_NAMES ? ", ...)" : ")");
        }
        if (!round.waiting.isEmpty()) {
            words.append(", ").append(round.waiting.cardinality()).append(" wait");
        }
        if (!round.retrying.isEmpty()) {
            words.append(", ").append(round.retrying.cardinality()).append(" to be tried again");
        }
        long tenths = (now - round.start) / 100_000_000;
        words.append(", ").append(tenths / 10).append('.').append(tenths % 10).append(" s");
        int others = rounds.size() - 1;
        if (others > 0) {
            words.append(" (and ").append(others).append(others == 1 ? " other round)" : " other rounds)");
        }
        return words.toString();
    }
}
