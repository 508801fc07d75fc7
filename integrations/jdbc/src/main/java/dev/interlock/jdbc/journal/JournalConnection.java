package dev.interlock.jdbc.journal;

import dev.interlock.durable.journal.UnfinishedRounds;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal's connection and its SQL. Only the writer's thread accesses it, and other threads before that one starts.
 *
 * <p>Invariant: each transaction that changes an owner's rounds first changes the owner's row, which locks it. A
 * process that considers the owner dead locks and deletes that row, if the lease has then ended. If the owner has no
 * row, the process inserts one and deletes it in the same transaction, so that a new life of the owner must wait for
 * its end. So rounds have one owner at a time, and the new owner reads everything that the old one has written.
 */
final class JournalConnection implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(JournalConnection.class);

    /** The database's clock in milliseconds. */
    private static final String NOW = "cast(extract(epoch from current_timestamp) * 1000 as bigint)";

    /** Whether an owner is dead, by its own lease and not by that of the process which checks. */
    private static final String DEAD = "leased_until < " + NOW;

    /** The SQLSTATE of both databases for a key that is there already. */
    private static final String UNIQUE_VIOLATION = "23505";

    private final Connection connection;
    private final Owner owner;

    private JournalConnection(Connection connection, Owner owner) {
        this.connection = connection;
        this.owner = owner;
    }

    static JournalConnection open(DataSource dataSource, Owner owner) throws SQLException {
        Connection connection = dataSource.getConnection();
        try {
            if (connection.getMetaData().getDatabaseProductName().equals("H2")) {
                try (Statement statement = connection.createStatement()) {
                    statement.execute("set write_delay 0");
                }
            }
            limitWaits(connection, owner);
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            return new JournalConnection(connection, owner);
        } catch (Throwable e) {
            connection.close();
            throw e;
        }
    }

    /**
     * Lets the driver wait for an answer no longer than the lease: afterwards the owner counts as dead. The connection
     * stays the journal's, so nothing is restored.
     */
    private static void limitWaits(Connection connection, Owner owner) throws SQLException {
        try {
            connection.setNetworkTimeout(
                    Runnable::run, (int) Math.min(owner.lease().toMillis(), Integer.MAX_VALUE));
        } catch (SQLFeatureNotSupportedException e) {
            log.debug("The database's driver does not limit how long it waits for an answer", e);
        }
    }

    void commit() throws SQLException {
        connection.commit();
    }

    /** Breaks the connection, whatever its thread waits for. Any thread may call this. */
    void abort() throws SQLException {
        connection.abort(Runnable::run);
    }

    /** Begins a life of the owner, which ends any earlier one. */
    void live() throws SQLException {
        int known = update(
                "update interlock_owner set incarnation = ?, leased_until = " + leaseEnd() + " where owner = ?",
                owner.incarnation(),
                owner.name());
        if (known == 0) {
            update(
                    "insert into interlock_owner(owner, incarnation, leased_until) values (?, ?, " + leaseEnd() + ")",
                    owner.name(),
                    owner.incarnation());
        }
    }

    private String leaseEnd() {
        return NOW + " + " + owner.lease().toMillis();
    }

    /**
     * Renews the lease, and locks the owner's row until the transaction ends; false if another owner has taken over.
     */
    boolean renew() throws SQLException {
        return update(
                        "update interlock_owner set leased_until = " + leaseEnd()
                                + " where owner = ? and incarnation = ?",
                        owner.name(),
                        owner.incarnation())
                == 1;
    }

    /** Deletes the owner, so that others can take over its rounds at once. */
    void die() throws SQLException {
        update("delete from interlock_owner where owner = ? and incarnation = ?", owner.name(), owner.incarnation());
    }

    private int update(String sql, String... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            set(statement, values);
            return statement.executeUpdate();
        }
    }

    private static void set(PreparedStatement statement, String... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            statement.setString(i + 1, values[i]);
        }
    }

    // Rounds.

    /** Adds rounds; existing ones stay unchanged. */
    void addRounds(List<String> rounds) throws SQLException {
        // Selects from the owner's row, since a select needs a table in both databases.
        batch(
                "insert into interlock_round(round, owner) select cast(? as varchar(200)), o.owner from interlock_owner o"
                        + " where o.owner = ? and not exists (select 1 from interlock_round r where r.round = ?)",
                rounds.stream()
                        .map(round -> new String[] {round, owner.name(), round})
                        .toList());
    }

    /** A line about a round. */
    record Line(String round, String text) {}

    /**
     * Adds lines. Returns for each line whether its round exists and belongs to this owner; if not, the line was not
     * added.
     */
    boolean[] add(List<Line> lines) throws SQLException {
        int[] counts = batch(
                "insert into interlock_entry(round, entry) select r.round, cast(? as text) from interlock_round r"
                        + " where r.round = ? and r.owner = ?",
                lines.stream()
                        .map(line -> new String[] {line.text(), line.round(), owner.name()})
                        .toList());
        boolean[] added = new boolean[counts.length];
        for (int i = 0; i < counts.length; i++) {
            added[i] = counts[i] != 0;
        }
        return added;
    }

    void removeRounds(List<String> rounds) throws SQLException {
        batch(
                "delete from interlock_round where round = ? and owner = ?",
                rounds.stream().map(round -> new String[] {round, owner.name()}).toList());
    }

    private int[] batch(String sql, List<String[]> all) throws SQLException {
        if (all.isEmpty()) {
            return new int[0];
        }
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (String[] values : all) {
                set(statement, values);
                statement.addBatch();
            }
            return statement.executeBatch();
        }
    }

    /** Returns the names of other owners that seem dead: their lease has ended, or they have rounds but no row. */
    List<String> seemDead() throws SQLException {
        return strings(
                "select owner from interlock_owner where owner <> ? and " + DEAD
                        + " union select r.owner from interlock_round r where r.owner <> ? and not exists"
                        + " (select 1 from interlock_owner o where o.owner = r.owner)",
                owner.name(),
                owner.name());
    }

    /**
     * Locks the name of another owner, if that is dead, and deletes its row. Nothing that takes the name begins a life
     * until the transaction ends. Call it without locks.
     *
     * @return false if the owner lives; then the transaction has been rolled back
     */
    boolean lockDead(String other) throws SQLException {
        // Only after locking the row is it certain that the owner is still dead.
        if (update("delete from interlock_owner where owner = ? and " + DEAD, other) == 1) {
            return true;
        }
        try {
            // Where there is no row, the primary key is what a beginning life waits for. No other transaction sees this
            // one.
            update(
                    "insert into interlock_owner(owner, incarnation, leased_until) values (?, ?, 0)",
                    other,
                    owner.incarnation());
        } catch (SQLException e) {
            if (!UNIQUE_VIOLATION.equals(e.getSQLState())) {
                throw e;
            }
            connection.rollback();
            return false;
        }
        return update("delete from interlock_owner where owner = ? and incarnation = ?", other, owner.incarnation())
                == 1;
    }

    /** Takes the rounds of an owner whose name this transaction has {@linkplain #lockDead locked}. */
    void takeRounds(String other) throws SQLException {
        update("update interlock_round set owner = ? where owner = ?", owner.name(), other);
    }

    /** Returns this owner's rounds, whether or not they run. */
    UnfinishedRounds unfinished() throws SQLException {
        UnfinishedRounds rounds = new UnfinishedRounds();
        try (PreparedStatement statement = connection.prepareStatement(
                "select r.round, e.entry from interlock_round r join interlock_entry e on e.round = r.round"
                        + " where r.owner = ? order by r.nr, e.nr")) {
            statement.setString(1, owner.name());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    rounds.addLine(rows.getString(1), rows.getString(2));
                }
            }
        }
        return rounds;
    }

    private List<String> strings(String sql, String... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            set(statement, values);
            List<String> found = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(rows.getString(1));
                }
            }
            return found;
        }
    }

    /** Closes the connection, which rolls back uncommitted changes. */
    @Override
    public void close() throws SQLException {
        try (Connection closing = connection) {
            closing.rollback();
        }
    }
}
