package dev.interlock.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Reads;
import dev.interlock.effect.Writes;
import dev.interlock.samples.OrderDeskEffects.Tried;
import dev.interlock.testing.CheckToolEffects;
import dev.interlock.testing.EffectsCheck;
import dev.langchain4j.agent.tool.Tool;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** The test kit on the project's JUnit, which is newer than the one that it is compiled against. */
class OrderDeskEffectsTest {

    static final class Shelf {
        private final Map<Integer, Integer> books = new ConcurrentHashMap<>(Map.of(1, 7, 2, 9));

        @Tool("Counts the books on a shelf")
        @Reads("shelf/{shelf}")
        int count(int shelf) {
            return books.get(shelf);
        }

        @Tool("Puts a book on a shelf")
        @Writes("shelf/{shelf}")
        void put(int shelf) {
            books.merge(shelf, 1, Integer::sum);
        }
    }

    @CheckToolEffects(
            tools = Shelf.class,
            seeds = {1, 2})
    void the_extension_runs_on_this_junit(EffectsCheck<Shelf> check) {
        check.state(shelf -> shelf.books);
    }

    @Test
    void what_the_order_desks_tools_say_is_true() {
        assertThat(OrderDeskEffects.alarmOnRightOnes(3)).isEmpty();
    }

    @Test
    void what_they_could_say_wrongly_is_found() {
        List<Tried> observable = OrderDeskEffects.tryWrongOnes(20, 3).stream()
                .filter(Tried::observable)
                .toList();
        assertThat(observable).hasSizeGreaterThan(12);
        assertThat(observable)
                .allSatisfy(each -> assertThat(each.clash()).as(each.toString()).isPresent());
    }
}
