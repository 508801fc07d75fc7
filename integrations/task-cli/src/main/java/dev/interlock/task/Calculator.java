package dev.interlock.task;

import com.ezylang.evalex.BaseException;
import com.ezylang.evalex.Expression;
import com.ezylang.evalex.config.ExpressionConfiguration;
import com.ezylang.evalex.config.MapBasedFunctionDictionary;
import com.ezylang.evalex.functions.basic.AbsFunction;
import com.ezylang.evalex.functions.basic.AverageFunction;
import com.ezylang.evalex.functions.basic.CeilingFunction;
import com.ezylang.evalex.functions.basic.FloorFunction;
import com.ezylang.evalex.functions.basic.IfFunction;
import com.ezylang.evalex.functions.basic.Log10Function;
import com.ezylang.evalex.functions.basic.LogFunction;
import com.ezylang.evalex.functions.basic.MaxFunction;
import com.ezylang.evalex.functions.basic.MinFunction;
import com.ezylang.evalex.functions.basic.SqrtFunction;
import com.ezylang.evalex.functions.basic.SumFunction;
import com.ezylang.evalex.functions.trigonometric.CosFunction;
import com.ezylang.evalex.functions.trigonometric.SinFunction;
import com.ezylang.evalex.functions.trigonometric.TanFunction;
import dev.interlock.effect.Pure;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.regex.Pattern;

/**
 * A tool for arithmetic. It has no functions that can take very long (factorials) or return different results for the
 * same arguments.
 */
final class Calculator {

    private static final int MAX_LENGTH = 500;
    private static final int MAX_DIGITS = 60;

    /** A large exponent in a literal. */
    private static final Pattern LARGE_EXPONENT = Pattern.compile("[eE][-+]?\\d{3}");

    private static final ExpressionConfiguration CONFIGURATION = configuration();

    private static ExpressionConfiguration configuration() {
        ExpressionConfiguration configuration = ExpressionConfiguration.builder()
                .mathContext(new MathContext(MathContext.DECIMAL128.getPrecision(), RoundingMode.HALF_UP))
                .functionDictionary(functions())
                .arraysAllowed(false)
                .structuresAllowed(false)
                .build();
        configuration.getOperatorDictionary().addOperator("^", new BoundedPower());
        return configuration;
    }

    private static MapBasedFunctionDictionary functions() {
        MapBasedFunctionDictionary functions = new MapBasedFunctionDictionary();
        functions.addFunction("ABS", new AbsFunction());
        functions.addFunction("AVERAGE", new AverageFunction());
        functions.addFunction("CEILING", new CeilingFunction());
        functions.addFunction("FLOOR", new FloorFunction());
        functions.addFunction("IF", new IfFunction());
        functions.addFunction("LOG", new LogFunction());
        functions.addFunction("LOG10", new Log10Function());
        functions.addFunction("MAX", new MaxFunction());
        functions.addFunction("MIN", new MinFunction());
        functions.addFunction("ROUND", new BoundedRound());
        functions.addFunction("SQRT", new SqrtFunction());
        functions.addFunction("SUM", new SumFunction());
        functions.addFunction("SIN", new SinFunction());
        functions.addFunction("COS", new CosFunction());
        functions.addFunction("TAN", new TanFunction());
        return functions;
    }

    @Tool("Calculates an expression: + - * / % ^, parentheses, comparisons, PI, E, ABS AVERAGE CEILING FLOOR IF LOG"
            + " LOG10 MAX MIN ROUND SQRT SUM SIN COS TAN (degrees)")
    @Pure
    String calculate(@P("such as (2 + 3) * SQRT(16)") String expression) throws BaseException {
        if (expression.length() > MAX_LENGTH) {
            throw new RefusedException(
                    "the expression must have at most " + MAX_LENGTH + " characters, was " + expression.length());
        }
        if (LARGE_EXPONENT.matcher(expression).find()) {
            throw new RefusedException("an exponent must have at most 2 digits");
        }
        var value = new Expression(expression, CONFIGURATION).evaluate();
        return value.isNumberValue() ? text(value.getNumberValue()) : String.valueOf(value.getStringValue());
    }

    /** Writes a number; very large and very small ones in scientific notation. */
    private static String text(BigDecimal number) {
        BigDecimal plain = number.stripTrailingZeros();
        boolean isLong = Math.abs((long) plain.precision() - plain.scale()) > MAX_DIGITS || plain.scale() > MAX_DIGITS;
        return isLong ? plain.toString() : plain.toPlainString();
    }
}
