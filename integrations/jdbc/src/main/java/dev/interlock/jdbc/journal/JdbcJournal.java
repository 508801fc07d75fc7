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
import java.util.UUID;
import javax.sql.DataSource;

/**
 * A {@link RoundJournal} in an H2 or PostgreSQL database, which any number of processes may share.
 *
 * {@snippet :
 * JdbcJournal.createSchema(dataSource);
 * try (JdbcJournal journal = JdbcJournal.open(dataSource)) {
 *     ToolCallExecutor executor = ToolCallExecutor.builder().journal(journal).build();
 *     for (SuspendedRound round : journal.unfinished()) { ... }
 * }
 * }
 *
 * <p><b>One writer.</b> A thread of the journal's own writes, through one connection that it keeps. All entries that
 * have come meanwhile form one transaction. A call that may change something starts only when its start is committed,
 * and its round returns results only when these are committed. They survive whatever the database's commits survive. H2
 * may write 500 ms after a commit, so the journal makes it write at once ({@code SET WRITE_DELAY 0}). This needs
 * administrator rights and holds for the whole database.
 *
 * <p><b>Whose rounds.</b> Each journal is an <i>owner</i> with a lease. Every transaction renews the lease, and so does
 * a timer while there is nothing to write. {@link #unfinished} returns the rounds of this owner's earlier lives, and
 * takes over the rounds of owners whose lease has ended. An owner that has lost its rounds writes nothing more, so none
 * of their calls starts: all its transactions begin with its own row, which the new owner has deleted. All times are by
 * the database's clock.
 *
 * <p>Thread-safe.
 */
public final class JdbcJournal implements RoundJournal {

    private final JournalWriter writer;
    private final Duration writeTimeout;

    /** The rounds that executors of this journal run. */
    private final RoundsAtWork running = new RoundsAtWork();

    private JdbcJournal(Builder builder) {
        this.writeTimeout = builder.writeTimeout;
        this.writer = new JournalWriter(
                builder.dataSource, new Owner(builder.owner, UUID.randomUUID().toString(), builder.lease));
    }

    /**
     * Creates missing tables. A migration tool can use the script on the class path instead,
     * {@code dev/interlock/jdbc/journal/schema.sql}.
     *
     * @param dataSource the source of connections; their user must be allowed to create tables
     * @throws JournalException if the tables cannot be created
     */
    public static void createSchema(DataSource dataSource) {
        try {
            Schema.create(dataSource);
        } catch (SQLException e) {
            throw new JournalException("the journal's tables cannot be created: " + e.getMessage(), e);
        }
    }

    /**
     * Opens a journal with the defaults: an owner of its own, a lease of 30 s.
     *
     * @param dataSource the source of connections
     * @return the journal
     * @throws JournalException if the database cannot be reached, or lacks the journal's tables
     */
    public static JdbcJournal open(DataSource dataSource) {
        return on(dataSource).open();
    }

    /**
     * Starts a journal with the defaults.
     *
     * @param dataSource the source of connections; the journal keeps one
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
        if (begins && !running.begin(round)) {
            throw new JournalException(
                    "round " + round + " cannot be resumed, because an executor is already executing it", null);
        }
        try {
            writer.add(written);
        } catch (JournalException e) {
            if (begins) {
                running.end(round);
            }
            throw e;
        }
        if (entry.forces()) {
            written.await(writeTimeout);
        }
        if (entry instanceof JournalEntry.RoundEnded) {
            running.end(round);
        }
    }

    @Override
    public List<SuspendedRound> unfinished() {
        try (RoundsAtWork.Look look = running.look()) {
            return look().rounds().stream()
                    .filter(round -> !look.hasMet(round.id()))
                    .toList();
        }
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

    /** Writes the remaining entries and ends the lease, so that others may take over unfinished rounds at once. */
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
         * Sets the owner's name. A process that starts again with the same name need not wait for its own lease to end.
         * If two owners with one name live at the same time, the later one gets the rounds, and the earlier one writes
         * nothing more.
         *
         * @param owner a name that is unique among the processes that share the tables, of at most 200 characters;
         *     random by default
         * @return this
         * @throws IllegalArgumentException if the name is blank or longer
         */
        public Builder owner(String owner) {
            if (owner.isBlank() || owner.length() > Owner.MAX_LENGTH) {
                throw new IllegalArgumentException("owner must have 1 to %d characters and must not be blank, was '%s'"
                        .formatted(Owner.MAX_LENGTH, owner));
            }
            this.owner = owner;
            return this;
        }

        /**
         * Sets how long after its last transaction the owner counts as dead; 30 s by default. The journal renews the
         * lease three times in that time. If a process pauses for longer, others take over its rounds although it
         * lives.
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
         * Sets how long a call waits for the commit of its start; 30 s by default. After that the call does not start.
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
         * @return the journal; close it after use
         * @throws JournalException if the database cannot be reached, or lacks the journal's tables
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
