package dev.interlock.replicas.postgres;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.interlock.replicas.Exchange;
import dev.interlock.replicas.ReplicaClaim;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@link Ledger} from its tables in one round trip, and writes the changes in another. Thread-safe; a
 * connection is confined to one thread.
 */
final class LedgerTables {

    /**
     * Each statement sees what was committed before it. So the second one sees everything done under the lock before.
     */
    private static final String LOCK = """
        set transaction isolation level read committed;
        set local statement_timeout = 5000;
        select pg_advisory_xact_lock(hashtextextended(?, 4711));
        """;

    private static final String LOAD = """
        select (extract(epoch from clock_timestamp()) * 1000)::bigint;
        select session, replica, expires, number from interlock_session where name = ?;
        select id, session, arrival, case when arrival > ? then claim end, granted, slots, abandoned
            from interlock_claim where name = ?
            order by arrival;
        """;

    private static final String SAVE = """
        delete from interlock_session where name = ? and session = any(?);
        insert into interlock_session (name, session, replica, expires, number)
            select ?, ?, ?, ?, ? where ?
            on conflict (name, session) do update set expires = excluded.expires, number = excluded.number;
        delete from interlock_claim where name = ? and id = any(?);
        insert into interlock_claim (name, id, session, arrival, claim, granted, slots, abandoned)
            select ?, changed.* from unnest(
                    ?::text[], ?::text[], ?::bigint[], ?::text[], ?::bigint[], ?::boolean[], ?::bigint[]) as changed
            on conflict (name, id) do update
            set granted = excluded.granted, slots = excluded.slots, abandoned = excluded.abandoned;
        commit;
        """;

    private static final String LOOK =
            "select id, granted is not null from interlock_claim where name = ? and id = any(?)";

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final String name;

    /** Claims parsed before; they never change. */
    private final Map<String, ReplicaClaim> parsed = new ConcurrentHashMap<>();

    /** Those that had come when they were read last are parsed. */
    private volatile long parsedUntil = -1;

    LedgerTables(String name) {
        this.name = name;
    }

    /** The rows with the server's time in ms. */
    record Loaded(Ledger ledger, Collection<Ledger.Row> rows, Map<String, String> replicas, long now) {
        String replica(String session) {
            return replicas.getOrDefault(session, session);
        }
    }

    /** Takes the lock, which ends with the transaction, and reads; the texts of claims only if they are new. */
    Loaded lockAndLoad(Connection connection) throws SQLException {
        Loaded loaded = load(connection, true, parsedUntil);
        // Arrivals are counted anew when there was no claim.
        loaded = loaded == null ? loadAll(connection) : loaded;
        parsed.clear();
        long last = -1;
        for (Ledger.Row row : loaded.rows) {
            parsed.put(row.key(), row.claim);
            last = row.arrival;
        }
        parsedUntil = last;
        return loaded;
    }

    /** Reads what was last committed. */
    Loaded loadAll(Connection connection) throws SQLException {
        return Objects.requireNonNull(load(connection, false, -1), "all texts were read");
    }

    /** Null if the text of a claim that is not parsed was not read. */
    private @Nullable Loaded load(Connection connection, boolean locking, long after) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(locking ? LOCK + LOAD : LOAD)) {
            int parameter = 1;
            if (locking) {
                statement.setString(parameter++, "interlock " + name);
            }
            statement.setString(parameter++, name);
            statement.setLong(parameter++, after);
            statement.setString(parameter, name);
            statement.execute();
            if (locking) {
                // The results of two settings and of the lock.
                statement.getMoreResults();
                statement.getMoreResults();
                statement.getMoreResults();
            }
            long now;
            try (ResultSet clock = statement.getResultSet()) {
                clock.next();
                now = clock.getLong(1);
            }
            statement.getMoreResults();
            Map<String, Ledger.Known> sessions = new HashMap<>();
            Map<String, String> replicas = new HashMap<>();
            try (ResultSet read = statement.getResultSet()) {
                while (read.next()) {
                    sessions.put(read.getString(1), new Ledger.Known(read.getLong(3), read.getLong(4)));
                    replicas.put(read.getString(1), read.getString(2));
                }
            }
            statement.getMoreResults();
            LinkedHashMap<String, Ledger.Row> rows = new LinkedHashMap<>();
            try (ResultSet read = statement.getResultSet()) {
                while (read.next()) {
                    String key = Objects.requireNonNull(read.getString(1), "id");
                    String text = read.getString(4);
                    ReplicaClaim claim = text == null ? parsed.get(key) : parse(text);
                    if (claim == null) {
                        return null;
                    }
                    rows.put(key, row(claim, read));
                }
            }
            List<Ledger.Row> all = List.copyOf(rows.values());
            return new Loaded(new Ledger(sessions, rows), all, replicas, now);
        }
    }

    private static Ledger.Row row(ReplicaClaim claim, ResultSet read) throws SQLException {
        return new Ledger.Row(
                claim,
                Objects.requireNonNull(read.getString(2), "session"),
                read.getLong(3),
                nullable(read, 5),
                read.getBoolean(6),
                nullable(read, 7));
    }

    private static @Nullable Long nullable(ResultSet read, int column) throws SQLException {
        long value = read.getLong(column);
        return read.wasNull() ? null : value;
    }

    private static ReplicaClaim parse(String json) throws SQLException {
        try {
            return MAPPER.readValue(json, ReplicaClaim.class);
        } catch (JsonProcessingException e) {
            throw new SQLException("table interlock_claim contains a row that is not a claim: " + json, e);
        }
    }

    private static String write(ReplicaClaim claim) {
        try {
            return MAPPER.writeValueAsString(claim);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Which of some claims are granted, as was last committed: without the lock. Those that are not there are left out.
     */
    Map<String, Boolean> look(Connection connection, String session, List<String> ids) throws SQLException {
        Map<String, String> byKey = new HashMap<>();
        ids.forEach(id -> byKey.put(Ledger.key(session, id), id));
        Map<String, Boolean> granted = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(LOOK)) {
            statement.setString(1, name);
            statement.setArray(
                    2, connection.createArrayOf("text", byKey.keySet().toArray()));
            try (ResultSet read = statement.executeQuery()) {
                while (read.next()) {
                    granted.put(Objects.requireNonNull(byKey.get(read.getString(1)), "id"), read.getBoolean(2));
                }
            }
        }
        return granted;
    }

    /** Ends the transaction, too: that saves a round trip while others wait for the lock. */
    void saveAndCommit(Connection connection, Ledger ledger, Exchange exchange) throws SQLException {
        Ledger.Known session = ledger.known(exchange.session());
        List<Ledger.Row> changed = new ArrayList<>(ledger.changed);
        try (PreparedStatement statement = connection.prepareStatement(SAVE)) {
            statement.setString(1, name);
            statement.setArray(2, connection.createArrayOf("text", ledger.endedSessions.toArray()));
            statement.setString(3, name);
            statement.setString(4, exchange.session());
            statement.setString(5, exchange.replica());
            statement.setLong(6, session == null ? 0 : session.expires());
            statement.setLong(7, session == null ? 0 : session.number());
            statement.setBoolean(8, session != null);
            statement.setString(9, name);
            statement.setArray(10, connection.createArrayOf("text", ledger.removed.toArray()));
            statement.setString(11, name);
            column(statement, 12, "text", changed, Ledger.Row::key);
            column(statement, 13, "text", changed, row -> row.session);
            column(statement, 14, "bigint", changed, row -> row.arrival);
            column(statement, 15, "text", changed, row -> write(row.claim));
            column(statement, 16, "bigint", changed, row -> row.granted);
            column(statement, 17, "boolean", changed, row -> row.slots);
            column(statement, 18, "bigint", changed, row -> row.abandoned);
            statement.execute();
            while (statement.getMoreResults() || statement.getUpdateCount() >= 0) {
                // The driver throws an error of a later statement when its result is read.
            }
        }
    }

    private static void column(
            PreparedStatement statement,
            int parameter,
            String type,
            List<Ledger.Row> rows,
            Function<Ledger.Row, @Nullable Object> value)
            throws SQLException {
        @Nullable Object[] values = new @Nullable Object[rows.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = value.apply(rows.get(i));
        }
        statement.setArray(parameter, statement.getConnection().createArrayOf(type, values));
    }
}
