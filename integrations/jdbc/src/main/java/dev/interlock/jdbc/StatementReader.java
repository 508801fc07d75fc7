package dev.interlock.jdbc;

import dev.interlock.jdbc.TableInfo.ColumnInfo;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import net.sf.jsqlparser.expression.Expression;
import net.sf.jsqlparser.schema.Column;
import net.sf.jsqlparser.schema.Table;
import net.sf.jsqlparser.statement.Commit;
import net.sf.jsqlparser.statement.RollbackStatement;
import net.sf.jsqlparser.statement.SavepointStatement;
import net.sf.jsqlparser.statement.Statement;
import net.sf.jsqlparser.statement.delete.Delete;
import net.sf.jsqlparser.statement.delete.ParenthesedDelete;
import net.sf.jsqlparser.statement.insert.Insert;
import net.sf.jsqlparser.statement.insert.ParenthesedInsert;
import net.sf.jsqlparser.statement.merge.Merge;
import net.sf.jsqlparser.statement.select.Join;
import net.sf.jsqlparser.statement.select.Select;
import net.sf.jsqlparser.statement.select.Values;
import net.sf.jsqlparser.statement.update.ParenthesedUpdate;
import net.sf.jsqlparser.statement.update.Update;
import net.sf.jsqlparser.statement.update.UpdateSet;
import net.sf.jsqlparser.statement.upsert.Upsert;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what one execution of a statement touches.
 *
 * <p>Invariant: the result is never less than what the database touches, as far as the statement and the database's
 * metadata tell. Anything not understood writes everything. If the rows are uncertain, the whole table is touched.
 *
 * <p>Confined to one thread; use it once.
 */
final class StatementReader extends QueryReader {

    private static final Pattern DEFAULT = Pattern.compile("\\bdefault\\b", Pattern.CASE_INSENSITIVE);

    StatementReader(Connection connection, DatabaseTables tables, Touches touches, Parameters parameters) {
        super(connection, tables, touches, parameters);
    }

    @Override
    void statement(Statement statement, Scope scope) throws SQLException {
        if (statement instanceof Select select) {
            parts(select, scope);
        } else if (statement instanceof ParenthesedInsert inner) {
            statement(inner.getInsert(), withItems(inner.getWithItemsList(), scope));
        } else if (statement instanceof ParenthesedUpdate inner) {
            statement(inner.getUpdate(), withItems(inner.getWithItemsList(), scope));
        } else if (statement instanceof ParenthesedDelete inner) {
            statement(inner.getDelete(), withItems(inner.getWithItemsList(), scope));
        } else if (statement instanceof Insert insert) {
            insert(insert, scope);
        } else if (statement instanceof Update update) {
            update(update, scope);
        } else if (statement instanceof Delete delete) {
            delete(delete, scope);
        } else if (statement instanceof Merge merge) {
            merge(merge, scope);
        } else if (statement instanceof Upsert upsert) {
            changeAll(List.of(upsert.getTable()), scope);
            TableInfo table = table(upsert.getTable());
            if (table != null) {
                defaultsBut(List.of(), table, scope);
            }
            partsBut(upsert, scope, upsert.getTable());
        } else if (!(statement instanceof Commit)
                && !(statement instanceof RollbackStatement)
                && !(statement instanceof SavepointStatement)) {
            touches().anything();
        }
    }

    /** Returns the table whose rows change; null if it is not a table, and then everything is written. */
    private @Nullable TableInfo target(Table table, Scope scope) throws SQLException {
        TableInfo found = scope.mayKnow(table.getName()) ? null : table(table);
        if (found == null) {
            touches().anything();
        }
        return found;
    }

    private void changeAll(Collection<Table> changed, Scope scope) throws SQLException {
        for (Table table : changed) {
            TableInfo found = target(table, scope);
            if (found != null) {
                touches().change(found);
            }
        }
    }

    private void insert(Insert insert, Scope outer) throws SQLException {
        Scope scope = withItems(insert.getWithItemsList(), outer);
        TableInfo table = target(insert.getTable(), scope);
        if (table != null) {
            if (insert.isOverwrite()) {
                touches().change(table);
            }
            List<String> columns = columns(insert, table);
            defaultsBut(given(insert, columns), table, scope);
            for (Map<String, Set<Object>> row : rows(insert, columns)) {
                touches().insert(table, row);
            }
            List<UpdateSet> instead = new ArrayList<>();
            if (insert.getDuplicateUpdateSets() != null) {
                instead.addAll(insert.getDuplicateUpdateSets());
            }
            if (insert.getConflictAction() != null && insert.getConflictAction().getUpdateSets() != null) {
                instead.addAll(insert.getConflictAction().getUpdateSets());
            }
            defaultsOf(instead, table, scope);
            if (!instead.isEmpty()) {
                // The existing row. Its key is the new row's, or the whole table was written.
                for (Map<String, Set<Object>> row : rows(insert, columns)) {
                    touches().update(table, row, changed(instead), constants(instead));
                }
            }
        }
        partsBut(insert, scope, insert.getTable());
    }

    private List<String> columns(Insert insert, TableInfo table) {
        List<UpdateSet> sets = insert.getSetUpdateSets();
        if (sets != null) {
            return List.copyOf(changed(sets));
        }
        if (insert.isOnlyDefaultValues()) {
            return List.of();
        }
        return insert.getColumns() == null
                ? table.columns().stream().map(ColumnInfo::name).toList()
                : insert.getColumns().stream()
                        .map(column -> Names.column(column.getColumnName()))
                        .toList();
    }

    /** Returns the columns for which each row certainly has a value of its own. */
    private static Collection<String> given(Insert insert, List<String> columns) {
        if (insert.getSetUpdateSets() != null) {
            Set<String> given = new HashSet<>(columns);
            insert.getSetUpdateSets().stream()
                    .filter(StatementReader::mayBeDefault)
                    .forEach(set -> given.removeAll(changed(List.of(set))));
            return given;
        }
        if (!(insert.getSelect() instanceof Values values) || values.getExpressions() == null) {
            boolean certain = insert.getColumns() != null && !mayBeDefault(insert.getSelect());
            return certain ? columns : List.of();
        }
        List<String> given = new ArrayList<>(columns);
        for (Collection<?> row : valueRows(values)) {
            int at = 0;
            for (Object value : row) {
                if (at < columns.size() && mayBeDefault(value)) {
                    given.remove(columns.get(at));
                }
                at++;
            }
            if (at < columns.size()) {
                given.removeAll(columns.subList(at, columns.size()));
            }
        }
        return given;
    }

    /** Whether a part may be {@code DEFAULT}; also true for a text with that word. */
    private static boolean mayBeDefault(@Nullable Object part) {
        return part != null && DEFAULT.matcher(part.toString()).find();
    }

    private void defaultsBut(Collection<String> given, TableInfo table, Scope scope) throws SQLException {
        for (ColumnInfo column : table.columns()) {
            if (column.value() != null && !given.contains(column.name())) {
                defaultOf(column.value(), scope);
            }
        }
    }

    private void defaultsOf(List<UpdateSet> sets, TableInfo table, Scope scope) throws SQLException {
        for (UpdateSet set : sets) {
            if (mayBeDefault(set)) {
                Set<String> others = new HashSet<>();
                table.columns().forEach(column -> others.add(column.name()));
                others.removeAll(changed(List.of(set)));
                defaultsBut(others, table, scope);
            }
        }
    }

    /** Reads a column's default value, which may advance a sequence. */
    private void defaultOf(String value, Scope scope) throws SQLException {
        if (value.indexOf('(') >= 0 || value.toLowerCase(Locale.ROOT).contains("next")) {
            Expression expression = ParsedSql.expression(value);
            if (expression == null) {
                touches().anything();
            } else {
                parts(expression, scope);
            }
        }
    }

    /** Returns what is known about each new row. */
    private List<Map<String, Set<Object>>> rows(Insert insert, List<String> columns) {
        if (insert.getSetUpdateSets() != null) {
            return List.of(constants(insert.getSetUpdateSets()));
        }
        List<Map<String, Set<Object>>> rows = new ArrayList<>();
        if (insert.getSelect() instanceof Values values
                && insert.getSelect().getWithItemsList() == null
                && values.getExpressions() != null) {
            for (Collection<?> row : valueRows(values)) {
                rows.add(row(columns, row));
            }
        }
        return rows.isEmpty() ? List.of(Map.of()) : rows;
    }

    private static List<Collection<?>> valueRows(Values values) {
        List<? extends Expression> expressions = values.getExpressions();
        List<Collection<?>> rows = new ArrayList<>();
        for (Expression expression : expressions) {
            if (!(expression instanceof Collection<?> row)) {
                return List.of(expressions);
            }
            rows.add(row);
        }
        return rows;
    }

    private Map<String, Set<Object>> row(List<String> columns, Collection<?> values) {
        Map<String, Set<Object>> row = new HashMap<>();
        int at = 0;
        for (Object value : values) {
            Object constant =
                    value instanceof Expression expression ? parameters().valueOf(expression) : null;
            // In some databases 0 stands for a number to be generated.
            if (constant != null && at < columns.size() && !"0".equals(KeyKind.NUMBER.text(constant))) {
                row.put(columns.get(at), Set.of(constant));
            }
            at++;
        }
        return at <= columns.size() ? row : Map.of();
    }

    private void update(Update update, Scope outer) throws SQLException {
        Scope scope = withItems(update.getWithItemsList(), outer);
        boolean several =
                update.getStartJoins() != null && !update.getStartJoins().isEmpty();
        if (several || update.getForPortionClause() != null) {
            Set<Table> all = new HashSet<>(List.of(update.getTable()));
            addJoined(update.getStartJoins(), all);
            changeAll(all, scope);
            if (update.getUpdateSets().stream().anyMatch(StatementReader::mayBeDefault)) {
                touches().anything();
            }
        } else {
            boolean only = update.getFromItem() == null
                    && (update.getJoins() == null || update.getJoins().isEmpty());
            TableInfo table = target(update.getTable(), scope);
            if (table != null) {
                Map<String, Set<Object>> rows =
                        conditions(update.getTable(), only).of(update.getWhere());
                defaultsOf(update.getUpdateSets(), table, scope);
                touches().update(table, rows, changed(update.getUpdateSets()), constants(update.getUpdateSets()));
            }
        }
        partsBut(update, scope, update.getTable());
    }

    private static Set<String> changed(List<UpdateSet> sets) {
        Set<String> columns = new LinkedHashSet<>();
        for (UpdateSet set : sets) {
            for (Column column : set.getColumns()) {
                columns.add(Names.column(column.getColumnName()));
            }
        }
        return columns;
    }

    private Map<String, Set<Object>> constants(List<UpdateSet> sets) {
        Map<String, Set<Object>> values = new HashMap<>();
        Set<String> twice = new HashSet<>();
        for (UpdateSet set : sets) {
            boolean pairs = set.getValues() != null
                    && set.getColumns().size() == set.getValues().size();
            for (int i = 0; i < set.getColumns().size(); i++) {
                String column = Names.column(set.getColumns().get(i).getColumnName());
                Object value = pairs ? parameters().valueOf(set.getValues().get(i)) : null;
                if (!twice.add(column) || value == null) {
                    values.remove(column);
                } else {
                    values.put(column, Set.of(value));
                }
            }
        }
        return values;
    }

    private void delete(Delete delete, Scope outer) throws SQLException {
        Scope scope = withItems(delete.getWithItemsList(), outer);
        boolean several = delete.getTables() != null && !delete.getTables().isEmpty();
        boolean joined = delete.getJoins() != null && !delete.getJoins().isEmpty();
        boolean using = delete.getUsingFromItemList() != null
                && !delete.getUsingFromItemList().isEmpty();
        if (several || joined || delete.getForPortionClause() != null) {
            // Databases differ in which tables and aliases such a statement means.
            Set<Table> all = new HashSet<>(List.of(delete.getTable()));
            if (several) {
                all.addAll(delete.getTables());
            }
            addJoined(delete.getJoins(), all);
            changeAll(all, scope);
        } else {
            TableInfo table = target(delete.getTable(), scope);
            if (table != null) {
                touches().delete(table, conditions(delete.getTable(), !using).of(delete.getWhere()));
            }
        }
        partsBut(delete, scope, delete.getTable());
    }

    private static void addJoined(@Nullable List<Join> joins, Set<Table> all) {
        if (joins != null) {
            for (Join join : joins) {
                if (join.getFromItem() instanceof Table table) {
                    all.add(table);
                }
            }
        }
    }

    private void merge(Merge merge, Scope outer) throws SQLException {
        Scope scope = withItems(merge.getWithItemsList(), outer);
        TableInfo table = target(merge.getTable(), scope);
        if (table != null) {
            touches().change(table);
            defaultsBut(List.of(), table, scope);
        }
        partsBut(merge, scope, merge.getTable());
    }
}
