package dev.interlock.jdbc.journal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/** The script of the journal's tables. */
final class Schema {

    private Schema() {}

    /** Creates the missing tables; other processes may do so at the same time. */
    static void create(DataSource dataSource) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            boolean autoCommit = connection.getAutoCommit();
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                boolean locked =
                        connection.getMetaData().getDatabaseProductName().equals("PostgreSQL");
                if (locked) {
                    statement.execute("select pg_advisory_xact_lock(hashtext('interlock_journal'))");
                }
                for (String sql : script().split(";", -1)) {
                    if (!sql.isBlank()) {
                        execute(statement, sql, locked);
                    }
                }
                connection.commit();
            } catch (SQLException e) {
                undo(connection, e);
                throw e;
            } finally {
                connection.setAutoCommit(autoCommit);
            }
        }
    }

    private static void undo(Connection connection, SQLException why) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            why.addSuppressed(e);
        }
    }

    /** Without a lock, "if not exists" fails if another process creates the same at that moment. Then it is there. */
    private static void execute(Statement statement, String sql, boolean locked) throws SQLException {
        try {
            statement.execute(sql);
        } catch (SQLException e) {
            if (locked) {
                throw e;
            }
            statement.execute(sql);
        }
    }

    /** Returns the script without comments, which may contain semicolons. */
    private static String script() {
        try (InputStream in = Objects.requireNonNull(Schema.class.getResourceAsStream("schema.sql"), "schema.sql")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("--"))
                    .collect(Collectors.joining("\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
