package dev.interlock.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.ezylang.evalex.BaseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CalculatorTest {

    private final Calculator calculator = new Calculator();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    2+2                   | 4
                    3 * 649 * 1.19        | 2316.93
                    0.1 + 0.2             | 0.3
                    (2 + 3) * SQRT(16)    | 20
                    2 ^ 10                | 1024
                    10 % 4                | 2
                    1 / 3                 | 0.3333333333333333333333333333333333
                    ROUND(2.345, 2)       | 2.35
                    MAX(1, 7, 3)          | 7
                    IF(2 > 1, 10, 20)     | 10
                    1 > 2                 | false
                    10 ^ 1000             | 1E+1000
                    2 ^ -2                | 0.25
                    1.1 ^ 2               | 1.21
                    10 ^ -70              | 1E-70
                    2 ^ -100              | 7.888609052210118054117285652827862E-31
                    4 ^ -0.5              | 0.5
                    """)
    void expressions_have_their_values(String expression, String value) throws BaseException {
        assertThat(calculator.calculate(expression)).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2 +",
                "1 / 0",
                "x + 1",
                "FACT(1000000)",
                "RANDOM()",
                "DT_NOW()",
                "9 ^ 9 ^ 9 ^ 9",
                "10 ^ 1001",
                "0.1 ^ 1001",
                "1 ^ 1000001",
                "0 ^ -1",
                "ROUND(1.5, 99999999)",
                "ROUND(1.5, -99999999)",
                "FLOOR(1e999999999)",
                "1e999999999 % 7",
                "a.b",
                "[1, 2]"
            })
    void what_is_no_arithmetic_fails(String expression) {
        assertThatExceptionOfType(Exception.class).isThrownBy(() -> calculator.calculate(expression));
    }

    @Test
    void large_exponents_of_bases_near_one_are_fine() throws BaseException {
        assertThat(calculator.calculate("1.0000001 ^ 1000000")).startsWith("1.10517");
    }

    @Test
    void long_expressions_are_refused() {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> calculator.calculate("1+".repeat(250) + "1"))
                .withMessage("the expression must have at most 500 characters, was 501");
    }
}
