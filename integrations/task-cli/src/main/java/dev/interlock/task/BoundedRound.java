package dev.interlock.task;

import com.ezylang.evalex.Expression;
import com.ezylang.evalex.data.EvaluationValue;
import com.ezylang.evalex.functions.FunctionParameter;
import com.ezylang.evalex.functions.basic.RoundFunction;
import com.ezylang.evalex.parser.Token;
import java.math.BigDecimal;

/** Rounds to at most a thousand places; {@code ROUND(1.5, 99999999)} would write all of them out. */
@FunctionParameter(name = "value")
@FunctionParameter(name = "scale")
final class BoundedRound extends RoundFunction {

    private static final int MAX_PLACES = 1_000;

    @Override
    public EvaluationValue evaluate(Expression expression, Token function, EvaluationValue... arguments) {
        BigDecimal places = arguments[1].getNumberValue();
        if (places.abs().compareTo(BigDecimal.valueOf(MAX_PLACES)) > 0) {
            throw new RefusedException("ROUND must have at most " + MAX_PLACES + " places");
        }
        return super.evaluate(expression, function, arguments);
    }
}
