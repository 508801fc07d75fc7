package dev.interlock.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.invoke.MethodHandles;
import org.junit.jupiter.api.Test;

class PrivateFieldTest {

    @SuppressWarnings("UnusedVariable") // read by its name
    private static class Owner {
        private final String name = "a";
        private final int number = 3;
    }

    private static final class Heir extends Owner {}

    private static PrivateField field(String name, Class<?> type) {
        return PrivateField.of(MethodHandles.lookup(), Owner.class, name, type, "A test does not read");
    }

    @Test
    void it_reads_a_field_and_boxes_its_value() {
        PrivateField number = field("number", int.class);
        assertThat(number.isThere()).isTrue();
        assertThat(number.get(new Owner())).isEqualTo(3);
        assertThat(field("name", String.class).get(new Heir())).isEqualTo("a");
    }

    @Test
    void a_field_of_another_name_or_type_is_not_there_and_reads_as_null() {
        assertThat(field("names", String.class).isThere()).isFalse();
        assertThat(field("names", String.class).get(new Owner())).isNull();
        assertThat(field("number", long.class).isThere()).isFalse();
        assertThat(field("number", long.class).get(new Owner())).isNull();
    }

    @Test
    void a_lookup_that_may_not_read_the_class_finds_nothing() {
        PrivateField hidden =
                PrivateField.of(MethodHandles.lookup(), String.class, "value", byte[].class, "A test does not read");
        assertThat(hidden.isThere()).isFalse();
    }
}
