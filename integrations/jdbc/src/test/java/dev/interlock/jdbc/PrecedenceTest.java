package dev.interlock.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import net.sf.jsqlparser.expression.Expression;
import net.sf.jsqlparser.expression.LongValue;
import net.sf.jsqlparser.expression.operators.conditional.AndExpression;
import net.sf.jsqlparser.expression.operators.conditional.OrExpression;
import net.sf.jsqlparser.expression.operators.relational.EqualsTo;
import net.sf.jsqlparser.expression.operators.relational.InExpression;
import net.sf.jsqlparser.expression.operators.relational.ParenthesedExpressionList;
import net.sf.jsqlparser.schema.Column;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrecedenceTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a = 1",
                "a = 1 and b = 2 or c = 3 and d = 4",
                "a in (1) or b = 2",
                "a = 1 and (b = 2 or c = 3)",
                "a = 1 and not (b = 2 or c = 3)",
                "a between 1 and 2 and b = 1",
                "a = 1 and case when b = 1 or c = 2 then 1 else 2 end = 1",
                "a = 1 and coalesce(b = 1 or c = 2, true)",
                "a = 1 and exists (select 1 from t where b = 1 or c = 2)"
            })
    void conditions_as_all_read_them(String sql) {
        Expression condition = ParsedSql.expression(sql);
        assertThat(condition).isNotNull();
        assertThat(Precedence.holds(condition)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a = 1 and b = c || d", "a = 1 xor b = 2", "a = 1 and b || c"})
    void operators_in_which_databases_differ(String sql) {
        assertThat(Precedence.holds(ParsedSql.expression(sql))).isFalse();
    }

    /** As a release of the parser did. */
    @Test
    void what_follows_a_list_is_not_in_it() {
        Expression one = new EqualsTo(new Column("a"), new LongValue(1));
        Expression list = new ParenthesedExpressionList<>(new LongValue(1));
        InExpression swallowing = new InExpression(new Column("x"), new OrExpression(list, one));
        assertThat(Precedence.holds(swallowing)).isFalse();
        assertThat(Precedence.holds(new AndExpression(one, swallowing))).isFalse();
        assertThat(Precedence.holds(new AndExpression(one, new OrExpression(one, one))))
                .isFalse();
    }
}
