package dev.interlock.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WeakIdentityMapTest {

    private final List<String> outlived = new ArrayList<>();
    private final WeakIdentityMap<List<String>, String> map = new WeakIdentityMap<>(outlived::add);

    @Test
    void keys_that_are_equal_are_not_the_same() {
        List<String> one = new ArrayList<>();
        List<String> other = new ArrayList<>();

        assertThat(map.put(one, "one")).isNull();
        assertThat(map.computeIfAbsent(other, () -> "other")).isEqualTo("other");

        assertThat(map.get(one)).isEqualTo("one");
        assertThat(map.get(other)).isEqualTo("other");
        assertThat(map.get(new ArrayList<>())).isNull();
        assertThat(map.size()).isEqualTo(2);
    }

    @Test
    void value_is_replaced_and_removed_by_the_key_itself() {
        List<String> key = new ArrayList<>();

        map.put(key, "one");

        assertThat(map.put(key, "two")).isEqualTo("one");
        assertThat(map.remove(new ArrayList<>())).isNull();
        assertThat(map.remove(key)).isEqualTo("two");
        assertThat(map.remove(key)).isNull();
        assertThat(outlived).isEmpty();
    }

    @Test
    void value_whose_key_has_gone_is_handed_out_once_and_no_other() {
        List<String> kept = new ArrayList<>();
        map.put(kept, "kept");
        map.put(new ArrayList<>(), "gone");

        Garbage.awaitCollection(() -> map.size() == 1);

        assertThat(outlived).containsExactly("gone");
        assertThat(map.get(kept)).isEqualTo("kept");
    }
}
