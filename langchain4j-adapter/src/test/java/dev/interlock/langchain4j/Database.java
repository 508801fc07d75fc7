package dev.interlock.langchain4j;

import dev.interlock.effect.Reads;
import dev.interlock.effect.Writes;
import dev.interlock.execution.RoundGuard;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A database with transactions that belong to a thread, as Spring's do: who runs a statement on the thread takes part
 * in its transaction, on any other it has a connection of its own.
 */
final class Database {

    /** Of the thread's transaction. */
    private static final ThreadLocal<@Nullable Connection> BOUND = new ThreadLocal<>();

    private final String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=300";

    Database() throws SQLException {
        update("create table entry(id int primary key, amount int)");
        update("insert into entry values (1, 0)");
    }

    /** A transaction that is rolled back in the end. */
    <T> T rolledBack(Callable<T> body) throws Exception {
        try (Connection connection = DriverManager.getConnection(url)) {
            connection.setAutoCommit(false);
            BOUND.set(connection);
            try {
                return body.call();
            } finally {
                BOUND.remove();
                connection.rollback();
            }
        }
    }

    boolean isInTransaction() {
        return BOUND.get() != null;
    }

    /** What a guard of a container would say. */
    RoundGuard.Where onOwnerInTransaction() {
        return isInTransaction() ? RoundGuard.Where.ON_OWNER : RoundGuard.Where.ANYWHERE;
    }

    int update(String sql) throws SQLException {
        return run(statement -> statement.executeUpdate(sql));
    }

    List<Integer> rows() throws SQLException {
        return run(statement -> {
            List<Integer> ids = new ArrayList<>();
            try (ResultSet found = statement.executeQuery("select id from entry order by id")) {
                while (found.next()) {
                    ids.add(found.getInt(1));
                }
            }
            return ids;
        });
    }

    private interface Work<T> {
        T with(Statement statement) throws SQLException;
    }

    private <T> T run(Work<T> work) throws SQLException {
        Connection own = BOUND.get();
        if (own != null) {
            try (Statement statement = own.createStatement()) {
                return work.with(statement);
            }
        }
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            return work.with(statement);
        }
    }

    /** Their effects are true. */
    static final class Tools {
        private final Database database;

        Tools(Database database) {
            this.database = database;
        }

        @Tool
        @Writes("entry/{id}")
        String insert(@P(name = "id") int id) throws SQLException {
            return "inserted " + database.update("insert into entry values (" + id + ", 0)");
        }

        @Tool
        @Writes("entry/{id}")
        String add(@P(name = "id") int id, @P(name = "amount") int amount) throws SQLException {
            return "updated " + database.update("update entry set amount = amount + " + amount + " where id = " + id);
        }

        @Tool
        @Reads("entry")
        String count() throws SQLException {
            return database.rows().size() + " rows";
        }
    }
}
