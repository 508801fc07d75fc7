package dev.interlock.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.temporal.Temporal;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImmutableTypesTest {

    private enum Level {
        PLAIN,
        WITH_BODY {
            @Override
            int rank() {
                return 2;
            }
        };

        int rank() {
            return 1;
        }
    }

    private record Pair(String left, String right) {}

    @ParameterizedTest
    @ValueSource(classes = {String.class, int.class, Long.class, java.util.UUID.class, Instant.class, Level.class})
    void types_whose_values_no_code_can_change(Class<?> type) {
        assertThat(ImmutableTypes.contain(type)).isTrue();
    }

    @Test
    @SuppressWarnings("GetClassOnEnum") // a constant with a body has a class of its own
    void every_constant_of_an_enum_is_immutable() {
        assertThat(Level.WITH_BODY.rank()).isEqualTo(2);
        assertThat(Level.WITH_BODY.getClass()).isNotEqualTo(Level.class);
        assertThat(ImmutableTypes.contain(Level.WITH_BODY.getClass())).isTrue();
        assertThat(ImmutableTypes.contain(Level.PLAIN.getClass())).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                Object.class,
                Number.class,
                Enum.class,
                Temporal.class,
                Date.class,
                List.class,
                StringBuilder.class,
                byte[].class,
                Pair.class
            })
    void a_value_of_any_other_type_may_change(Class<?> type) {
        assertThat(ImmutableTypes.contain(type)).isFalse();
    }
}
