package dev.interlock.jdbc;

import dev.interlock.effect.Access;
import dev.interlock.footprint.Footprint;
import java.lang.reflect.Method;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import net.ttddyy.dsproxy.ExecutionInfo;
import net.ttddyy.dsproxy.QueryInfo;
import net.ttddyy.dsproxy.listener.MethodExecutionContext;
import net.ttddyy.dsproxy.listener.MethodExecutionListener;
import net.ttddyy.dsproxy.listener.QueryExecutionListener;
import net.ttddyy.dsproxy.proxy.ParameterSetOperation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports what statements touch before they are executed, so that failing statements count too. Thread-safe.
 *
 * <p>It queries the database on the statement's connection, where names have the same meaning. Without a listener it
 * does nothing.
 */
final class SqlObserver implements QueryExecutionListener, MethodExecutionListener {

    private static final Logger log = LoggerFactory.getLogger(SqlObserver.class);
    private static final Access ANYTHING = Access.write("/");
    private static final int MAX_STATEMENTS = 1_000;

    private final DatabaseTables tables;
    private final SchemaChanges changes;

    /** Parsed statements by their text. */
    private final Map<String, ParsedSql> parsed = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, ParsedSql> eldest) {
            return size() > MAX_STATEMENTS;
        }
    };

    SqlObserver(DatabaseTables tables) {
        this.tables = tables;
        this.changes = new SchemaChanges(tables.cache(), this::parse);
    }

    @Override
    public void beforeQuery(ExecutionInfo execution, List<QueryInfo> queries) {
        if (Footprint.isWatched()) {
            tell(execution, queries);
        }
        changes.beforeQuery(execution, queries);
    }

    private void tell(ExecutionInfo execution, List<QueryInfo> queries) {
        Set<Access> touched = new LinkedHashSet<>();
        try {
            for (QueryInfo query : queries) {
                add(execution.getStatement(), query, touched);
            }
        } catch (SQLException | RuntimeException | StackOverflowError e) {
            log.debug("A statement counts as a write of everything, because it could not be analysed", e);
            touched.add(ANYTHING);
        }
        touched.forEach(Footprint::touch);
    }

    @Override
    public void afterQuery(ExecutionInfo execution, List<QueryInfo> queries) {
        changes.afterQuery(execution, queries);
    }

    private void add(Statement statement, QueryInfo query, Set<Access> touched) throws SQLException {
        ParsedSql sql = parse(query.getQuery());
        if (sql.statement() == null || statement instanceof CallableStatement) {
            touched.add(ANYTHING);
            return;
        }
        List<List<ParameterSetOperation>> sets = query.getParametersList();
        if (sets.isEmpty()) {
            add(statement, sql, Parameters.UNKNOWN, touched);
        }
        for (List<ParameterSetOperation> set : sets) {
            add(statement, sql, sql.parameters() ? Parameters.of(set) : Parameters.UNKNOWN, touched);
        }
    }

    private void add(Statement statement, ParsedSql sql, Parameters parameters, Set<Access> touched)
            throws SQLException {
        Connection connection = statement.getConnection();
        Touches touches = new Touches(connection, tables);
        StatementReader reader = new StatementReader(connection, tables, touches, parameters);
        reader.statement(Objects.requireNonNull(sql.statement()), Scope.OUTERMOST);
        if (statement.getResultSetConcurrency() == ResultSet.CONCUR_UPDATABLE) {
            // The program can change and add rows through the result set, without another statement.
            for (TableInfo table : reader.seen()) {
                touches.change(table);
            }
            if (reader.sawUnknown()) {
                touches.anything();
            }
        }
        touched.addAll(touches.accesses());
    }

    private ParsedSql parse(String sql) {
        synchronized (parsed) {
            ParsedSql known = parsed.get(sql);
            if (known != null) {
                return known;
            }
        }
        ParsedSql read = ParsedSql.of(sql);
        synchronized (parsed) {
            parsed.put(sql, read);
        }
        return read;
    }

    /** Uses of the driver's own objects cannot be observed. */
    @Override
    public void beforeMethod(MethodExecutionContext context) {
        Method method = context.getMethod();
        if (method.getName().equals("unwrap") && Footprint.isWatched()) {
            Footprint.touch(ANYTHING);
        }
    }

    @Override
    public void afterMethod(MethodExecutionContext context) {
        changes.afterMethod(context);
    }
}
