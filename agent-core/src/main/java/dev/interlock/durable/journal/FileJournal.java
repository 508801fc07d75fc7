package dev.interlock.durable.journal;

import dev.interlock.durable.SuspendedRound;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link RoundJournal} in a file, with one line of JSON for each entry. One process at a time can have the file
 * open: a second one fails to open it until the first has closed it or ended.
 *
 * {@snippet :
 * try (FileJournal journal = FileJournal.open(Path.of("rounds.journal"))) {
 *     ToolCallExecutor executor = ToolCallExecutor.builder().journal(journal).build();
 *     for (SuspendedRound round : journal.unfinished()) { ... }
 * }
 * }
 *
 * <p><b>What survives.</b> An entry reaches the operating system before its writer goes on. So it survives any end of
 * the process. To survive a loss of power it must also be on the disk:
 *
 * <ul>
 *   <li>By default a call that may change something starts only when its start is on the disk, and its round returns
 *       results only when these are on the disk. Calls that wait at the same time share one sync of the file.
 *   <li>With {@link Builder#syncEvery} no call waits for the disk. A loss of power may then lose the entries since the
 *       last sync, and a call started in that time may run twice.
 * </ul>
 *
 * <p>When the journal opens the file it removes an incomplete last line, which a killed process has left. It rewrites
 * the file without ended rounds when it opens it, and when the file has grown over {@link Builder#compactAbove}. A
 * round with a damaged line is {@linkplain #unreadable unreadable}; other rounds are not affected. Thread-safe.
 */
public final class FileJournal implements RoundJournal {

    private static final Logger log = LoggerFactory.getLogger(FileJournal.class);

    private final Path path;
    private final long compactAbove;
    private final @Nullable SyncThread syncThread;

    /** Held while the file is synced or rewritten; taken before the other lock. */
    private final ReentrantLock syncing = new ReentrantLock();

    /** Held while a line is added. */
    private final ReentrantLock writing = new ReentrantLock();

    /** Guarded by {@code writing}, except for its sync, which {@code syncing} guards. */
    private final JournalFile file;

    // Guarded by writing.
    private final UnfinishedRounds recovered;
    private final Set<String> running = new HashSet<>();
    private long compactNext;
    private boolean closed;

    /** Why nothing is written any more; written with {@code writing} held. */
    private @Nullable String broken;

    /** The number of added lines; written with {@code writing} held. */
    private volatile long written;

    /** The number of lines on the disk; written with {@code syncing} held. */
    private volatile long synced;

    private FileJournal(Builder builder, JournalFile file, UnfinishedRounds recovered) {
        this.path = builder.path;
        this.compactAbove = builder.compactAbove;
        this.file = file;
        this.recovered = recovered;
        this.syncThread =
                builder.syncEvery == null ? null : new SyncThread(path, builder.syncEvery, this::syncIfNeeded);
    }

    /**
     * Opens a journal with the defaults, or creates it.
     *
     * @param path the journal's file; a lock file with the same name and {@code .lock} lies beside it
     * @return the journal
     * @throws JournalException if the file cannot be opened: another process has it open, it is not a journal, or a
     *     line in it is damaged
     */
    public static FileJournal open(Path path) {
        return at(path).open();
    }

    /**
     * Starts a journal with the defaults: calls wait for the disk, and the file is rewritten above 16 MiB.
     *
     * @param path the journal's file; a lock file with the same name and {@code .lock} lies beside it
     * @return a new builder
     */
    public static Builder at(Path path) {
        return new Builder(path);
    }

    @Override
    public void write(JournalEntry entry) {
        byte[] line = JournalFile.bytes(JournalLines.write(entry));
        long place;
        boolean large;
        writing.lock();
        try {
            requireUsable();
            place = append(entry, line);
            large = entry instanceof JournalEntry.RoundEnded && file.size() > compactNext;
        } finally {
            writing.unlock();
        }
        if (syncThread != null) {
            syncThread.wake();
        } else if (entry.forces()) {
            syncUpTo(place);
        }
        if (large) {
            compact();
        }
    }

    /** Adds a line; returns its number. */
    private long append(JournalEntry entry, byte[] line) {
        String round = entry.round();
        boolean begins = entry instanceof JournalEntry.RoundBegan;
        if (begins && running.contains(round)) {
            throw new JournalException(
                    "round " + round + " cannot be resumed, because an executor is already executing it", null);
        }
        try {
            file.append(line);
        } catch (IOException e) {
            if (file.isBroken()) {
                broken = "journal " + path + " has to be opened anew: a write failed before, and could not be undone ("
                        + e.getMessage() + ")";
            }
            throw failed("an entry of round " + round + " could not be added", e);
        }
        if (begins) {
            running.add(round);
        } else if (entry instanceof JournalEntry.RoundEnded) {
            running.remove(round);
            recovered.add(entry);
        }
        long place = written + 1;
        written = place;
        return place;
    }

    private void requireUsable() {
        if (closed) {
            throw new JournalException("journal " + path + " is closed", null);
        }
        if (broken != null) {
            throw new JournalException(broken, null);
        }
    }

    private JournalException failed(String what, IOException error) {
        return new JournalException(what + " to journal " + path + ": " + error.getMessage(), error);
    }

    /** Syncs the file up to a line. The first thread syncs all lines so far; the other threads find that done. */
    private void syncUpTo(long place) {
        syncing.lock();
        try {
            if (synced < place) {
                sync();
            }
        } finally {
            syncing.unlock();
        }
    }

    private void syncIfNeeded() {
        if (synced < written) {
            syncUpTo(written);
        }
    }

    private void sync() {
        long upTo = written;
        writing.lock();
        try {
            requireUsable();
        } finally {
            writing.unlock();
        }
        try {
            file.sync();
            synced = upTo;
        } catch (IOException e) {
            // After that, the state of the file on the disk is unknown.
            writing.lock();
            try {
                broken = "an earlier sync of journal " + path + " failed (" + e.getMessage()
                        + "): close the journal and open it again";
            } finally {
                writing.unlock();
            }
            throw failed("entries could not be synced", e);
        }
    }

    /** Rewrites the file without ended rounds. */
    private void compact() {
        boolean flagged = Thread.interrupted();
        syncing.lock();
        writing.lock();
        try {
            if (!closed && broken == null && file.size() > compactNext) {
                keepUnfinished();
            }
        } catch (IOException | RuntimeException e) {
            compactNext = 2 * file.size();
            log.warn("Journal {} could not be rewritten without ended rounds, so it keeps growing", path, e);
        } finally {
            writing.unlock();
            syncing.unlock();
            if (flagged) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void keepUnfinished() throws IOException {
        file.keepOnly(line -> {
            String round = JournalLines.roundOf(line);
            return running.contains(round) || recovered.has(round);
        });
        synced = written;
        // The rest is unfinished, and would be rewritten again and again.
        compactNext = Math.max(compactAbove, 2 * file.size());
    }

    @Override
    public List<SuspendedRound> unfinished() {
        writing.lock();
        try {
            requireUsable();
            return recovered.list().stream()
                    .filter(round -> !running.contains(round.id()))
                    .toList();
        } finally {
            writing.unlock();
        }
    }

    @Override
    public Map<String, String> unreadable() {
        writing.lock();
        try {
            requireUsable();
            return recovered.unreadable();
        } finally {
            writing.unlock();
        }
    }

    @Override
    public void close() {
        if (syncThread != null) {
            syncThread.stop();
        }
        syncing.lock();
        writing.lock();
        try {
            if (!closed) {
                closed = true;
                closeFile();
            }
        } catch (IOException e) {
            throw failed("the last entries could not be synced", e);
        } finally {
            writing.unlock();
            syncing.unlock();
        }
    }

    private void closeFile() throws IOException {
        try (JournalFile closing = file) {
            if (broken == null) {
                closing.sync();
            }
        }
    }

    @Override
    public String toString() {
        return "journal " + path;
    }

    /** Opens a {@link FileJournal}. Not thread-safe. */
    public static final class Builder {

        private final Path path;
        private @Nullable Duration syncEvery;
        private long compactAbove = 16 << 20;
        private AppendedFile.Opener opener = AppendedFile::new;

        private Builder(Path path) {
            this.path = Objects.requireNonNull(path, "path");
        }

        /**
         * Lets no call wait for the disk: a thread of the journal's own syncs the file. The end of the process loses
         * nothing. A loss of power loses the entries since the last sync, and a call started in that time runs again as
         * if it had not started.
         *
         * @param interval the longest time from an entry to the start of its sync; more than zero
         * @return this
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder syncEvery(Duration interval) {
            if (interval.isZero() || interval.isNegative()) {
                throw new IllegalArgumentException("interval must be > 0 ms, was " + interval.toMillis() + " ms");
            }
            this.syncEvery = interval;
            return this;
        }

        /**
         * Sets the size above which the journal rewrites the file without ended rounds; 16 MiB by default. Writers wait
         * meanwhile.
         *
         * @param bytes at least 1
         * @return this
         * @throws IllegalArgumentException if it is below 1
         */
        public Builder compactAbove(long bytes) {
            if (bytes < 1) {
                throw new IllegalArgumentException("bytes must be >= 1, was " + bytes);
            }
            this.compactAbove = bytes;
            return this;
        }

        /** For tests: a file that fails. */
        Builder opener(AppendedFile.Opener opening) {
            this.opener = opening;
            return this;
        }

        /**
         * Opens the journal, or creates it.
         *
         * @return the journal; close it after use
         * @throws JournalException if the file cannot be opened: another process has it open, it is not a journal, or a
         *     line in it is damaged
         */
        public FileJournal open() {
            UnfinishedRounds recovered = new UnfinishedRounds();
            try {
                return opened(JournalFile.open(path, opener, recovered::addLine), recovered);
            } catch (IOException e) {
                throw new JournalException("journal " + path + " cannot be opened: " + e.getMessage(), e);
            }
        }

        private FileJournal opened(JournalFile file, UnfinishedRounds recovered) throws IOException {
            boolean done = false;
            try {
                recovered
                        .unreadable()
                        .forEach((round, why) ->
                                log.warn("Round {} cannot be read, and stays in journal {}: {}", round, path, why));
                FileJournal journal = new FileJournal(this, file, recovered);
                journal.compact();
                journal.compactNext = Math.max(compactAbove, 2 * file.size());
                done = true;
                return journal;
            } finally {
                if (!done) {
                    file.close(); // else its lock would keep this process from opening it again
                }
            }
        }
    }
}
