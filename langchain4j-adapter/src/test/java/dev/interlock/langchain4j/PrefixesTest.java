package dev.interlock.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrefixesTest {

    /** Copies would take 20 GB. */
    @Test
    void each_addition_gives_all_so_far_and_stays_as_it_is() {
        int many = 100_000;
        Prefixes<Integer> prefixes = new Prefixes<>();
        List<List<Integer>> given = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            given.add(prefixes.add(i));
        }
        for (int i = 0; i < many; i++) {
            assertThat(given.get(i).size()).isEqualTo(i + 1);
            assertThat(given.get(i).get(i)).isEqualTo(i);
        }
        assertThat(given.get(2)).containsExactly(0, 1, 2);
        assertThatThrownBy(() -> given.get(2).get(3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> given.get(2).add(3)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> given.get(2).set(0, 3)).isInstanceOf(UnsupportedOperationException.class);
    }
}
