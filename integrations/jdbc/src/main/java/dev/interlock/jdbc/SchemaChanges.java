package dev.interlock.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import net.sf.jsqlparser.statement.Commit;
import net.sf.jsqlparser.statement.ExplainStatement;
import net.sf.jsqlparser.statement.ResetStatement;
import net.sf.jsqlparser.statement.RollbackStatement;
import net.sf.jsqlparser.statement.SavepointStatement;
import net.sf.jsqlparser.statement.SetStatement;
import net.sf.jsqlparser.statement.ShowStatement;
import net.sf.jsqlparser.statement.Statement;
import net.sf.jsqlparser.statement.UseStatement;
import net.sf.jsqlparser.statement.delete.Delete;
import net.sf.jsqlparser.statement.insert.Insert;
import net.sf.jsqlparser.statement.merge.Merge;
import net.sf.jsqlparser.statement.select.Select;
import net.sf.jsqlparser.statement.update.Update;
import net.sf.jsqlparser.statement.upsert.Upsert;
import net.ttddyy.dsproxy.ExecutionInfo;
import net.ttddyy.dsproxy.QueryInfo;
import net.ttddyy.dsproxy.listener.MethodExecutionContext;
import org.jspecify.annotations.Nullable;

/**
 * Tells the cache of tables when statements may change tables, and when such changes are committed. A statement that
 * cannot be parsed counts as a change. Thread-safe.
 */
final class SchemaChanges {

    private enum Kind {
        NONE,
        CHANGE,
        END
    }

    /** Statements that surely change no tables, so that texts need no parsing without a listener. */
    private static final Pattern PLAIN = Pattern.compile("\\s*(?:insert|update|delete|values|select)\\b[^;]*;?\\s*");

    private static final Pattern INTO = Pattern.compile("\\binto\\b");
    private static final Pattern TRANSACTION = Pattern.compile("\\b(?:begin|start|autocommit)\\b");

    private final TableCache<?> cache;
    private final Function<String, ParsedSql> parser;

    SchemaChanges(TableCache<?> cache, Function<String, ParsedSql> parser) {
        this.cache = cache;
        this.parser = parser;
    }

    /** Called after the observer has read the statements, before they are executed. */
    void beforeQuery(ExecutionInfo execution, List<QueryInfo> queries) {
        if (queries.stream().anyMatch(query -> kind(query.getQuery()) == Kind.CHANGE)) {
            boolean alone = commitsItself(execution)
                    && queries.stream().noneMatch(query -> mayBeginTransaction(query.getQuery()));
            String connection = execution.getConnectionId();
            execution.addCustomValue(SchemaChanges.class.getName(), alone && !cache.isChanging(connection));
            cache.begin(connection, commitsItself(execution));
        }
    }

    void afterQuery(ExecutionInfo execution, List<QueryInfo> queries) {
        boolean alone = Boolean.TRUE.equals(execution.getCustomValue(SchemaChanges.class.getName(), Boolean.class));
        boolean ended = execution.isSuccess() && queries.stream().anyMatch(query -> kind(query.getQuery()) == Kind.END);
        if (alone || ended) {
            cache.end(execution.getConnectionId());
        }
    }

    void afterMethod(MethodExecutionContext context) {
        if (!(context.getTarget() instanceof Connection) || context.getConnectionInfo() == null) {
            return;
        }
        String connection = context.getConnectionInfo().getConnectionId();
        Object[] arguments = context.getMethodArgs();
        boolean simple = arguments == null || arguments.length == 0;
        switch (context.getMethod().getName()) {
            case "commit", "setAutoCommit" -> endUnless(context.getThrown(), connection);
            case "rollback" -> {
                if (simple) {
                    endUnless(context.getThrown(), connection);
                }
            }
            case "close", "abort" -> cache.close(connection);
            default -> {
                // This says nothing about commits.
            }
        }
    }

    private void endUnless(@Nullable Throwable thrown, String connection) {
        if (thrown == null) {
            cache.end(connection);
        }
    }

    private static boolean commitsItself(ExecutionInfo execution) {
        try {
            return execution.getStatement().getConnection().getAutoCommit();
        } catch (SQLException e) {
            return false;
        }
    }

    private boolean mayBeginTransaction(String sql) {
        return parser.apply(sql).statement() == null
                && TRANSACTION.matcher(sql.toLowerCase(Locale.ROOT)).find();
    }

    private Kind kind(String sql) {
        String lower = sql.toLowerCase(Locale.ROOT);
        boolean making = INTO.matcher(lower).find() && !lower.stripLeading().startsWith("insert");
        if (!making && PLAIN.matcher(lower).matches()) {
            return Kind.NONE;
        }
        Statement statement = parser.apply(sql).statement();
        if (statement instanceof Commit
                || (statement instanceof RollbackStatement rollback && rollback.getSavepointName() == null)) {
            return Kind.END;
        }
        boolean plain = (statement instanceof Select && !making)
                || statement instanceof Insert
                || statement instanceof Update
                || statement instanceof Delete
                || statement instanceof Merge
                || statement instanceof Upsert
                || statement instanceof RollbackStatement
                || statement instanceof SavepointStatement
                || (statement instanceof SetStatement
                        && !TRANSACTION.matcher(lower).find())
                || statement instanceof ResetStatement
                || statement instanceof ShowStatement
                || statement instanceof UseStatement
                || (statement instanceof ExplainStatement && !making);
        return plain ? Kind.NONE : Kind.CHANGE;
    }
}
