package dev.interlock.replicas.postgres;

import dev.interlock.replicas.Exchange;
import dev.interlock.replicas.HeldClaim;
import dev.interlock.replicas.LimitServer;
import dev.interlock.replicas.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * Keeps limits in PostgreSQL, in the two tables of {@link #tables()}: a transaction does each exchange, and an advisory lock of
 * the name has one wait for the other. Nothing tells a replica that waits, so it asks again each 20 ms, all of its calls at
 * once; while none waits it does not ask.
 *
 * <p>Each replica uses one connection at a time of the data source, for some milliseconds. An exchange reads all claims of its
 * name, so this is for some thousands of calls at a time at most, over all replicas. A statement that takes more than 5 s,
 * such as for the lock, fails, and the server counts as lost.
 *
 * <p>Thread-safe.
 */
public final class PostgresLimitServer implements LimitServer {

    private final DataSource database;
    private final String name;
    private final Duration askAgainAfter;
    private final LedgerTables tables;

    private PostgresLimitServer(DataSource database, String name, Duration askAgainAfter) {
        this.database = database;
        this.name = name;
        this.askAgainAfter = askAgainAfter;
        this.tables = new LedgerTables(name);
    }

    /**
     * Makes a server whose replicas ask again each 20 ms while calls wait.
     *
     * @param database has the tables; stays open
     * @param name replicas that use the same name share limits
     * @return the server; the database is not asked
     */
    public static PostgresLimitServer of(DataSource database, String name) {
        return of(database, name, Duration.ofMillis(20));
    }

    /**
     * Makes a server.
     *
     * @param database has the tables; stays open
     * @param name replicas that use the same name share limits
     * @param askAgainAfter how soon a replica asks again while calls wait, at least 1 ms
     * @return the server; the database is not asked
     * @throws IllegalArgumentException if it is less
     */
    public static PostgresLimitServer of(DataSource database, String name, Duration askAgainAfter) {
        if (askAgainAfter.toMillis() < 1) {
            throw new IllegalArgumentException("askAgainAfter must be >= 1 ms, was " + askAgainAfter.toNanos() + " ns");
        }
        return new PostgresLimitServer(
                Objects.requireNonNull(database, "database"), Objects.requireNonNull(name, "name"), askAgainAfter);
    }

    /**
     * The script that makes the tables, for tools that migrate schemas. It does nothing where they are there.
     *
     * @return SQL
     */
    public static String tables() {
        try (InputStream in =
                Objects.requireNonNull(PostgresLimitServer.class.getResourceAsStream("tables.sql"), "tables.sql")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Makes the tables where they are not there, all of them or none, in a transaction of its own, for those who have no tool
     * that does. One replica waits for the other.
     *
     * @throws SQLException if they cannot be made
     */
    public void createTables() throws SQLException {
        try (Connection connection = database.getConnection()) {
            boolean autoCommit = connection.getAutoCommit();
            connection.setAutoCommit(false);
            boolean done = false;
            try (Statement statement = connection.createStatement()) {
                // Without a lock two that make a table at the same time may fail.
                statement.execute("select pg_advisory_xact_lock(hashtext('interlock_tables'))");
                statement.execute(tables());
                connection.commit();
                done = true;
            } finally {
                if (!done) {
                    connection.rollback();
                }
                connection.setAutoCommit(autoCommit);
            }
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String description() {
        return "PostgreSQL";
    }

    @Override
    public Duration askAgainAfter() {
        return askAgainAfter;
    }

    @Override
    public Reply exchange(Exchange exchange) throws SQLException {
        try (Connection connection = database.getConnection()) {
            boolean autoCommit = connection.getAutoCommit();
            // The server's own time-out does not end a wait for a server that is gone.
            int networkTimeout = connection.getNetworkTimeout();
            connection.setNetworkTimeout(
                    Runnable::run, Math.max(1_000, (int) (exchange.lease().toMillis() * 2 / 3)));
            connection.setAutoCommit(false);
            boolean done = false;
            try {
                LedgerTables.Loaded loaded = tables.load(connection, true);
                Reply reply = loaded.ledger().exchange(exchange, loaded.now());
                tables.save(connection, loaded.ledger(), exchange, loaded.now());
                connection.commit();
                done = true;
                return reply;
            } finally {
                if (!done) {
                    connection.rollback();
                }
                connection.setAutoCommit(autoCommit);
                connection.setNetworkTimeout(Runnable::run, networkTimeout);
            }
        }
    }

    @Override
    public List<HeldClaim> held() throws SQLException {
        try (Connection connection = database.getConnection()) {
            boolean autoCommit = connection.getAutoCommit();
            connection.setAutoCommit(false);
            try {
                LedgerTables.Loaded loaded = tables.load(connection, false);
                List<HeldClaim> held = new ArrayList<>();
                for (Ledger.Row row : loaded.rows()) {
                    if (row.granted != null) {
                        held.add(new HeldClaim(
                                row.claim.id(),
                                loaded.replica(row.session),
                                row.claim.call(),
                                row.claim.holds(),
                                Duration.ofMillis(loaded.now() - row.granted),
                                row.abandoned == null
                                        ? Optional.empty()
                                        : Optional.of(Duration.ofMillis(loaded.now() - row.abandoned))));
                    }
                }
                return held;
            } finally {
                connection.rollback();
                connection.setAutoCommit(autoCommit);
            }
        }
    }
}
