package dev.interlock.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Asks known databases what JDBC's metadata does not say about a table: whether code runs when its rows change, and
 * whether another name leads to the same rows.
 *
 * @param active whether triggers or rules run, or a constraint excludes rows by more than equality
 * @param opaque whether its rows also belong to another table (a partition), or code decides which of them a user sees
 * @param plainText whether the table compares text character by character
 */
record ActiveTables(boolean active, boolean opaque, boolean plainText) {

    private static final String H2 =
            "select exists(select 1 from information_schema.triggers where event_object_schema = ?"
                    + " and event_object_table = ?)";

    private static final String POSTGRESQL = "select c.relhasrules or exists(select 1 from pg_catalog.pg_trigger t"
            + " where t.tgrelid = c.oid and not t.tgisinternal)"
            + " or exists(select 1 from pg_catalog.pg_constraint x where x.conrelid = c.oid and x.contype = 'x'),"
            + " c.relrowsecurity or exists(select 1 from pg_catalog.pg_inherits i where i.inhrelid = c.oid),"
            + " not exists(select 1 from pg_catalog.pg_attribute a join pg_catalog.pg_collation l"
            + " on l.oid = a.attcollation where a.attrelid = c.oid and not l.collisdeterministic)"
            + " from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace"
            + " where n.nspname = ? and c.relname = ?";

    /**
     * Asks about a table.
     *
     * @return null if the table does not exist
     * @throws SQLException if the query fails
     */
    static @Nullable ActiveTables of(Connection connection, TableId table, boolean ignoreTriggers) throws SQLException {
        DatabaseMetaData database = connection.getMetaData();
        String product = database.getDatabaseProductName();
        return switch (product) {
            case "H2" -> ask(connection, H2, table, ignoreTriggers);
            case "PostgreSQL" ->
                database.getDatabaseMajorVersion() < 12
                        ? new ActiveTables(!ignoreTriggers, false, false)
                        : ask(connection, POSTGRESQL, table, ignoreTriggers);
            // Other databases are unknown, or show triggers only to users who may create some (MySQL).
            default -> new ActiveTables(!ignoreTriggers, false, false);
        };
    }

    private static @Nullable ActiveTables ask(Connection connection, String sql, TableId table, boolean ignoreTriggers)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, table.schema());
            statement.setString(2, table.name());
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    return null;
                }
                boolean more = row.getMetaData().getColumnCount() > 1;
                return new ActiveTables(
                        !ignoreTriggers && row.getBoolean(1), more && row.getBoolean(2), !more || row.getBoolean(3));
            }
        }
    }
}
