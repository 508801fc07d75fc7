package dev.interlock.jdbc;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.Access;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;

/** Runs something with a database in the body of a call, and gives what was told of it. */
final class Touched {

    @FunctionalInterface
    interface Action {
        void run(Connection connection) throws SQLException;
    }

    private Touched() {}

    static Set<String> by(DataSource observed, Action action) {
        Set<String> words = new LinkedHashSet<>();
        accesses(observed, action).forEach(access -> words.add(access.toString()));
        return words;
    }

    static List<Access> accesses(DataSource observed, Action action) {
        List<Access> accesses = new ArrayList<>();
        ToolSet tools = ToolSet.of(ToolDefinition.of("t", call -> {
            try (Connection connection = observed.getConnection()) {
                action.run(connection);
            }
            return "done";
        }));
        var results = ToolCallExecutor.builder()
                .footprints(footprint -> accesses.addAll(footprint.accesses()))
                .build()
                .execute(List.of(new ToolCall("1", "t", JsonNodeFactory.instance.objectNode())), tools);
        if (!results.get(0).isSuccess()) {
            throw new AssertionError(results.get(0).outcome().message());
        }
        return accesses;
    }

    /** A statement without parameters. */
    static Set<String> by(DataSource observed, String sql) {
        return by(observed, connection -> {
            try (Statement statement = connection.createStatement()) {
                drain(statement, statement.execute(sql));
            }
        });
    }

    static Set<String> by(DataSource observed, String sql, Object... parameters) {
        return by(observed, connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                for (int i = 0; i < parameters.length; i++) {
                    statement.setObject(i + 1, parameters[i]);
                }
                drain(statement, statement.execute());
            }
        });
    }

    private static void drain(Statement statement, boolean rows) throws SQLException {
        if (rows) {
            try (ResultSet result = statement.getResultSet()) {
                while (result.next()) {
                    result.getObject(1);
                }
            }
        }
    }

    static void execute(DataSource dataSource, String... statements) {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
