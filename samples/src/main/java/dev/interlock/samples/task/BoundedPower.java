package dev.interlock.samples.task;

import com.ezylang.evalex.EvaluationException;
import com.ezylang.evalex.Expression;
import com.ezylang.evalex.data.EvaluationValue;
import com.ezylang.evalex.operators.InfixOperator;
import com.ezylang.evalex.operators.OperatorIfc;
import com.ezylang.evalex.operators.arithmetic.InfixPowerOfOperator;
import com.ezylang.evalex.parser.Token;
import java.math.BigDecimal;

/** Powers whose values have no more than a thousand digits: {@code 9^9^9^9} would keep a thread busy for hours. */
@InfixOperator(precedence = OperatorIfc.OPERATOR_PRECEDENCE_POWER, leftAssociative = false)
final class BoundedPower extends InfixPowerOfOperator {

    private static final int MAX_DIGITS = 1_000;
    private static final BigDecimal MAX_EXPONENT = BigDecimal.valueOf(1_000_000);

    @Override
    public EvaluationValue evaluate(Expression expression, Token operator, EvaluationValue... operands)
            throws EvaluationException {
        if (operands[0].isNumberValue() && operands[1].isNumberValue()) {
            BigDecimal base = operands[0].getNumberValue();
            BigDecimal exponent = operands[1].getNumberValue().abs();
            if (exponent.compareTo(MAX_EXPONENT) > 0 || log10(base) * exponent.doubleValue() > MAX_DIGITS) {
                throw new EvaluationException(operator, "the power must have at most " + MAX_DIGITS + " digits");
            }
        }
        return super.evaluate(expression, operator, operands);
    }

    /** Of the size of a number, whether it is large or small. */
    private static double log10(BigDecimal number) {
        if (number.signum() == 0) {
            return 0;
        }
        BigDecimal mantissa = number.abs().movePointLeft(number.precision() - number.scale());
        return Math.abs(Math.log10(mantissa.doubleValue()) + number.precision() - number.scale());
    }
}
