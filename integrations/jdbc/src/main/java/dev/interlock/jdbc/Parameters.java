package dev.interlock.jdbc;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import net.sf.jsqlparser.expression.Expression;
import net.sf.jsqlparser.expression.JdbcParameter;
import net.sf.jsqlparser.expression.LongValue;
import net.sf.jsqlparser.expression.SignedExpression;
import net.sf.jsqlparser.expression.StringValue;
import net.ttddyy.dsproxy.proxy.ParameterSetOperation;
import org.jspecify.annotations.Nullable;

/** The values of one execution: literals and the set parameters. Immutable. */
final class Parameters {

    private static final Pattern WHOLE = Pattern.compile("-?[0-9]{1,38}");

    static final Parameters UNKNOWN = new Parameters(Map.of());

    private final Map<Integer, Object> values;

    private Parameters(Map<Integer, Object> values) {
        this.values = values;
    }

    /** Returns the parameters that were set by index and not to a stream. */
    static Parameters of(List<ParameterSetOperation> operations) {
        Map<Integer, Object> values = new HashMap<>();
        for (ParameterSetOperation operation : operations) {
            Object[] arguments = operation.getArgs();
            if (arguments.length > 1 && arguments[0] instanceof Integer index && arguments[1] != null) {
                switch (operation.getMethod().getName()) {
                    case "setInt",
                            "setLong",
                            "setShort",
                            "setByte",
                            "setString",
                            "setNString",
                            "setBigDecimal",
                            "setDouble",
                            "setFloat",
                            "setObject" -> values.put(index, arguments[1]);
                    default -> values.remove(index);
                }
            }
        }
        return new Parameters(Map.copyOf(values));
    }

    /** Returns the value of a constant expression, or null. */
    @Nullable
    Object valueOf(@Nullable Expression expression) {
        if (expression instanceof JdbcParameter parameter) {
            Integer index = parameter.getIndex();
            return index == null || parameter.isUseFixedIndex() ? null : values.get(index);
        }
        if (expression instanceof LongValue number) {
            return whole(number.getStringValue());
        }
        if (expression instanceof SignedExpression signed && signed.getExpression() instanceof LongValue number) {
            return signed.getSign() == '-' ? whole('-' + number.getStringValue()) : null;
        }
        if (expression instanceof StringValue text) {
            boolean plain = text.getPrefix() == null && text.getValue().indexOf('\'') < 0;
            return plain ? text.getValue() : null;
        }
        return null;
    }

    private static @Nullable Object whole(String digits) {
        return WHOLE.matcher(digits).matches() ? new BigInteger(digits) : null;
    }
}
