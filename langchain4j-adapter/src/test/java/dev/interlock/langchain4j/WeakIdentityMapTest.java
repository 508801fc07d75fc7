package dev.interlock.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
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

        Garbage.awaitCollection(() -> {
            map.purge();
            return !outlived.isEmpty();
        });

        assertThat(outlived).containsExactly("gone");
        assertThat(map.get(kept)).isEqualTo("kept");
    }

    @Test
    void value_that_is_made_while_another_makes_it_stays() {
        List<String> key = new ArrayList<>();

        String outer = map.computeIfAbsent(key, () -> map.computeIfAbsent(key, () -> "inner") + " again");

        assertThat(outer).isEqualTo("inner");
        assertThat(map.remove(key)).isEqualTo("inner");
        assertThat(map.get(key)).isNull();
    }

    @Test
    void thread_that_makes_a_value_keeps_no_other_from_the_same_key() throws Exception {
        List<String> key = new ArrayList<>();
        CountDownLatch making = new CountDownLatch(1);
        CountDownLatch there = new CountDownLatch(1);
        Caller slow = Caller.of(() -> map.computeIfAbsent(key, () -> {
            making.countDown();
            Waiting.awaitIgnoringInterrupts(there);
            return "slow";
        }));

        Waiting.await(making);
        Caller quick = Caller.of(() -> map.computeIfAbsent(key, () -> "quick"));
        assertThat(quick.join().returned()).isEqualTo("quick");
        there.countDown();

        assertThat(slow.join().returned()).isEqualTo("quick");
    }
}
