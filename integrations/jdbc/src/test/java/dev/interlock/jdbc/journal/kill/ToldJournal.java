package dev.interlock.jdbc.journal.kill;

import dev.interlock.durable.SuspendedRound;
import dev.interlock.durable.journal.JournalEntry;
import dev.interlock.durable.journal.RoundJournal;
import java.util.List;

/** A journal that tells before and after each entry, so that its process is killed there. */
record ToldJournal(RoundJournal journal) implements RoundJournal {

    @Override
    public void write(JournalEntry entry) {
        Progress.point();
        journal.write(entry);
        Progress.point();
    }

    @Override
    public List<SuspendedRound> unfinished() {
        Progress.point();
        return journal.unfinished();
    }

    @Override
    public void close() {
        journal.close();
    }
}
