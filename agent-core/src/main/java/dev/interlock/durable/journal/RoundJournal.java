package dev.interlock.durable.journal;

import dev.interlock.durable.SuspendedRound;
import java.util.List;
import java.util.Map;

/**
 * Keeps what rounds are about to do and have done, so that a round survives its process: after a crash
 * {@link #unfinished()} gives each round that had not ended, ready to be resumed. Set by
 * {@code SettingsBuilder.journal}; one journal may serve several executors.
 *
 * <p><b>What the engine promises.</b> Of one round it writes {@link JournalEntry.RoundBegan} first and
 * {@link JournalEntry.RoundEnded} last. It writes {@link JournalEntry.CallStarts} before the first statement of the call's
 * tool, once a call, however many attempts that has, and {@link JournalEntry.CallEnded} before anything that waits for the
 * call may start. A call that was not started, or has its outcome from an equal one, has a {@code CallEnded} alone. It writes
 * on the thread of the call or of the round's owner, with no lock of the engine held.
 *
 * <p><b>What a journal promises.</b> Entries of one thread, and those of which one was written before the other began to be,
 * are kept in that order. When {@link #write} returns from an entry that {@linkplain JournalEntry#forces() forces}, this and
 * all before it survive, as far as the journal says that anything does. Any number of threads may write at the same time.
 * {@code write} must not heed an interrupt, and must leave the flag of the thread as it is: a call that is cancelled while its
 * end is being written has ended all the same.
 *
 * <p><b>If it fails.</b> {@link #write} throws a {@link JournalException}. A call whose start could not be written does not
 * start, and fails with words that say so; nor does any call of a round whose begin could not be written. Where the end of a
 * call could not be written its outcome stands, a warning in the log says so, and after a crash that call is one that may have
 * happened.
 */
public interface RoundJournal extends AutoCloseable {

    /**
     * Keeps an entry.
     *
     * @param entry what is about to happen, or has happened
     * @throws JournalException if it cannot be kept; then it is not known whether it was
     */
    void write(JournalEntry entry);

    /**
     * The rounds that had not ended when the process that ran them did; in the order in which they began. Rounds that are
     * being executed by this journal's executors, or by others that live, are not among them. A round stays among them until
     * it is resumed with an executor of this journal.
     *
     * <p>Calls that ended have their outcomes. Of the others those wait, and will run, that had not started, or are known to
     * do no harm if they run once more: they only read, or are idempotent. The rest may have happened, and are left to the
     * decision of the caller.
     *
     * @return a snapshot
     * @throws JournalException if it cannot be read
     */
    List<SuspendedRound> unfinished();

    /**
     * The rounds that the journal has and cannot read, since an entry of theirs is damaged or was written by a newer version of
     * this library: what has become of their calls is not known, so they are not among {@link #unfinished()}, and stay in the
     * journal. Warnings in the log name them as well.
     *
     * @return by their ids why not; a snapshot
     * @throws JournalException if the journal cannot be read
     */
    default Map<String, String> unreadable() {
        return Map.of();
    }

    /** Gives back what the journal holds. Executors of the journal must not run rounds any more. Does nothing the second time. */
    @Override
    void close();
}
