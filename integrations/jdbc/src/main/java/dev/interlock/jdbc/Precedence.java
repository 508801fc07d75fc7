package dev.interlock.jdbc;

import java.util.ArrayList;
import java.util.List;
import net.sf.jsqlparser.expression.CaseExpression;
import net.sf.jsqlparser.expression.Function;
import net.sf.jsqlparser.expression.WhenClause;
import net.sf.jsqlparser.expression.operators.arithmetic.Concat;
import net.sf.jsqlparser.expression.operators.conditional.AndExpression;
import net.sf.jsqlparser.expression.operators.conditional.OrExpression;
import net.sf.jsqlparser.expression.operators.conditional.XorExpression;
import net.sf.jsqlparser.expression.operators.relational.ExpressionList;
import net.sf.jsqlparser.statement.select.Select;
import org.jspecify.annotations.Nullable;

/**
 * Checks that a condition was parsed as every database reads it. Some parsers have drawn what follows an operator into
 * its operand: {@code x in (1) or y} became {@code x in ((1) or y)}. Then nothing about the condition is certain.
 * Databases also differ in {@code ||}, {@code &&} and {@code xor}.
 *
 * <p>Invariant: if the check passes, an {@code and} is inside an {@code or} or another {@code and}, never an {@code or}
 * directly inside an {@code and}. Everywhere else they occur only where nesting starts afresh: in parentheses,
 * arguments and cases.
 */
final class Precedence {

    private enum Place {
        ANEW,
        IN_OR,
        IN_AND,
        OPERAND
    }

    private Precedence() {}

    static boolean holds(@Nullable Object condition) {
        return condition == null || holds(condition, Place.ANEW);
    }

    private static boolean holds(Object node, Place place) {
        if (node instanceof Select) {
            return true;
        }
        if (node instanceof Concat || node instanceof XorExpression) {
            return false;
        }
        Place inner;
        if (node instanceof OrExpression) {
            if (place == Place.IN_AND || place == Place.OPERAND) {
                return false;
            }
            inner = Place.IN_OR;
        } else if (node instanceof AndExpression and) {
            if (place == Place.OPERAND || and.isUseOperator()) {
                return false;
            }
            inner = Place.IN_AND;
        } else {
            boolean anew = node instanceof ExpressionList<?>
                    || node instanceof Function
                    || node instanceof CaseExpression
                    || node instanceof WhenClause;
            inner = anew ? Place.ANEW : Place.OPERAND;
        }
        List<Object> parts = new ArrayList<>();
        AstFields.forEachPart(node, parts::add);
        return parts.stream().allMatch(part -> holds(part, inner));
    }
}
