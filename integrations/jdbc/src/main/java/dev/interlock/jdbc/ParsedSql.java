package dev.interlock.jdbc;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.sf.jsqlparser.expression.Expression;
import net.sf.jsqlparser.expression.JdbcParameter;
import net.sf.jsqlparser.parser.CCJSqlParser;
import net.sf.jsqlparser.parser.CCJSqlParserUtil;
import net.sf.jsqlparser.parser.ParseException;
import net.sf.jsqlparser.statement.Statement;
import org.jspecify.annotations.Nullable;

/**
 * A parsed SQL text. Any thread may read it; none changes it.
 *
 * @param statement the statement; null if there are several, or if the parser may misunderstand the text
 * @param parameters whether the parser certainly numbers parameters as the driver does
 */
record ParsedSql(@Nullable Statement statement, boolean parameters) {

    private static final ParsedSql UNKNOWN = new ParsedSql(null, false);
    private static final int MAX_LENGTH = 100_000;
    private static final int MAX_NESTING = 10;

    static ParsedSql of(String sql) {
        if (sql.length() > MAX_LENGTH || !PlainText.is(sql)) {
            return UNKNOWN;
        }
        try {
            Statement parsed = parse(sql, false);
            return new ParsedSql(parsed, numbered(parsed));
        } catch (ParseException | RuntimeException | StackOverflowError simple) {
            try {
                if (CCJSqlParserUtil.getNestingDepth(sql) > MAX_NESTING) {
                    return UNKNOWN;
                }
                Statement parsed = parse(sql, true);
                return new ParsedSql(parsed, numbered(parsed));
            } catch (ParseException | RuntimeException | Error e) {
                return UNKNOWN;
            }
        }
    }

    /** Parses on this thread; the parser's own convenience method uses another one, and logs. */
    private static Statement parse(String sql, boolean complex) throws ParseException {
        CCJSqlParser parser = CCJSqlParserUtil.newParser(sql).withAllowComplexParsing(complex);
        List<Statement> statements = parser.Statements();
        if (statements.size() != 1) {
            throw new ParseException("there are " + statements.size() + " statements");
        }
        return statements.get(0);
    }

    static @Nullable Expression expression(String sql) {
        if (!PlainText.is(sql)) {
            return null;
        }
        try {
            return CCJSqlParserUtil.parseExpression(sql, false);
        } catch (Exception | Error e) {
            return null;
        }
    }

    private static boolean numbered(Statement statement) {
        List<JdbcParameter> found = new ArrayList<>();
        collect(statement, found);
        Set<Integer> numbers = new HashSet<>();
        for (JdbcParameter parameter : found) {
            Integer index = parameter.getIndex();
            if (index == null || parameter.isUseFixedIndex() || index > found.size() || !numbers.add(index)) {
                return false;
            }
        }
        return true;
    }

    private static void collect(Object node, List<JdbcParameter> found) {
        if (node instanceof JdbcParameter parameter) {
            found.add(parameter);
        }
        AstFields.forEachPart(node, part -> collect(part, found));
    }
}
