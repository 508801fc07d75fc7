package dev.interlock.effect;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The time that an answer takes grows with the parameters and with the description, not with their product. */
class ManyParametersTest {

    private static final int LONGEST_DESCRIPTION = 16_384;
    private static final int PARAMETERS = 10_000;

    @ParameterizedTest
    @Timeout(60)
    @CsvSource({
        "classify, Classifies a thing, story_N_label, other_%d, STRING",
        "classify, Classifies a thing, story_N_label, alt_N_label, STRING",
        "recommend, Recommends a thing, other_%d, name_%d, STRING",
        "heater_level, Level of the heater, other_%d, name_%d, STRING",
        "sum, Calculates the sum of the numbers, number_%d, value_%d, INTEGER",
        "sum, Adds the numbers, x%d, w%d, NUMBER",
        "slope, Calculates the slope of a function, w%d_function, w%d_variable, STRING",
    })
    void many_parameters_and_a_long_description_take_bounded_time(
            String tool, String opening, String one, String other, ParameterType type) {
        Map<String, ParameterType> parameters = new HashMap<>();
        for (int i = 0; i < PARAMETERS / 2; i++) {
            parameters.put(name(one, i), type);
            parameters.put(name(other, PARAMETERS + i), type);
        }
        String rest = " of the foo".repeat((LONGEST_DESCRIPTION - opening.length()) / 11);
        assertThat(parameters).hasSize(PARAMETERS);

        assertThat(Duration.ofSeconds(5))
                .isGreaterThan(timed(() -> EffectInference.infer(tool, opening + ".", parameters)));
        assertThat(Duration.ofSeconds(5))
                .isGreaterThan(timed(() -> EffectInference.infer(tool, opening + rest, parameters)));
    }

    /** With digits for %d, and with words for N that may stand before the name of a judgement. */
    private static String name(String pattern, int i) {
        String words = Integer.toBinaryString(i).replace("0", "_new").replace("1", "_final");
        return pattern.replace("_N", words).formatted(i);
    }

    private static Duration timed(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
