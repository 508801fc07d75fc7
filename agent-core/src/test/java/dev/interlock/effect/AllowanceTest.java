package dev.interlock.effect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A call that uses up what its caller has only so much of does not only read. */
class AllowanceTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Searches prices. Costs one credit.",
                "Searches prices. Uses quota.",
                "Searches prices, which costs one life.",
                "Searches prices and costs 5 tokens.",
                "Searches prices. Each lookup counts.",
                "Searches prices. Each hint lowers the final score.",
                "Searches prices. Every request reduces the balance.",
                "Searches prices. Counts against your plan.",
                "Searches prices. Calls are counted towards the limit.",
                "Searches prices. Uses one of your free searches.",
                "Searches prices. Uses one of the five free articles of the month.",
                "Searches prices. Limited to 1000 lookups a month.",
                "Searches prices. You have 100 free searches per month.",
                "Searches prices. At most ten requests each day.",
                "Searches prices, limited to five calls per week.",
            })
    void what_is_counted_is_no_reading(String description) {
        assertThat(EffectInference.onlyReads("search_prices", description)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Searches prices. Limited to 60 calls a minute.",
                "Searches prices. Limited to 100 requests per hour.",
                "Searches the number of requests per day.",
                "Searches prices. Each call returns ten prices.",
                "Searches prices. Each search result has a link.",
                "Searches what a room costs.",
                "Searches prices. One of the filters is needed.",
                "Searches prices of the month.",
                "Searches credits of a film.",
            })
    void what_only_speaks_of_limits_or_costs_reads(String description) {
        assertThat(EffectInference.onlyReads("search_prices", description)).isTrue();
    }
}
