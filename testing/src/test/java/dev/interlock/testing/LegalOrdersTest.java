package dev.interlock.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.ToolCall;
import dev.interlock.effect.Access;
import dev.interlock.effect.EffectSource;
import dev.interlock.plan.CallPlan;
import dev.interlock.plan.PlannedCall;
import dev.interlock.testing.LegalOrders.Pair;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LegalOrdersTest {

    /** A call a text such as {@code "r:a w:b"}. */
    private static LegalOrders orders(String... accesses) {
        List<PlannedCall> calls = new ArrayList<>();
        for (String each : accesses) {
            List<Access> all = new ArrayList<>();
            for (String access : each.isEmpty() ? new String[0] : each.split(" ")) {
                all.add(access.startsWith("w:") ? Access.write(access.substring(2)) : Access.read(access.substring(2)));
            }
            calls.add(new PlannedCall(new ToolCall(null, "t", null), all, EffectSource.PROGRAMMATIC, null));
        }
        return LegalOrders.of(CallPlan.of(calls));
    }

    @Test
    void a_chain_has_one_order() {
        LegalOrders chain = orders("w:a", "r:a w:b", "r:b");
        assertThat(chain.freePairs()).isEmpty();
        assertThat(chain.all(10)).containsExactly(List.of(0, 1, 2));
        assertThat(chain.sources()).isEqualTo(1);
    }

    @Test
    void free_calls_have_all_orders() {
        LegalOrders free = orders("", "", "", "");
        assertThat(free.all(24)).hasSize(24).doesNotHaveDuplicates();
        assertThat(free.all(23)).isNull();
        assertThat(free.inverting(free.freePairs())).containsExactly(3, 2, 1, 0);
    }

    @Test
    void one_inverted_order_is_not_enough_where_a_call_must_stay_between() {
        // 0 before 2; 1 is free of both.
        LegalOrders orders = orders("w:a", "", "r:a");
        assertThat(orders.freePairs()).containsExactly(new Pair(0, 1), new Pair(1, 2));
        assertThat(orders.inverting(List.of(new Pair(0, 1)))).containsExactly(1, 0, 2);
        assertThat(orders.inverting(List.of(new Pair(1, 2)))).containsExactly(0, 2, 1);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void every_order_is_legal_and_all_free_pairs_are_inverted_in_a_few(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 50; round++) {
            String[] accesses = new String[random.nextInt(2, 9)];
            for (int i = 0; i < accesses.length; i++) {
                accesses[i] = (random.nextBoolean() ? "w:" : "r:") + random.nextInt(4);
            }
            LegalOrders orders = orders(accesses);
            Set<Pair> free = new HashSet<>(orders.freePairs());
            assertLegal(orders.random(random), free);
            Set<Pair> left = new HashSet<>(free);
            int tries = 0;
            while (!left.isEmpty()) {
                List<Integer> order = orders.inverting(new ArrayList<>(left));
                assertLegal(order, free);
                assertThat(left.removeIf(pair -> order.indexOf(pair.later()) < order.indexOf(pair.earlier())))
                        .isTrue();
                assertThat(++tries).isLessThanOrEqualTo(accesses.length);
            }
        }
    }

    private static void assertLegal(List<Integer> order, Set<Pair> free) {
        for (int i = 0; i < order.size(); i++) {
            for (int j = i + 1; j < order.size(); j++) {
                if (order.get(j) < order.get(i)) {
                    assertThat(free).contains(new Pair(order.get(j), order.get(i)));
                }
            }
        }
        assertThat(new HashSet<>(order)).hasSize(order.size());
    }
}
