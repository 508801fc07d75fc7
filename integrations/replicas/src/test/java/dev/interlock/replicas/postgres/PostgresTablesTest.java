package dev.interlock.replicas.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.interlock.replicas.Databases;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What making the tables leaves of the connection, which may be a pool's. */
class PostgresTablesTest {

    private Connection connection;

    @BeforeEach
    void connect() throws SQLException {
        assumeTrue(Databases.url().isPresent(), "PostgreSQL is not installed");
        connection = Databases.at(Databases.url().orElseThrow()).getConnection();
    }

    @AfterEach
    void disconnect() throws SQLException {
        if (connection != null) {
            connection.close();
        }
    }

    /** A pool of this one, which is not closed when it is given back. */
    private DataSource pool() {
        Connection given = (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    try {
                        return method.getName().equals("close") ? null : method.invoke(connection, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        return (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> given);
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void a_connection_that_could_not_make_the_tables_can_be_used_as_before() throws SQLException {
        for (boolean autoCommit : new boolean[] {true, false}) {
            connection.setAutoCommit(true);
            execute("create schema if not exists none");
            execute("set search_path = none");
            execute("set default_transaction_read_only = on");
            connection.setAutoCommit(autoCommit);

            assertThatThrownBy(() -> PostgresLimitServer.of(pool(), "any").createTables())
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("read-only");

            assertThat(connection.getAutoCommit()).isEqualTo(autoCommit);
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("select 1")) {
                assertThat(row.next()).isTrue();
            }
            connection.setAutoCommit(true);
            execute("set default_transaction_read_only = off");
        }
    }

    @Test
    void the_tables_are_there_whether_or_not_the_connection_commits_by_itself() throws SQLException {
        for (boolean autoCommit : new boolean[] {true, false}) {
            connection.setAutoCommit(true);
            execute("drop schema if exists own cascade");
            execute("create schema own");
            execute("set search_path = own");
            connection.setAutoCommit(autoCommit);

            PostgresLimitServer.of(pool(), "any").createTables();

            assertThat(connection.getAutoCommit()).isEqualTo(autoCommit);
            if (!autoCommit) {
                connection.rollback();
            }
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(
                            "select count(*) from information_schema.tables where table_schema = 'own'")) {
                assertThat(row.next()).isTrue();
                assertThat(row.getInt(1)).isPositive();
            }
            connection.setAutoCommit(true);
        }
    }
}
