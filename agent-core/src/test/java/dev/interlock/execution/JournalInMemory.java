package dev.interlock.execution;

import dev.interlock.durable.SuspendedRound;
import dev.interlock.durable.journal.JournalEntry;
import dev.interlock.durable.journal.JournalException;
import dev.interlock.durable.journal.JournalLines;
import dev.interlock.durable.journal.RoundJournal;
import dev.interlock.durable.journal.UnfinishedRounds;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Keeps lines, as a file does, and lets a test stand in its way. Thread-safe. */
final class JournalInMemory implements RoundJournal {

    // Guarded by this.
    private final List<String> lines = new ArrayList<>();

    /** Run before an entry is kept, by its writer, with no lock held; what it throws is the journal's failure. */
    private volatile Consumer<JournalEntry> before = entry -> {};

    void before(Consumer<JournalEntry> next) {
        before = next;
    }

    /** Fails from the first entry of a kind on. */
    void failFrom(Class<? extends JournalEntry> kind) {
        boolean[] failing = new boolean[1];
        before(entry -> {
            failing[0] |= kind.isInstance(entry);
            if (failing[0]) {
                throw new JournalException("the disk is full", null);
            }
        });
    }

    @Override
    public void write(JournalEntry entry) {
        before.accept(entry);
        String line = JournalLines.write(entry);
        synchronized (this) {
            lines.add(line);
        }
    }

    @Override
    public synchronized List<SuspendedRound> unfinished() {
        UnfinishedRounds rounds = new UnfinishedRounds();
        lines.forEach(line -> rounds.add(JournalLines.read(line)));
        return rounds.list();
    }

    @Override
    public void close() {}

    /** What it has, in short: {@code began 2, starts 1, ended 1, over}; calls count from 1. */
    synchronized List<String> inShort() {
        return lines.stream().map(line -> inShort(JournalLines.read(line))).toList();
    }

    private static String inShort(JournalEntry entry) {
        return switch (entry) {
            case JournalEntry.RoundBegan(SuspendedRound known) ->
                "began " + known.calls().size();
            case JournalEntry.CallCame came -> "came " + (came.index() + 1);
            case JournalEntry.CallStarts starts ->
                (starts.repeatable() ? "starts repeatable " : "starts ") + (starts.index() + 1);
            case JournalEntry.CallPends pends -> "pends " + (pends.index() + 1);
            case JournalEntry.CallEnded ended -> "ended " + (ended.index() + 1);
            case JournalEntry.RoundSettled settled -> "settled";
            case JournalEntry.RoundEnded ended -> "over";
        };
    }

    /** The last entry of a kind; null if there is none. */
    synchronized <E extends JournalEntry> @Nullable E last(Class<E> kind) {
        return lines.stream()
                .map(JournalLines::read)
                .filter(kind::isInstance)
                .map(kind::cast)
                .reduce((first, second) -> second)
                .orElse(null);
    }

    /** Whether the start of a call is there; of the round that began last. */
    synchronized boolean hasStart(int number) {
        List<String> all = inShort();
        return all.contains("starts " + number) || all.contains("starts repeatable " + number);
    }
}
