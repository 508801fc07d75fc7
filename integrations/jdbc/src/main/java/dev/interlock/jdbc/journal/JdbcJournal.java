package dev.interlock.jdbc.journal;

import dev.interlock.durable.SuspendedRound;
import dev.interlock.durable.journal.JournalEntry;
import dev.interlock.durable.journal.JournalException;
import dev.interlock.durable.journal.JournalLines;
import dev.interlock.durable.journal.RoundJournal;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;

/**
 * A {@link RoundJournal} in a database, H2 or PostgreSQL, which any number of processes may share.
 *
 * {@snippet :
 * JdbcJournal.createSchema(dataSource);
 * try (JdbcJournal journal = JdbcJournal.open(dataSource)) {
 *     ToolCallExecutor executor = ToolCallExecutor.builder().journal(journal).build();
 *     for (SuspendedRound round : journal.unfinished()) { ... }
 * }
 * }
 *
 * <p><b>One writer.</b> A thread of the journal's own writes, by one connection that it keeps: what calls have brought
 * meanwhile is one transaction. A call that may change something starts when its start is committed, and its round hands its results over
 * when these are. What survives then is what the database says of a commit. In H2, which may write 500 ms after a commit, the
 * journal has it write at once ({@code SET WRITE_DELAY 0}), which needs the rights of an administrator and holds for the whole
 * database.
 *
 * <p><b>Whose rounds.</b> Each journal is an <i>owner</i> with a lease, which every transaction renews, and which is renewed
 * while nothing is written, too. {@link #unfinished} gives the rounds of this owner's earlier lives, and takes those of owners
 * over whose lease has ended. Whose rounds were taken over writes nothing any more, so that none of its calls starts: all its
 * writing begins with its own row, which the other has deleted. The times are those of the database's clock.
 *
 * <p>Thread-safe.
 */
public final class JdbcJournal implements RoundJournal {

    private final JournalWriter writer;
    private final Duration writeTimeout;

    /** Rounds that executors of this journal run. */
    private final Set<String> running = ConcurrentHashMap.newKeySet();

    private JdbcJournal(Builder builder) {
        this.writeTimeout = builder.writeTimeout;
        this.writer = new JournalWriter(
                builder.dataSource, new Owner(builder.owner, UUID.randomUUID().toString(), builder.lease));
    }

    /**
     * Makes the tables, where they are not there. Those who make them by other means find the script on the class path, as
     * {@code dev/interlock/jdbc/journal/schema.sql}.
     *
     * @param dataSource gives connections whose user may make tables
     * @throws JournalException if they cannot be made
     */
    public static void createSchema(DataSource dataSource) {
        try {
            Schema.create(dataSource);
        } catch (SQLException e) {
            throw new JournalException("the tables of the journal cannot be made: " + e.getMessage(), e);
        }
    }

    /**
     * Opens a journal with the defaults: an owner of its own, a lease of 30 s.
     *
     * @param dataSource gives the connections
     * @return the journal
     * @throws JournalException if the database cannot be reached, or has no tables for it
     */
    public static JdbcJournal open(DataSource dataSource) {
        return on(dataSource).open();
    }

    /**
     * Starts a journal with the defaults.
     *
     * @param dataSource gives the connections; the journal keeps one
     * @return a new builder
     */
    public static Builder on(DataSource dataSource) {
        return new Builder(dataSource);
    }

    @Override
    public void write(JournalEntry entry) {
        String round = entry.round();
        JournalWriter.Written written = new JournalWriter.Written(entry, JournalLines.write(entry));
        boolean begins = entry instanceof JournalEntry.RoundBegan;
        if (begins && !running.add(round)) {
            throw new JournalException("round " + round + " is being executed already, so it cannot be resumed", null);
        }
        try {
            writer.add(written);
        } catch (JournalException e) {
            if (begins) {
                running.remove(round);
            }
            throw e;
        }
        if (entry.forces()) {
            written.await(writeTimeout);
        }
        if (entry instanceof JournalEntry.RoundEnded) {
            running.remove(round);
        }
    }

    @Override
    public List<SuspendedRound> unfinished() {
        return look().rounds().stream()
                .filter(round -> !running.contains(round.id()))
                .toList();
    }

    @Override
    public Map<String, String> unreadable() {
        return look().unreadable();
    }

    private JournalWriter.Looked look() {
        JournalWriter.Looked looked = new JournalWriter.Looked();
        writer.add(looked);
        looked.await(writeTimeout);
        return looked;
    }

    /** Writes what is left, and ends the lease: others may take unfinished rounds over at once. */
    @Override
    public void close() {
        writer.stop();
    }

    /** Opens a {@link JdbcJournal}. Not thread-safe. */
    public static final class Builder {

        private final DataSource dataSource;
        private String owner = "process-" + UUID.randomUUID();
        private Duration lease = Duration.ofSeconds(30);
        private Duration writeTimeout = Duration.ofSeconds(30);

        private Builder(DataSource dataSource) {
            this.dataSource = Objects.requireNonNull(dataSource, "dataSource");
        }

        /**
         * Gives the owner a name that it has again when its process is started anew: then it need not wait for its own
         * lease. Of two that live at the same time the later one has the rounds, and the earlier one writes nothing any more.
         *
         * @param owner unique among the processes that share the tables, at most 200 characters; by default a random one
         * @return this
         * @throws IllegalArgumentException if it is blank or longer
         */
        public Builder owner(String owner) {
            if (owner.isBlank() || owner.length() > Owner.MAX_LENGTH) {
                throw new IllegalArgumentException("owner must have 1 to %d characters, and not only blanks, was '%s'"
                        .formatted(Owner.MAX_LENGTH, owner));
            }
            this.owner = owner;
            return this;
        }

        /**
         * Sets how long after its last transaction others take the owner for dead; 30 s by default. It is renewed three times
         * in that time. A process that can stand still for longer has its rounds taken over while it lives.
         *
         * @param lease at least 1 s
         * @return this
         * @throws IllegalArgumentException if it is below 1 s
         */
        public Builder lease(Duration lease) {
            if (lease.compareTo(Duration.ofSeconds(1)) < 0) {
                throw new IllegalArgumentException("lease must be >= 1000 ms, was " + lease.toMillis() + " ms");
            }
            this.lease = lease;
            return this;
        }

        /**
         * Sets how long a call waits until its start is committed; 30 s by default. If that passes the call does not start.
         *
         * @param writeTimeout more than zero
         * @return this
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder writeTimeout(Duration writeTimeout) {
            if (writeTimeout.isZero() || writeTimeout.isNegative()) {
                throw new IllegalArgumentException(
                        "writeTimeout must be > 0 ms, was " + writeTimeout.toMillis() + " ms");
            }
            this.writeTimeout = writeTimeout;
            return this;
        }

        /**
         * Opens the journal.
         *
         * @return the journal, to be closed
         * @throws JournalException if the database cannot be reached, or has no tables for it
         */
        public JdbcJournal open() {
            JdbcJournal journal = new JdbcJournal(this);
            try {
                journal.writer.start();
                return journal;
            } catch (SQLException e) {
                throw new JournalException("the journal's database cannot be used: " + e.getMessage(), e);
            }
        }
    }
}
