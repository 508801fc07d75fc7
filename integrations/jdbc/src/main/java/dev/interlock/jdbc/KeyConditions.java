package dev.interlock.jdbc;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.sf.jsqlparser.expression.Expression;
import net.sf.jsqlparser.expression.operators.conditional.AndExpression;
import net.sf.jsqlparser.expression.operators.conditional.OrExpression;
import net.sf.jsqlparser.expression.operators.relational.EqualsTo;
import net.sf.jsqlparser.expression.operators.relational.ExpressionList;
import net.sf.jsqlparser.expression.operators.relational.InExpression;
import net.sf.jsqlparser.expression.operators.relational.ParenthesedExpressionList;
import net.sf.jsqlparser.schema.Column;
import net.sf.jsqlparser.schema.Table;
import org.jspecify.annotations.Nullable;

/**
 * Finds the only values that columns of a table can have in rows for which a condition holds.
 *
 * <p>Invariant: a row for which the condition holds has one of these values in each of these columns. Nothing is known
 * about other columns.
 *
 * @param table the table as the statement names it
 * @param only whether the statement, or its part, has no other table, so that columns need no qualifier
 * @param parameters the values of constants
 */
record KeyConditions(Table table, boolean only, Parameters parameters) {

    private static final int MAX_VALUES = 1_000;

    Map<String, Set<Object>> of(@Nullable Expression condition) {
        return Precedence.holds(condition) ? values(condition) : Map.of();
    }

    private Map<String, Set<Object>> values(@Nullable Expression condition) {
        if (condition instanceof AndExpression and) {
            return both(values(and.getLeftExpression()), values(and.getRightExpression()));
        }
        if (condition instanceof OrExpression or) {
            return either(values(or.getLeftExpression()), values(or.getRightExpression()));
        }
        if (condition instanceof ParenthesedExpressionList<?> list && list.size() == 1) {
            return values(list.get(0));
        }
        if (condition instanceof EqualsTo equals && equals.getOldOracleJoinSyntax() == EqualsTo.NO_ORACLE_JOIN) {
            Map<String, Set<Object>> one = equal(equals.getLeftExpression(), List.of(equals.getRightExpression()));
            return one.isEmpty() ? equal(equals.getRightExpression(), List.of(equals.getLeftExpression())) : one;
        }
        if (condition instanceof InExpression in
                && !in.isNot()
                && in.getRightExpression() instanceof ParenthesedExpressionList<?> list
                && list.size() <= MAX_VALUES) {
            return equal(in.getLeftExpression(), list);
        }
        return Map.of();
    }

    private static Map<String, Set<Object>> both(Map<String, Set<Object>> one, Map<String, Set<Object>> other) {
        Map<String, Set<Object>> both = new HashMap<>(one);
        other.forEach((column, values) -> both.merge(column, values, (a, b) -> a.size() <= b.size() ? a : b));
        return both;
    }

    private static Map<String, Set<Object>> either(Map<String, Set<Object>> one, Map<String, Set<Object>> other) {
        Map<String, Set<Object>> either = new HashMap<>();
        one.forEach((column, values) -> {
            Set<Object> more = other.get(column);
            if (more != null) {
                Set<Object> all = new LinkedHashSet<>(values);
                all.addAll(more);
                either.put(column, all);
            }
        });
        return either;
    }

    private Map<String, Set<Object>> equal(Expression column, List<? extends Expression> constants) {
        if (!(column instanceof Column named) || named.getArrayConstructor() != null || !isOfTable(named)) {
            return Map.of();
        }
        Set<Object> values = new LinkedHashSet<>();
        for (Expression constant : constants) {
            Object value = constant instanceof ExpressionList<?> ? null : parameters.valueOf(constant);
            if (value == null) {
                return Map.of();
            }
            values.add(value);
        }
        return values.isEmpty() ? Map.of() : Map.of(Names.column(named.getColumnName()), values);
    }

    private boolean isOfTable(Column column) {
        Table qualifier = column.getTable();
        String name = qualifier == null ? null : qualifier.getName();
        if (name == null || name.isEmpty()) {
            return only;
        }
        String alias = table.getAlias() == null ? null : table.getAlias().getName();
        if (alias != null) {
            return qualifier.getSchemaName() == null && same(alias, name);
        }
        return same(table.getName(), name)
                && (qualifier.getSchemaName() == null
                        || (table.getSchemaName() != null && same(table.getSchemaName(), qualifier.getSchemaName())));
    }

    /** Whether two names are certainly the same. A quoted name and an unquoted one may differ in letter case. */
    private static boolean same(String one, String other) {
        boolean quoted = Names.isQuoted(one) || Names.isQuoted(other);
        return quoted ? one.equals(other) : one.equalsIgnoreCase(other);
    }
}
