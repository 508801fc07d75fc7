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
 * Reads a {@link Ledger} from its tables, in one round trip, and writes what has changed, in another. Thread-safe; a connection
 * is confined to one thread.
 */
final class LedgerTables {

    /** Each statement sees what was committed before it, so the second one all that was done under the lock before. */
    private static final String LOCK = """
        set transaction isolation level read committed;
        set local statement_timeout = 5000;
        select pg_advisory_xact_lock(hashtextextended(?, 4711));
        """;

    private static final String LOAD = """
        select (extract(epoch from clock_timestamp()) * 1000)::bigint;
        select session, replica, expires from interlock_session where name = ?;
        select id, session, arrival, claim, granted, slots, abandoned from interlock_claim where name = ?
            order by arrival;
        """;

    private static final String SAVE = """
        delete from interlock_session where name = ? and session = any(?);
        insert into interlock_session (name, session, replica, expires)
            select ?, ?, ?, ? where not ?
            on conflict (name, session) do update set expires = excluded.expires;
        delete from interlock_claim where name = ? and id = any(?);
        insert into interlock_claim (name, id, session, arrival, claim, granted, slots, abandoned)
            select ?, changed.* from unnest(
                    ?::text[], ?::text[], ?::bigint[], ?::text[], ?::bigint[], ?::boolean[], ?::bigint[]) as changed
            on conflict (name, id) do update
            set granted = excluded.granted, slots = excluded.slots, abandoned = excluded.abandoned;
        """;

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final String name;

    /** Of claims that were read before: they do not change. */
    private final Map<String, ReplicaClaim> parsed = new ConcurrentHashMap<>();

    LedgerTables(String name) {
        this.name = name;
    }

    /** What was read, with the server's clock, in ms. */
    record Loaded(Ledger ledger, Collection<Ledger.Row> rows, Map<String, String> replicas, long now) {
        String replica(String session) {
            return replicas.getOrDefault(session, session);
        }
    }

    Loaded load(Connection connection, boolean locking) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(locking ? LOCK + LOAD : LOAD)) {
            int parameter = 1;
            if (locking) {
                statement.setString(parameter++, "interlock " + name);
            }
            statement.setString(parameter++, name);
            statement.setString(parameter, name);
            statement.execute();
            if (locking) {
                // Two settings, and the lock.
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
            Map<String, Long> sessions = new HashMap<>();
            Map<String, String> replicas = new HashMap<>();
            try (ResultSet read = statement.getResultSet()) {
                while (read.next()) {
                    sessions.put(read.getString(1), read.getLong(3));
                    replicas.put(read.getString(1), read.getString(2));
                }
            }
            statement.getMoreResults();
            LinkedHashMap<String, Ledger.Row> rows = new LinkedHashMap<>();
            try (ResultSet read = statement.getResultSet()) {
                while (read.next()) {
                    rows.put(read.getString(1), row(read));
                }
            }
            parsed.keySet().retainAll(rows.keySet());
            List<Ledger.Row> all = List.copyOf(rows.values());
            return new Loaded(new Ledger(sessions, rows), all, replicas, now);
        }
    }

    private Ledger.Row row(ResultSet read) throws SQLException {
        String id = read.getString(1);
        ReplicaClaim claim = parsed.get(id);
        if (claim == null) {
            claim = parse(Objects.requireNonNull(read.getString(4), "claim"));
            parsed.put(id, claim);
        }
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
            throw new SQLException("table interlock_claim holds what is no claim: " + json, e);
        }
    }

    private static String write(ReplicaClaim claim) {
        try {
            return MAPPER.writeValueAsString(claim);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    void save(Connection connection, Ledger ledger, Exchange exchange, long now) throws SQLException {
        List<Ledger.Row> changed = new ArrayList<>(ledger.changed);
        try (PreparedStatement statement = connection.prepareStatement(SAVE)) {
            statement.setString(1, name);
            statement.setArray(2, connection.createArrayOf("text", ledger.endedSessions.toArray()));
            statement.setString(3, name);
            statement.setString(4, exchange.session());
            statement.setString(5, exchange.replica());
            statement.setLong(6, now + exchange.lease().toMillis());
            statement.setBoolean(7, exchange.ends());
            statement.setString(8, name);
            statement.setArray(9, connection.createArrayOf("text", ledger.removed.toArray()));
            statement.setString(10, name);
            column(statement, 11, "text", changed, row -> row.claim.id());
            column(statement, 12, "text", changed, row -> row.session);
            column(statement, 13, "bigint", changed, row -> row.arrival);
            column(statement, 14, "text", changed, row -> write(row.claim));
            column(statement, 15, "bigint", changed, row -> row.granted);
            column(statement, 16, "boolean", changed, row -> row.slots);
            column(statement, 17, "bigint", changed, row -> row.abandoned);
            statement.execute();
            while (statement.getMoreResults() || statement.getUpdateCount() >= 0) {
                // An error of a later statement is thrown when its result is asked for.
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
