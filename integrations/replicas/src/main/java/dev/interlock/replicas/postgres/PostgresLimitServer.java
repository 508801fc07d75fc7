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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Keeps limits in PostgreSQL, in the two tables of {@link #tables()}. Each exchange is one transaction, and an advisory
 * lock for the name makes exchanges wait for each other. PostgreSQL does not notify a waiting replica, so the replica
 * asks again every 20 ms, for all its calls at once. It does not ask while no call waits. It asks by one query of its
 * own claims, without the lock, and writes nothing; twice a second, or ten times a lease, by an exchange.
 *
 * <p>Each replica uses one connection of the data source at a time, for some milliseconds. An exchange reads all claims
 * of its name, so this server suits at most some thousands of calls at a time over all replicas. A statement that takes
 * more than 5 s, such as the wait for the lock, fails, and the server counts as lost.
 *
 * <p>Thread-safe.
 */
public final class PostgresLimitServer implements LimitServer {

    private static final int HELD_MILLIS = 5_000;

    /** How long those that wait look at most, before the next exchange. */
    private static final long LOOK_NANOS = 500_000_000;

    private final DataSource database;
    private final String name;
    private final Duration askAgainAfter;
    private final long lookNanos;
    private final LedgerTables tables;

    private volatile @Nullable Exchanged exchanged;

    private PostgresLimitServer(DataSource database, String name, Duration askAgainAfter, long lookNanos) {
        this.database = Objects.requireNonNull(database, "database");
        this.name = Objects.requireNonNull(name, "name");
        this.askAgainAfter = askAgainAfter;
        this.lookNanos = lookNanos;
        this.tables = new LedgerTables(name);
    }

    /**
     * Creates a server whose replicas ask again every 20 ms while calls wait.
     *
     * @param database the database with the tables; it stays open
     * @param name the name of the limits; replicas that use the same name share them
     * @return the server; this does not access the database
     */
    public static PostgresLimitServer of(DataSource database, String name) {
        return of(database, name, Duration.ofMillis(20));
    }

    /**
     * Creates a server.
     *
     * @param database the database with the tables; it stays open
     * @param name the name of the limits; replicas that use the same name share them
     * @param askAgainAfter how soon a replica asks again while calls wait; at least 1 ms
     * @return the server; this does not access the database
     * @throws IllegalArgumentException if it is less
     */
    public static PostgresLimitServer of(DataSource database, String name, Duration askAgainAfter) {
        if (askAgainAfter.toMillis() < 1) {
            throw new IllegalArgumentException("askAgainAfter must be >= 1 ms, was " + askAgainAfter.toNanos() + " ns");
        }
        return new PostgresLimitServer(database, name, askAgainAfter, LOOK_NANOS);
    }

    /** The seam for tests: those that wait may look for as long as that after an exchange. */
    static PostgresLimitServer looking(DataSource database, String name, Duration time) {
        return new PostgresLimitServer(database, name, Duration.ofMillis(20), time.toNanos());
    }

    /**
     * Returns the script that creates the tables, for tools that migrate schemas. It does nothing if the tables exist.
     *
     * @return the SQL text
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
     * Makes the tables where they are not there, all of them or none, in a transaction of its own, for those who have
     * no tool that does. One replica waits for the other.
     *
     * @throws SQLException if the tables cannot be created
     */
    public void createTables() throws SQLException {
        try (Connection connection = database.getConnection()) {
            boolean autoCommit = connection.getAutoCommit();
            connection.setAutoCommit(false);
            boolean done = false;
            try (Statement statement = connection.createStatement()) {
                // Without a lock, two replicas that create a table at the same time may fail.
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
        // The server's own time-out does not end a wait for a server that no longer answers.
        int timeout = Math.max(1_000, (int) (exchange.lease().toMillis() * 2 / 3));
        Exchanged last = exchanged;
        if (last != null && last.suffices(exchange, lookNanos)) {
            Reply reply =
                    this.<@Nullable Reply>within(timeout, false, connection -> look(connection, exchange, last.heldUp));
            if (reply != null) {
                return reply;
            }
        }
        long nanos = System.nanoTime();
        Reply reply = within(timeout, true, connection -> {
            LedgerTables.Loaded loaded = tables.lockAndLoad(connection);
            Reply made = loaded.ledger().exchange(exchange, loaded.now());
            tables.saveAndCommit(connection, loaded.ledger(), exchange);
            return made;
        });
        exchanged = new Exchanged(exchange.session(), exchange.number(), nanos, reply.heldUp());
        return reply;
    }

    /** Looks where the waiting claims stand; null if only an exchange can tell. */
    private @Nullable Reply look(Connection connection, Exchange exchange, Map<String, String> heldUp)
            throws SQLException {
        Map<String, Boolean> granted = tables.look(connection, exchange.session(), exchange.waiting());
        Set<String> now = new HashSet<>();
        Map<String, String> still = new HashMap<>();
        for (String id : exchange.waiting()) {
            Boolean isGranted = granted.get(id);
            String by = heldUp.get(id);
            if (Boolean.TRUE.equals(isGranted)) {
                now.add(id);
            } else if (isGranted != null && by != null) {
                still.put(id, by);
            } else {
                return null;
            }
        }
        return new Reply(true, now, still);
    }

    @Override
    public List<HeldClaim> held() throws SQLException {
        return within(HELD_MILLIS, true, connection -> {
            LedgerTables.Loaded loaded = tables.loadAll(connection);
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
        });
    }

    private interface Work<T extends @Nullable Object> {
        T of(Connection connection) throws SQLException;
    }

    /** Does some work; in a transaction, which is rolled back unless the work has committed it, or as one statement. */
    private <T extends @Nullable Object> T within(int timeoutMillis, boolean transaction, Work<T> work)
            throws SQLException {
        try (Connection connection = database.getConnection()) {
            boolean autoCommit = connection.getAutoCommit();
            int networkTimeout = connection.getNetworkTimeout();
            connection.setNetworkTimeout(Runnable::run, timeoutMillis);
            connection.setAutoCommit(!transaction);
            T result;
            try {
                result = work.of(connection);
            } catch (SQLException | RuntimeException e) {
                try {
                    restore(connection, transaction, autoCommit, networkTimeout);
                } catch (SQLException broken) {
                    // Why the work failed says more.
                    e.addSuppressed(broken);
                }
                throw e;
            }
            restore(connection, transaction, autoCommit, networkTimeout);
            return result;
        }
    }

    private static void restore(Connection connection, boolean transaction, boolean autoCommit, int networkTimeout)
            throws SQLException {
        if (transaction) {
            connection.rollback();
        }
        connection.setAutoCommit(autoCommit);
        connection.setNetworkTimeout(Runnable::run, networkTimeout);
    }

    /**
     * The last exchange. Calls of its session that wait can look without the lock, and without writing, whether another
     * replica's exchange has granted them meanwhile, for as long as the lease need not be prolonged and what they wait
     * for is not told anew.
     */
    private record Exchanged(String session, long number, long nanos, Map<String, String> heldUp) {

        boolean suffices(Exchange exchange, long lookNanos) {
            boolean tells = exchange.ends()
                    || !exchange.asked().isEmpty()
                    || !exchange.slotsReturned().isEmpty()
                    || !exchange.abandoned().isEmpty()
                    || !exchange.released().isEmpty();
            return !tells
                    && session.equals(exchange.session())
                    && number == exchange.number()
                    && number >= exchange.answered()
                    && System.nanoTime() - nanos
                            < Math.min(lookNanos, exchange.lease().toNanos() / 10);
        }
    }
}
