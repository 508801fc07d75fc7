package dev.interlock.durable.journal;

import dev.interlock.durable.SuspendedRound;
import java.util.List;
import java.util.Map;

/**
 * Records what rounds are about to do and have done, so that rounds survive their process. After a crash
 * {@link #unfinished()} returns each round that had not ended, ready to be resumed. Pass it to
 * {@code SettingsBuilder.journal}; one journal may serve several executors.
 *
 * <p><b>What the engine promises.</b> For each round it writes {@link JournalEntry.RoundBegan} first and
 * {@link JournalEntry.RoundEnded} last. It writes {@link JournalEntry.CallStarts} before the first statement of a
 * call's tool, once for each call, however many attempts follow. It writes {@link JournalEntry.CallEnded} before any
 * call that waits for this one may start. A call that was not started, or that shares the outcome of an equal one, only
 * has a {@code CallEnded}. The engine writes on the call's thread or the round's owner, with no lock held.
 *
 * <p><b>What a journal promises.</b> It keeps entries in the order of their writes: those of one thread, and those of
 * which one write had returned before the other began. When {@link #write} returns for an entry that
 * {@linkplain JournalEntry#forces() forces}, this entry and all before it survive whatever the journal protects
 * against. Any number of threads may write at the same time. {@code write} must ignore interrupts and keep the thread's
 * interrupt flag: a call that is cancelled while its end is written has still ended.
 *
 * <p><b>If it fails.</b> {@link #write} throws a {@link JournalException}. If a call's start cannot be written, the
 * call does not start, and fails with a message that says so. If a round's begin cannot be written, none of its calls
 * starts. If a call's end cannot be written, its outcome stands and a warning is logged; after a crash that call may
 * have happened.
 */
public interface RoundJournal extends AutoCloseable {

    /**
     * Writes an entry.
     *
     * @param entry the entry, about something that is about to happen or has happened
     * @throws JournalException if the write fails; the entry may or may not be in the journal then
     */
    void write(JournalEntry entry);

    /**
     * Returns the rounds that had not ended when their process did, in the order in which they began. Rounds that an
     * executor of this journal, or another living process, executes now are not among them. A round stays among them
     * until an executor of this journal resumes it.
     *
     * <p>Ended calls have their outcomes. Calls that had not started will run, and so will calls that do no harm if
     * they run again, because they only read or are idempotent. All other calls may have happened, and the caller must
     * decide about them.
     *
     * @return a snapshot
     * @throws JournalException if the journal cannot be read
     */
    List<SuspendedRound> unfinished();

    /**
     * Returns the rounds that this library cannot read, because one of their entries is damaged or a newer version
     * wrote it. They stay in the journal. {@link #unfinished()} leaves them out, since the journal does not know which
     * of their calls ran. Warnings in the log name them, too.
     *
     * @return the reasons by the rounds' ids; a snapshot
     * @throws JournalException if the journal cannot be read
     */
    default Map<String, String> unreadable() {
        return Map.of();
    }

    /**
     * Releases the journal's files and connections. Its executors must run no more rounds. Closing again does nothing.
     */
    @Override
    void close();
}
