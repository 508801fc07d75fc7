package dev.interlock.jdbc.journal;

import dev.interlock.jdbc.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.junit.jupiter.api.Assumptions;
import org.postgresql.ds.PGSimpleDataSource;

/** Skipped where PostgreSQL is not installed: {@code apt-get install postgresql}. */
class JdbcJournalPostgresTest extends JdbcJournalTest {

    @Override
    DataSource database() {
        Assumptions.assumeTrue(
                PostgresServer.get().isPresent(),
                "PostgreSQL is not installed below /usr/lib/postgresql, or cannot be started");
        PGSimpleDataSource made = new PGSimpleDataSource();
        made.setUrl(PostgresServer.get().orElseThrow().url("postgres"));
        made.setUser("test");
        // Beside what other tests have in the same database.
        made.setCurrentSchema("journal_test");
        execute(made, "drop schema if exists journal_test cascade; create schema journal_test");
        return made;
    }

    private static void execute(DataSource made, String sql) {
        try (Connection connection = made.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    void dropConnections() {
        execute(
                dataSource,
                "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()"
                        + " and datname = current_database()");
    }
}
