package dev.interlock.jdbc;

import dev.interlock.effect.Resource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.sf.jsqlparser.expression.AnalyticExpression;
import net.sf.jsqlparser.expression.Expression;
import net.sf.jsqlparser.expression.Function;
import net.sf.jsqlparser.expression.NextValExpression;
import net.sf.jsqlparser.expression.StringValue;
import net.sf.jsqlparser.expression.UserVariable;
import net.sf.jsqlparser.expression.VariableAssignment;
import net.sf.jsqlparser.schema.Column;
import net.sf.jsqlparser.schema.Table;
import net.sf.jsqlparser.statement.Statement;
import net.sf.jsqlparser.statement.select.AllTableColumns;
import net.sf.jsqlparser.statement.select.FromItem;
import net.sf.jsqlparser.statement.select.Join;
import net.sf.jsqlparser.statement.select.PlainSelect;
import net.sf.jsqlparser.statement.select.Select;
import net.sf.jsqlparser.statement.select.WithItem;
import org.jspecify.annotations.Nullable;

/** Finds out what a query, or any part of a statement, touches. {@link StatementReader} states the invariant. */
abstract class QueryReader {

    private final Connection connection;
    private final DatabaseTables tables;
    private final Touches touches;
    private final Parameters parameters;
    private final Set<TableInfo> seen = new LinkedHashSet<>();
    private boolean unknown;

    QueryReader(Connection connection, DatabaseTables tables, Touches touches, Parameters parameters) {
        this.connection = connection;
        this.tables = tables;
        this.touches = touches;
        this.parameters = parameters;
    }

    final Touches touches() {
        return touches;
    }

    final Parameters parameters() {
        return parameters;
    }

    /** Returns the tables that were read, including those behind views. */
    final Set<TableInfo> seen() {
        return seen;
    }

    /** Whether the statement read something with unknown tables. */
    final boolean sawUnknown() {
        return unknown;
    }

    /** Reads a whole statement, or one inside another. */
    abstract void statement(Statement statement, Scope scope) throws SQLException;

    final @Nullable TableInfo table(Table table) throws SQLException {
        boolean elsewhere = table.getDatabase() != null && table.getDatabase().getDatabaseName() != null;
        return elsewhere ? null : tables.find(connection, table.getSchemaName(), table.getName());
    }

    final KeyConditions conditions(Table table, boolean only) {
        return new KeyConditions(table, only, parameters);
    }

    // Parts of any kind.

    final void parts(@Nullable Object node, Scope scope) throws SQLException {
        if (node == null) {
            return;
        }
        if (node instanceof Select select) {
            select(select, scope);
        } else if (node instanceof Statement inner) {
            statement(inner, scope);
        } else if (node instanceof Table table) {
            read(table, scope, Map.of());
            partsBut(table, scope, table.getAlias());
        } else if (node instanceof Column column) {
            column(column);
            parts(column.getArrayConstructor(), scope);
        } else if (node instanceof AllTableColumns all) {
            partsBut(all, scope, all.getTable());
        } else {
            expression(node);
            partsBut(node, scope, null);
        }
    }

    /** Reads all parts of a node, except its {@code WITH} and one known part. */
    final void partsBut(Object node, Scope scope, @Nullable Object known) throws SQLException {
        List<Object> all = new ArrayList<>();
        AstFields.forEachPart(node, all::add);
        for (Object part : all) {
            boolean skipped = part instanceof WithItem<?> || same(part, known);
            if (!skipped) {
                parts(part, scope);
            }
        }
    }

    @SuppressWarnings("ReferenceEquality") // this same node, not an equal one
    private static boolean same(Object part, @Nullable Object known) {
        return part == known;
    }

    private void column(Column column) throws SQLException {
        String name = Names.column(column.getColumnName());
        if (name.equals("nextval") || name.equals("currval")) {
            // Some databases write a sequence in front of it.
            Table sequence = column.getTable();
            if (sequence == null) {
                touches.anything();
            } else {
                sequence(sequence.getName());
            }
        }
    }

    private void expression(Object node) throws SQLException {
        if (node instanceof Function function) {
            function(function);
        } else if (node instanceof AnalyticExpression analytic) {
            if (!KnownFunctions.isHarmless(analytic.getName())) {
                touches.anything();
            }
        } else if (node instanceof NextValExpression next) {
            List<String> names = next.getNameList();
            sequence(names.get(names.size() - 1));
        } else if (node instanceof UserVariable || node instanceof VariableAssignment) {
            touches.anything();
        }
    }

    private void function(Function function) throws SQLException {
        String name = String.valueOf(function.getName());
        if (KnownFunctions.isOfSequence(name)) {
            List<StringValue> found = new ArrayList<>();
            Object first =
                    function.getParameters() == null || function.getParameters().isEmpty()
                            ? null
                            : function.getParameters().get(0);
            if (first != null) {
                texts(first, found);
            }
            if (found.size() == 1) {
                String sequence = found.get(0).getValue();
                sequence(sequence.substring(sequence.lastIndexOf('.') + 1));
            } else {
                touches.anything();
            }
        } else if (!KnownFunctions.isHarmless(name)) {
            touches.anything();
        }
    }

    private static void texts(Object node, List<StringValue> found) {
        if (node instanceof StringValue text) {
            found.add(text);
        }
        AstFields.forEachPart(node, part -> texts(part, found));
    }

    private void sequence(String name) throws SQLException {
        touches.write(Set.of(tables.sequence(connection, name)));
    }

    private void read(Table table, Scope scope, Map<String, Set<Object>> rows) throws SQLException {
        if (table.getSchemaName() == null
                && scope.mayKnow(table.getName())
                && scope.knows(table.getName(), new Names(connection.getMetaData()))) {
            return;
        }
        TableInfo found = table(table);
        if (found != null) {
            seen.add(found);
            touch(found.rows(rows), scope);
            return;
        }
        Collection<String> shown = tables.view(connection, table.getName());
        if (shown == null || scope.locked()) {
            unknown = true;
            if (scope.locked()) {
                touches.anything();
            } else {
                touches.readAnything();
            }
            return;
        }
        for (String each : shown) {
            TableInfo behind = tables.find(connection, null, each);
            if (behind == null) {
                unknown = true;
                touches.readAnything();
            } else {
                seen.add(behind);
                touch(List.of(behind.resource()), scope);
            }
        }
    }

    private void touch(Collection<Resource> resources, Scope scope) {
        if (scope.locked()) {
            touches.write(resources);
        } else {
            touches.read(resources);
        }
    }

    // Queries.

    private void select(Select select, Scope outer) throws SQLException {
        Scope scope = withItems(select.getWithItemsList(), outer).lock(select.getForMode() != null);
        if (select instanceof PlainSelect plain) {
            plain(plain, scope);
        } else {
            partsBut(select, scope, select.getForUpdateTable());
        }
    }

    /**
     * Reads a statement's {@code WITH}, each part with the names known there. Returns the names that the statement
     * knows.
     */
    final Scope withItems(@Nullable List<WithItem<?>> items, Scope outer) throws SQLException {
        if (items == null || items.isEmpty()) {
            return outer;
        }
        Scope all = outer;
        for (WithItem<?> item : items) {
            all = all.with(item.getAliasName());
        }
        boolean recursive = items.stream().anyMatch(WithItem::isRecursive);
        Scope before = recursive ? all : outer;
        for (WithItem<?> item : items) {
            Object body = item.getParenthesedStatement();
            if (body instanceof Select) {
                parts(body, before);
            } else {
                partsBut(item, before, item.getAlias());
            }
            before = before.with(item.getAliasName());
        }
        return all;
    }

    private void plain(PlainSelect select, Scope scope) throws SQLException {
        boolean makes =
                (select.getIntoTables() != null && !select.getIntoTables().isEmpty())
                        || select.getIntoTempTable() != null;
        if (makes) {
            touches.anything();
        }
        List<Join> joins = select.getJoins() == null ? List.of() : select.getJoins();
        Set<Object> narrowed = new LinkedHashSet<>();
        FromItem first = select.getFromItem();
        if (first instanceof Table table) {
            read(table, scope, conditions(table, joins.isEmpty()).of(select.getWhere()));
            partsBut(table, scope, table.getAlias());
        }
        for (Join join : joins) {
            if (join.getFromItem() instanceof Table table) {
                read(table, scope, joined(table, join, select.getWhere()));
                partsBut(table, scope, table.getAlias());
                List<Object> rest = new ArrayList<>();
                AstFields.forEachPart(join, rest::add);
                for (Object part : rest) {
                    if (!same(part, table)) {
                        parts(part, scope);
                    }
                }
                narrowed.add(join);
            }
        }
        List<Object> rest = new ArrayList<>();
        AstFields.forEachPart(select, rest::add);
        for (Object part : rest) {
            boolean known = part instanceof WithItem<?>
                    || (part instanceof Table)
                    || narrowed.stream().anyMatch(each -> same(part, each));
            if (!known) {
                parts(part, scope);
            }
        }
    }

    /**
     * Returns the key values of a join's right table. In an inner or left join, only rows that meet the join's own
     * condition take part.
     */
    private Map<String, Set<Object>> joined(Table table, Join join, @Nullable Expression where) {
        KeyConditions conditions = conditions(table, false);
        Map<String, Set<Object>> rows = new HashMap<>();
        if (!join.isRight() && !join.isFull() && join.getOnExpressions() != null) {
            for (Expression on : join.getOnExpressions()) {
                rows.putAll(conditions.of(on));
            }
        }
        rows.putAll(conditions.of(where));
        return rows;
    }
}
