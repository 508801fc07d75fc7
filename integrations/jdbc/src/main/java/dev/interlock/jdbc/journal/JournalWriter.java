package dev.interlock.jdbc.journal;

import dev.interlock.durable.SuspendedRound;
import dev.interlock.durable.journal.JournalEntry;
import dev.interlock.durable.journal.JournalException;
import dev.interlock.durable.journal.UnfinishedRounds;
import dev.interlock.support.PatientWait;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that writes a journal's entries to the database, in the order of their arrival. Each transaction takes all
 * entries that came during the previous one. It is a platform thread of its own, because neither a database's files nor
 * its sockets survive an interrupt of the thread that uses them.
 *
 * <p>If a transaction fails, the writer tries it once more with a new connection. If that fails too, its entries are
 * lost, and no further call of their rounds starts. So the journal has a round's first entries, without a gap.
 */
final class JournalWriter {

    private static final Logger log = LoggerFactory.getLogger(JournalWriter.class);

    private static final int MAX_BATCH = 1_000;
    private static final String GIVEN_UP = "the database did not answer, and the journal was closed";

    private final DataSource dataSource;
    private final Owner owner;
    private final BlockingQueue<Work> queue = new LinkedBlockingQueue<>();
    private final Thread thread;

    /** Guarded by this. */
    private boolean closed;

    /** Written by the writer's thread, and before that thread starts; read also to abort it. */
    private volatile @Nullable JournalConnection connection;

    /** When the last transaction was committed, by the system's nanosecond clock. */
    private volatile long answeredNanos;

    /** Whether the database was silent for too long, so that no transaction begins any more. */
    private volatile boolean givenUp;

    // Only accessed by the writer's thread, and before that thread starts.
    /** Rounds with a lost entry, and the reason. */
    private final Map<String, String> lost = new HashMap<>();

    /** Rounds that cannot be read, of which a warning is in the log. */
    private final Set<String> unreadable = new HashSet<>();

    private @Nullable String fenced;

    /** An entry to write. */
    static final class Written extends Work {
        private final JournalEntry entry;
        private final String line;

        Written(JournalEntry entry, String line) {
            this.entry = entry;
            this.line = line;
        }
    }

    /** A request for the unfinished rounds. */
    static final class Looked extends Work {
        private volatile List<SuspendedRound> rounds = List.of();
        private volatile Map<String, String> unreadable = Map.of();

        List<SuspendedRound> rounds() {
            return rounds;
        }

        /** By their ids why they cannot be read. */
        Map<String, String> unreadable() {
            return unreadable;
        }
    }

    /** The last thing to do. */
    private static final class Stop extends Work {}

    JournalWriter(DataSource dataSource, Owner owner) {
        this.dataSource = dataSource;
        this.owner = owner;
        this.thread = Thread.ofPlatform()
                .daemon()
                .name("interlock-journal-" + owner.name())
                .inheritInheritableThreadLocals(false)
                .unstarted(this::run);
    }

    void start() throws SQLException {
        inTransaction(JournalConnection::live);
        thread.start();
    }

    synchronized void add(Work work) {
        if (closed) {
            throw new JournalException("the journal of " + owner.name() + " is closed", null);
        }
        queue.add(work);
    }

    /**
     * Stops the thread, after it has done all earlier work. If the database does not answer during a lease, all that is
     * left fails: then the owner counts as dead anyway.
     */
    void stop() {
        synchronized (this) {
            if (!closed) {
                queue.add(new Stop());
            }
            closed = true;
        }
        answeredNanos = System.nanoTime();
        Duration silence = Duration.ZERO;
        while (!join(owner.lease().minus(silence))) {
            silence = Duration.ofNanos(System.nanoTime() - answeredNanos);
            if (silence.compareTo(owner.lease()) >= 0) {
                giveUp();
                return;
            }
        }
    }

    private void giveUp() {
        log.warn(
                "The database did not answer within {} ms, so the journal of {} is closed without its last entries",
                owner.lease().toMillis(),
                owner.name());
        givenUp = true;
        JournalConnection using = connection;
        if (using != null) {
            try {
                using.abort();
            } catch (SQLException e) {
                log.debug("The connection of a journal could not be aborted", e);
            }
        }
        // The thread may still wait for a connection. It ends when it gets one, or none.
        List<Work> left = new ArrayList<>();
        queue.drainTo(left);
        queue.add(new Stop());
        left.forEach(work -> work.failed(GIVEN_UP, null));
    }

    /** Waits for the thread's end; returns whether it has ended. */
    private boolean join(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        PatientWait.on(() -> thread.join(Duration.ofNanos(Math.max(1, end - System.nanoTime()))));
        return !thread.isAlive();
    }

    private void run() {
        boolean going = true;
        while (going) {
            try {
                Work first = queue.poll(owner.lease().toMillis() / 3, TimeUnit.MILLISECONDS);
                going = first == null ? renew() : work(first);
            } catch (InterruptedException e) {
                // No other code knows this thread.
                log.debug("The thread of a journal was interrupted", e);
            } catch (Throwable e) {
                log.error("The thread of a journal failed, and continues with the next entry", e);
            }
        }
        disconnect();
    }

    private boolean renew() {
        try {
            if (fenced == null) {
                inTransaction(this::requireLease);
            }
        } catch (SQLException | JournalException e) {
            log.warn("The lease of the journal of {} could not be renewed", owner.name(), e);
        }
        return true;
    }

    /** Does work; returns whether there may be more to do. */
    private boolean work(Work first) {
        List<Work> all = new ArrayList<>();
        all.add(first);
        queue.drainTo(all, MAX_BATCH - 1);
        List<Written> batch = new ArrayList<>(all.size());
        for (Work next : all) {
            switch (next) {
                case Written written -> {
                    if (beginsAnew(written, batch)) {
                        write(batch);
                    }
                    batch.add(written);
                }
                case Looked looked -> {
                    write(batch);
                    look(looked);
                }
                default -> {
                    write(batch);
                    end();
                    return false;
                }
            }
        }
        write(batch);
        return true;
    }

    /** Whether an entry must begin a new transaction, since a transaction adds rounds before it removes others. */
    private static boolean beginsAnew(Written written, List<Written> batch) {
        return written.entry instanceof JournalEntry.RoundBegan
                && batch.stream()
                        .anyMatch(before -> before.entry instanceof JournalEntry.RoundEnded
                                && before.entry.round().equals(written.entry.round()));
    }

    private void write(List<Written> batch) {
        List<Written> writable = new ArrayList<>(batch.size());
        for (Written written : batch) {
            String round = written.entry.round();
            String why = lost.get(round);
            if (why != null && !(written.entry instanceof JournalEntry.RoundEnded)) {
                written.failed("an earlier entry of round " + round + " could not be written: " + why, null);
            } else {
                writable.add(written);
            }
        }
        batch.clear();
        if (writable.isEmpty()) {
            return;
        }
        try {
            boolean[] added = new boolean[writable.size()];
            inTransaction(using -> write(writable, added, using));
            for (int i = 0; i < added.length; i++) {
                answer(writable.get(i), added[i]);
            }
        } catch (Throwable e) {
            log.warn(
                    "{} entries of the journal of {} could not be written: no further call of their rounds starts",
                    writable.size(),
                    owner.name(),
                    e);
            for (Written written : writable) {
                lost.put(written.entry.round(), String.valueOf(e.getMessage()));
                written.failed(
                        "an entry of round " + written.entry.round() + " could not be written: " + e.getMessage(), e);
            }
        }
    }

    private void write(List<Written> all, boolean[] added, JournalConnection using) throws SQLException {
        requireLease(using);
        using.addRounds(all.stream()
                .filter(written -> written.entry instanceof JournalEntry.RoundBegan)
                .map(written -> written.entry.round())
                .toList());
        boolean[] there = using.add(all.stream()
                .map(written -> new JournalConnection.Line(written.entry.round(), written.line))
                .toList());
        System.arraycopy(there, 0, added, 0, there.length);
        using.removeRounds(all.stream()
                .filter(written -> written.entry instanceof JournalEntry.RoundEnded)
                .map(written -> written.entry.round())
                .toList());
    }

    private void answer(Written written, boolean added) {
        String round = written.entry.round();
        if (written.entry instanceof JournalEntry.RoundEnded) {
            lost.remove(round);
            written.succeeded();
        } else if (added) {
            written.succeeded();
        } else {
            String why = "round " + round + " is not in the journal, or another process has taken it over";
            lost.put(round, why);
            written.failed(why, null);
        }
    }

    private void requireLease(JournalConnection using) throws SQLException {
        if (fenced == null && !using.renew()) {
            fenced = "the lease of " + owner.name() + " had ended, and another process has taken its rounds over";
        }
        if (fenced != null) {
            throw new JournalException(fenced, null);
        }
    }

    private void look(Looked looked) {
        try {
            inTransaction(this::requireLease);
            takeOver();
            inTransaction(using -> {
                requireLease(using);
                UnfinishedRounds found = using.unfinished();
                looked.rounds = found.list();
                looked.unreadable = found.unreadable();
            });
            looked.unreadable.forEach((round, why) -> {
                if (unreadable.add(round)) {
                    log.warn("Round {} cannot be read, and stays in the journal of {}: {}", round, owner.name(), why);
                }
            });
            looked.succeeded();
        } catch (Throwable e) {
            looked.failed("unfinished rounds could not be read: " + e.getMessage(), e);
        }
    }

    /** Takes over the rounds of dead owners, each in a transaction of its own, which locks both owners. */
    private void takeOver() throws SQLException {
        List<String> others = new ArrayList<>();
        inTransaction(using -> {
            others.clear();
            others.addAll(using.seemDead());
        });
        for (String other : others) {
            inTransaction(using -> {
                if (using.lockDead(other)) {
                    requireLease(using);
                    using.takeRounds(other);
                }
            });
        }
    }

    private void end() {
        try {
            inTransaction(JournalConnection::die);
        } catch (SQLException e) {
            log.warn("The lease of the journal of {} could not be ended early; it ends by itself", owner.name(), e);
        }
    }

    // Connection and transactions.

    /** Work in one transaction; it may run twice. */
    private interface Part {
        void with(JournalConnection using) throws SQLException;
    }

    private void inTransaction(Part part) throws SQLException {
        try {
            inTransactionOnce(part);
        } catch (SQLException e) {
            log.debug("A transaction of a journal failed, and is tried once more", e);
            inTransactionOnce(part);
        }
    }

    private void inTransactionOnce(Part part) throws SQLException {
        requireNotGivenUp();
        try {
            JournalConnection using = connection == null ? JournalConnection.open(dataSource, owner) : connection;
            connection = using;
            requireNotGivenUp();
            part.with(using);
            using.commit();
            answeredNanos = System.nanoTime();
        } catch (Throwable e) {
            disconnect();
            throw e;
        }
    }

    /** Also after a connection has come, for which the thread may have waited long. */
    private void requireNotGivenUp() throws SQLException {
        if (givenUp) {
            throw new SQLException(GIVEN_UP);
        }
    }

    private void disconnect() {
        JournalConnection closing = connection;
        connection = null;
        if (closing != null) {
            try {
                closing.close();
            } catch (SQLException e) {
                log.debug("The connection of a journal could not be closed", e);
            }
        }
    }
}
