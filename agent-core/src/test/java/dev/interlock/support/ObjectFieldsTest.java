package dev.interlock.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@SuppressWarnings("UnusedVariable") // reflection reads the fields
class ObjectFieldsTest {

    private static final ObjectFields FIELDS = new ObjectFields(Field::trySetAccessible);

    private static class Base {
        private final String inherited = "base";
    }

    private static final class Holder extends Base {
        static final Object SHARED = new Object();

        private final int number = 1;
        private final Supplier<CharSequence> supplier;
        private final @Nullable Object empty = null;

        Holder(Supplier<CharSequence> supplier) {
            this.supplier = supplier;
        }
    }

    private static List<?> values(Object object) {
        return FIELDS.values(object).toList();
    }

    private static List<?> elements(Object container) {
        assertThat(ObjectFields.isContainer(container.getClass())).isTrue();
        return ObjectFields.elements(container).toList();
    }

    @Test
    void fields_are_those_of_an_object_and_its_superclasses_that_can_hold_objects() {
        Supplier<CharSequence> supplier = () -> "";
        assertThat(values(new Holder(supplier))).isEqualTo(Arrays.asList(supplier, null, "base"));
        assertThat(FIELDS.of(Holder.class))
                .extracting(Field::getName)
                .containsExactly("supplier", "empty", "inherited");
    }

    @Test
    void a_captured_variable_is_a_field_of_its_lambda() {
        Object captured = new Object();
        Supplier<Object> lambda = () -> captured;
        assertThat(values(lambda)).isEqualTo(List.of(captured));
    }

    @Test
    void a_type_argument_counts_even_in_a_field_that_reflection_cannot_read() {
        ObjectFields closed = new ObjectFields(field -> false);
        assertThat(closed.of(Holder.class)).isEmpty();
        assertThat(closed.values(new Holder(() -> ""))).isEmpty();
        assertThat(closed.mention(Holder.class, "CharSequence")).isTrue();
        assertThat(closed.mention(Holder.class, "Runnable")).isFalse();
    }

    @Test
    void fields_that_the_jdk_closes_are_left_out() {
        assertThat(values("text")).isEmpty();
        ObjectFields throwing = new ObjectFields(field -> {
            throw new InaccessibleObjectException("closed");
        });
        assertThat(throwing.of(Holder.class)).isEmpty();
    }

    @Test
    void a_field_that_is_not_accessible_reads_as_null() throws NoSuchFieldException {
        assertThat(ObjectFields.read(String.class.getDeclaredField("value"), "text"))
                .isNull();
    }

    @Test
    void containers_of_the_jdk_give_their_elements() {
        assertThat(elements(new Object[] {"a", null})).isEqualTo(Arrays.asList("a", null));
        assertThat(elements(Arrays.asList("a", null))).isEqualTo(Arrays.asList("a", null));
        assertThat(elements(Map.of("k", "v"))).isEqualTo(List.of("k", "v"));
        assertThat(elements(Map.entry("k", "v"))).isEqualTo(List.of("k", "v"));
        assertThat(elements(Optional.of("a"))).isEqualTo(List.of("a"));
        assertThat(elements(new AtomicReference<>("a"))).isEqualTo(List.of("a"));
        assertThat(elements(new AtomicReference<>())).isEmpty();
        assertThat(elements(CompletableFuture.completedFuture("a"))).isEqualTo(List.of("a"));
        assertThat(elements(CompletableFuture.failedFuture(new IllegalStateException())))
                .isEmpty();
        assertThat(elements(new CompletableFuture<>())).isEmpty();
    }

    @Test
    void nothing_else_is_a_container() {
        assertThat(ObjectFields.isContainer(int[].class)).isFalse();
        assertThat(ObjectFields.isContainer(String.class)).isFalse();
        assertThat(ObjectFields.isContainer(OwnList.class)).isFalse();
        assertThat(ObjectFields.elements("text")).isEmpty();
        assertThat(ObjectFields.isOfJdk(List.class)).isTrue();
        assertThat(ObjectFields.isOfJdk(OwnList.class)).isFalse();
    }

    /** Its code would have to run. */
    private static final class OwnList extends java.util.ArrayList<String> {
        private static final long serialVersionUID = 1;
    }
}
