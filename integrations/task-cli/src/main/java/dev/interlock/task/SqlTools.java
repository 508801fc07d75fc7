package dev.interlock.task;

import dev.interlock.effect.Writes;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.StringJoiner;
import java.util.UUID;

/**
 * SQL on an H2 database in memory. The model's statements run as users without admin rights, so H2 itself refuses
 * whatever reads files, writes files, opens connections or runs code. One of the users may only read, so that a query
 * changes no rows: {@code SELECT ... FROM FINAL TABLE (DELETE ...)} is a query too.
 *
 * <p>A query is a write nevertheless: {@code NEXT VALUE FOR} advances a sequence, H2 has no right for that, and a view or
 * the check of a domain can hide it from code that looks for the words.
 *
 * <p>The user with admin rights never touches what the model made: a view that reads a file would work for him.
 */
final class SqlTools implements AutoCloseable {

    private static final int MAX_ROWS = 200;
    private static final int MAX_CHARACTERS = 64 * 1024;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int MAX_REPAIRS = 2;
    private static final String WRONG_PASSWORD = "28000";
    private static final String NO_SCHEMA = "90079";

    private final String url = "jdbc:h2:mem:" + UUID.randomUUID();
    private final String adminPassword = UUID.randomUUID().toString();
    private final String password = UUID.randomUUID().toString();

    /** Keeps the database alive. */
    private final Connection admin;

    /**
     * Makes the database.
     *
     * @param script what it is to hold at first; of the user's, so it may do anything
     */
    SqlTools(String script) throws SQLException {
        this(script, TIMEOUT);
    }

    /**
     * Makes the database.
     *
     * @param script what it is to hold at first
     * @param timeout of each statement; no {@code SET} of a session gets it beyond that
     */
    SqlTools(String script, Duration timeout) throws SQLException {
        admin = DriverManager.getConnection(url + ";MAX_QUERY_TIMEOUT=" + timeout.toMillis(), "ADMIN", adminPassword);
        try (Statement statement = admin.createStatement()) {
            if (!script.isBlank()) {
                statement.execute(script);
            }
            statement.execute("create user reader password '" + password + "'");
            statement.execute("create user writer password '" + password + "'");
            statement.execute("grant select, insert, update, delete on schema public to writer");
            statement.execute("grant select on schema public to reader");
            makeSchema(statement);
        }
    }

    private static void makeSchema(Statement statement) throws SQLException {
        statement.execute("create schema if not exists task authorization writer");
        statement.execute("grant select on schema task to reader");
    }

    @Tool("Runs a query on the H2 database; INFORMATION_SCHEMA.TABLES and COLUMNS tell what is there")
    @Writes("database")
    String querySql(@P("one SELECT") String sql) throws SQLException {
        try (Connection connection = connect("READER");
                Statement statement = connection.createStatement()) {
            statement.setMaxRows(MAX_ROWS + 1);
            try (ResultSet rows = statement.executeQuery(sql)) {
                return text(rows);
            }
        }
    }

    @Tool("Runs a statement that changes the H2 database; tables that it creates are in the schema TASK")
    @Writes("database")
    String executeSql(@P("such as INSERT, UPDATE, DELETE, CREATE TABLE") String sql) throws SQLException {
        try (Connection connection = connect("WRITER");
                Statement statement = connection.createStatement()) {
            statement.setMaxRows(MAX_ROWS + 1);
            if (statement.execute(sql)) {
                try (ResultSet rows = statement.getResultSet()) {
                    return text(rows);
                }
            }
            int changed = statement.getUpdateCount();
            return changed == 1 ? "1 row" : changed + " rows";
        }
    }

    /** Each call has a session of its own: what it sets there is gone after it. */
    private Connection connect(String user) throws SQLException {
        String session = url + ";IFEXISTS=TRUE;SCHEMA=TASK;SCHEMA_SEARCH_PATH=TASK,PUBLIC";
        for (int repairs = 0; ; repairs++) {
            try {
                return DriverManager.getConnection(session, user, password);
            } catch (SQLException e) {
                if (repairs == MAX_REPAIRS) {
                    throw e;
                }
                repair(e, user);
            }
        }
    }

    /** A user may change his own password, and the writer may drop his schema. */
    private void repair(SQLException refused, String user) throws SQLException {
        synchronized (admin) {
            try (Statement statement = admin.createStatement()) {
                switch (refused.getSQLState()) {
                    case WRONG_PASSWORD -> statement.execute("alter user " + user + " set password '" + password + "'");
                    case NO_SCHEMA -> makeSchema(statement);
                    case null, default -> throw refused;
                }
            }
        }
    }

    private static String text(ResultSet rows) throws SQLException {
        int columns = rows.getMetaData().getColumnCount();
        StringJoiner head = new StringJoiner(" | ");
        for (int i = 1; i <= columns; i++) {
            head.add(rows.getMetaData().getColumnLabel(i));
        }
        StringBuilder text = new StringBuilder(head.toString());
        for (int row = 0; rows.next(); row++) {
            if (row == MAX_ROWS || text.length() > MAX_CHARACTERS) {
                return text.append("\n(there are more rows)").toString();
            }
            StringJoiner line = new StringJoiner(" | ");
            for (int i = 1; i <= columns; i++) {
                String value = rows.getString(i);
                line.add(value == null ? "null" : value);
            }
            text.append('\n').append(line);
        }
        return text.length() > 2 * MAX_CHARACTERS
                ? text.substring(0, MAX_CHARACTERS) + "\n(it is longer)"
                : text.toString();
    }

    @Override
    public void close() throws SQLException {
        admin.close();
    }
}
