package dev.interlock.task;

import com.ezylang.evalex.EvaluationException;
import com.ezylang.evalex.Expression;
import com.ezylang.evalex.data.EvaluationValue;
import com.ezylang.evalex.operators.InfixOperator;
import com.ezylang.evalex.operators.OperatorIfc;
import com.ezylang.evalex.operators.arithmetic.InfixPowerOfOperator;
import com.ezylang.evalex.parser.Token;
import java.math.BigDecimal;

/** Computes powers with at most a thousand digits; {@code 9^9^9^9} would keep a thread busy for hours. */
@InfixOperator(precedence = OperatorIfc.OPERATOR_PRECEDENCE_POWER, leftAssociative = false)
final class BoundedPower extends InfixPowerOfOperator {

    private static final int MAX_DIGITS = 1_000;
    private static final BigDecimal MAX_EXPONENT = BigDecimal.valueOf(1_000_000);

    @Override
    public EvaluationValue evaluate(Expression expression, Token operator, EvaluationValue... operands)
            throws EvaluationException {
        if (operands[0].isNumberValue() && operands[1].isNumberValue()) {
            BigDecimal base = operands[0].getNumberValue();
            BigDecimal exponent = operands[1].getNumberValue();
            BigDecimal size = exponent.abs();
            if (size.compareTo(MAX_EXPONENT) > 0 || log10(base) * size.doubleValue() > MAX_DIGITS) {
                throw new EvaluationException(operator, "the power must have at most " + MAX_DIGITS + " digits");
            }
            if (exponent.signum() < 0) {
                return inverse(expression, operator, base, exponent);
            }
        }
        return super.evaluate(expression, operator, operands);
    }

    /**
     * Computes a negative power. The library's own keeps only as many places as the precision, so {@code 10^-50} would
     * be 0.
     */
    private EvaluationValue inverse(Expression expression, Token operator, BigDecimal base, BigDecimal exponent)
            throws EvaluationException {
        BigDecimal power = super.evaluate(
                        expression,
                        operator,
                        EvaluationValue.numberValue(base),
                        EvaluationValue.numberValue(exponent.negate()))
                .getNumberValue();
        if (power.signum() == 0) {
            throw new EvaluationException(operator, "Division by zero");
        }
        return EvaluationValue.numberValue(
                BigDecimal.ONE.divide(power, expression.getConfiguration().getMathContext()));
    }

    /** The decimal logarithm of a number's size. */
    private static double log10(BigDecimal number) {
        if (number.signum() == 0) {
            return 0;
        }
        BigDecimal mantissa = number.abs().movePointLeft(number.precision() - number.scale());
        return Math.abs(Math.log10(mantissa.doubleValue()) + number.precision() - number.scale());
    }
}
