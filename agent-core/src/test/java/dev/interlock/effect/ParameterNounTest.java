package dev.interlock.effect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParameterNounTest {

    @ParameterizedTest
    @CsvSource({
        "node, node",
        "node_a, node",
        "node1, node",
        "node_1, node",
        "first_node, node",
        "node_one, node",
        "mass_of_star, mass",
        "mass_kg, mass",
        "discount_amount, amount",
        "a, a",
        "x1, x",
        "x_1, x",
        "first, first",
    })
    void what_tells_two_apart_is_no_part_of_the_noun(String parameter, String noun) {
        assertThat(ParameterNoun.of(ToolName.words(parameter))).isEqualTo(noun);
    }
}
