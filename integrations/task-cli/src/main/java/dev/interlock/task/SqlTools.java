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
 * Tools for SQL on an in-memory H2 database. The model's statements run as users without admin rights, so H2 itself
 * refuses to read or write files, open connections or run code. One of the users may only read, so that a query changes
 * no rows: {@code SELECT ... FROM FINAL TABLE (DELETE ...)} is a query too.
 *
 * <p>A query still counts as a write, because {@code NEXT VALUE FOR} advances a sequence. H2 has no permission for
 * that, and a view or a domain's check can hide it from code that searches the text.
 *
 * <p>The user with admin rights never uses what the model has created: a view that reads a file would work for that
 * user.
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
     * Creates the database.
     *
     * @param script the script that fills the database; the user's own, so it may do anything
     */
    SqlTools(String script) throws SQLException {
        this(script, TIMEOUT);
    }

    /**
     * Creates the database.
     *
     * @param script the script that fills the database
     * @param timeout the limit of each statement; no {@code SET} in a session can raise it
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

    @Tool("Runs a query on the H2 database; INFORMATION_SCHEMA.TABLES and COLUMNS list its tables and columns")
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

    /** Opens a session for one call, so that its settings end with it. */
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

    /** Repairs what the model can break: users may change their own passwords, and the writer may drop its schema. */
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
                ? text.substring(0, MAX_CHARACTERS) + "\n(the value is longer)"
                : text.toString();
    }

    @Override
    public void close() throws SQLException {
        admin.close();
    }
}
