package dev.interlock.jdbc.journal;

import dev.interlock.durable.journal.UnfinishedRounds;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/**
 * The connection of a journal, and what it says to the database. Only accessed by the thread of the writer, and before that
 * is started.
 *
 * <p>Invariant: each transaction that changes rounds of an owner begins with a change of the owner's row, which locks it. A process that
 * takes the owner for dead deletes that row, if its lease has ended when the row is locked. So the rounds have one owner at a
 * time, and what the earlier one has written is there when the later one reads it.
 */
final class JournalConnection implements AutoCloseable {

    /** The clock of the database, in milliseconds. */
    private static final String NOW = "cast(extract(epoch from current_timestamp) * 1000 as bigint)";

    /** By the lease of the owner itself, whatever those have that look at it. */
    private static final String DEAD = "leased_until < " + NOW;

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
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            return new JournalConnection(connection, owner);
        } catch (Throwable e) {
            connection.close();
            throw e;
        }
    }

    void commit() throws SQLException {
        connection.commit();
    }

    /** The owner lives; an earlier life of it has ended, or ends with this. */
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

    /** Renews the lease, and locks it until the transaction ends; false if it has been taken away. */
    boolean renew() throws SQLException {
        return update(
                        "update interlock_owner set leased_until = " + leaseEnd()
                                + " where owner = ? and incarnation = ?",
                        owner.name(),
                        owner.incarnation())
                == 1;
    }

    /** There is no such owner any more: others need not wait to take its rounds over. */
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

    /** One that is there already is left as it is. */
    void addRounds(List<String> rounds) throws SQLException {
        // From the owner's row, since both databases select something only from a table.
        batch(
                "insert into interlock_round(round, owner) select cast(? as varchar(200)), o.owner from interlock_owner o"
                        + " where o.owner = ? and not exists (select 1 from interlock_round r where r.round = ?)",
                rounds.stream()
                        .map(round -> new String[] {round, owner.name(), round})
                        .toList());
    }

    /** What has happened in a round. */
    record Line(String round, String text) {}

    /** Says of each whether its round is there, and this owner's; if not it was not added. */
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

    /** Takes the rounds over whose owner is dead. To be followed by a commit, with nothing locked before. */
    void takeOver() throws SQLException {
        for (String other : strings("select owner from interlock_owner where owner <> ? and " + DEAD, owner.name())) {
            // Whether it is still dead is seen once the row is locked.
            update("delete from interlock_owner where owner = ? and " + DEAD, other);
        }
        update(
                "update interlock_round set owner = ? where not exists"
                        + " (select 1 from interlock_owner o where o.owner = interlock_round.owner)",
                owner.name());
    }

    /** Those of this owner, running or not. */
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

    private List<String> strings(String sql, String value) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, value);
            List<String> found = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(rows.getString(1));
                }
            }
            return found;
        }
    }

    /** What was not committed is undone. */
    @Override
    public void close() throws SQLException {
        try (Connection closing = connection) {
            closing.rollback();
        }
    }
}
