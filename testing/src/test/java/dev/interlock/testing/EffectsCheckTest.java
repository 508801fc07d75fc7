package dev.interlock.testing;

import static dev.interlock.testing.EffectsCheck.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.call.ToolCall;
import dev.interlock.effect.Effects;
import dev.interlock.effect.Reads;
import dev.interlock.footprint.Footprint;
import dev.langchain4j.agent.tool.Tool;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EffectsCheckTest {

    private static EffectsCheck<Bank> bank(Function<Bank, Object> tools) {
        return EffectsCheck.of(Bank::new).tools(tools).state(Bank::balances);
    }

    private static EffectsCheck<Bank> generated(Function<Bank, Object> tools) {
        return bank(tools)
                .values("account", 1, 2)
                .values("from", 1, 2)
                .values("to", 2, 1)
                .values("amount", 30, 80);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 20, 77})
    void true_effects_raise_no_alarm(long seed) {
        CheckReport report = generated(Bank.Right::new).seed(seed).check();
        assertThat(report.runs()).isGreaterThan(100);
        assertThat(report.batches()).isGreaterThan(4 * 4);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 20, 77})
    void wrong_effects_are_found_within_twenty_runs(long seed) {
        List<Function<Bank, Object>> wrong = List.of(
                Bank.DepositReads::new,
                Bank.TransferForgetsTo::new,
                Bank.BalanceIsPure::new,
                Bank.DepositTooNarrow::new);
        for (Function<Bank, Object> tools : wrong) {
            assertThat(generated(tools).seed(seed).find().orElseThrow().runs()).isLessThanOrEqualTo(20);
            // With nothing to see but results as well, except for what no result shows.
            assertThat(generated(tools).seed(seed).state(bank -> 0).find()).isPresent();
        }
    }

    @Test
    void a_write_called_a_read_is_found_by_the_state_alone() {
        Clash clash = bank(Bank.DepositReads::new)
                .batch(call("interest", "{\"amount\": 1}"), call("deposit", "{\"account\": 1, \"amount\": 5}"))
                .find()
                .orElseThrow();
        assertThat(clash.first().tool()).isEqualTo("deposit");
        assertThat(clash.second()).isNull();
        assertThat(clash.before()).isEmpty();
        assertThat(clash.runs()).isEqualTo(1);
        assertThat(clash.details()).contains("state: at '1': 100 before the call, 105 after it");
        assertThat(clash.advice().get(0)).contains("add @Writes(\"account/{account}\") to 'deposit'");
    }

    @Test
    void a_long_batch_is_shrunk_to_the_two_calls_that_clash() {
        Clash clash = bank(Bank.TransferForgetsTo::new)
                .batch(
                        call("interest", "{\"amount\": 100}"),
                        call("deposit", "{\"account\": 3, \"amount\": 1}"),
                        call("transfer", "{\"from\": 1, \"to\": 2, \"amount\": 10}"),
                        call("balance", "{\"account\": 1}"),
                        call("balance", "{\"account\": 2}"),
                        call("interest", "{\"amount\": 50}"))
                .find()
                .orElseThrow();
        assertThat(clash.first().tool()).isEqualTo("transfer");
        assertThat(clash.second()).isEqualTo(call("balance", "{\"account\": 2}"));
        assertThat(clash.before()).isEmpty();
        assertThat(clash.after()).isEmpty();
        assertThat(clash.details())
                .contains("result of balance {\"account\":2}: \"210\" in the model's order, \"200\" when swapped");
        assertThat(clash.advice())
                .anySatisfy(
                        line -> assertThat(line)
                                .contains(
                                        "add @Writes(\"account/{to}\") to 'transfer' (in code: Effects.writes(\"account/{to}\"))"));
    }

    @Test
    void calls_without_which_it_does_not_show_are_named() {
        // Only what the deposit brings makes the two transfers matter to each other.
        Clash clash = bank(Bank.TransferForgetsTo::new)
                .batch(
                        call("balance", "{\"account\": 2}"),
                        call("deposit", "{\"account\": 3, \"amount\": 1000}"),
                        call("transfer", "{\"from\": 3, \"to\": 4, \"amount\": 1000}"),
                        call("transfer", "{\"from\": 4, \"to\": 1, \"amount\": 1000}"))
                .find()
                .orElseThrow();
        assertThat(clash.before()).containsExactly(call("deposit", "{\"account\": 3, \"amount\": 1000}"));
        assertThat(clash.first().tool()).isEqualTo("transfer");
        assertThat(clash.second()).isEqualTo(call("transfer", "{\"from\": 4, \"to\": 1, \"amount\": 1000}"));
    }

    @Test
    void the_message_has_calls_differences_advice_and_seed() {
        assertThatThrownBy(() -> bank(Bank.BalanceIsPure::new)
                        .sample("balance", "{\"account\": 1}")
                        .batch(call("deposit", "{\"account\": 1, \"amount\": 5}"), call("balance", "{\"account\": 1}"))
                        .seed(42)
                        .check())
                .isInstanceOf(WrongEffectsError.class)
                .hasMessageContaining("'deposit' and 'balance' are independent here")
                .hasMessageContaining("second says: pure (annotated)")
                .hasMessageContaining("'balance' sees what 'deposit' writes: add @Reads(\"account/{account}\")")
                .hasMessageContaining("-Dinterlock.seed=42 repeats it");
    }

    @Test
    void the_same_seed_finds_the_same() {
        Clash first = generated(Bank.DepositTooNarrow::new).seed(5).find().orElseThrow();
        Clash second = generated(Bank.DepositTooNarrow::new).seed(5).find().orElseThrow();
        assertThat(second).isEqualTo(first);
    }

    /** One counter, which loses what is added at the same time. */
    static final class Counter {

        private volatile int count;
        private final CountDownLatch both = new CountDownLatch(2);

        @Tool("Adds one")
        void add(int slot) throws InterruptedException {
            int before = count;
            both.countDown();
            // Alone it goes on all the same, but not if the other is only held up on a busy machine.
            boolean together = both.await(500, TimeUnit.MILLISECONDS);
            assertThat(slot).as("together: " + together).isPositive();
            count = before + 1;
        }
    }

    /** Tells a number, which may be the world's or not. */
    static final class NumberTools {

        private final int number;

        NumberTools(int number) {
            this.number = number;
        }

        @Tool("Reads the number")
        @Reads("number")
        int number() {
            return number;
        }
    }

    static final class OrderTools {

        @Tool("Reads an order")
        @Reads("orders/{id}")
        String order(int id) {
            Footprint.read("orders/" + id);
            Footprint.read("customers/7");
            return "order " + id;
        }
    }

    static final class ListTools {

        private final Map<String, List<Integer>> world;

        ListTools(Map<String, List<Integer>> world) {
            this.world = world;
        }

        @Tool("Adds")
        @Reads("list")
        void add(int number) {
            world.computeIfAbsent("list", key -> new ArrayList<>()).add(number);
        }
    }

    @Test
    void what_is_lost_only_at_the_same_time_is_found_by_running_at_the_same_time() {
        Clash clash = EffectsCheck.of(Counter::new)
                .tools(counter -> counter)
                .settings(builder -> builder.effects("add", Effects.writes("slot/{slot}")))
                .state(counter -> counter.count)
                .batch(call("add", "{\"slot\": 1}"), call("add", "{\"slot\": 2}"))
                .find()
                .orElseThrow();
        assertThat(clash.summary()).contains("at the same time");
        assertThat(clash.second()).isNotNull();
    }

    @Test
    void a_world_that_is_not_the_same_each_time_is_no_wrong_effect() {
        AtomicInteger worlds = new AtomicInteger();
        assertThatThrownBy(() -> EffectsCheck.of(worlds::incrementAndGet)
                        .tools(NumberTools::new)
                        .batch(call("number", "{}"), call("number", "{}"))
                        .check())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the same calls in the same order gave something else the second time")
                .hasMessageContaining("result of number {}: \"2\" first,");
    }

    @Test
    void what_differs_each_time_can_be_left_out() {
        AtomicInteger worlds = new AtomicInteger();
        CheckReport report = EffectsCheck.of(worlds::incrementAndGet)
                .tools(NumberTools::new)
                .resultAs((call, value) -> value.toString().isEmpty())
                .batch(call("number", "{}"), call("number", "{}"), call("number", "{}"))
                .check();
        assertThat(report.complete()).isTrue();
        assertThat(report.runs()).isGreaterThanOrEqualTo(6);
    }

    @Test
    void all_legal_orders_are_tried_up_to_the_bound_and_a_sample_beyond() {
        ToolCall[] five = new ToolCall[5];
        Arrays.setAll(five, i -> call("interest", "{\"amount\": " + i + "}"));
        EffectsCheck<Bank> check = bank(Bank.Right::new).concurrentRuns(0).batch(five);
        CheckReport all = check.check();
        assertThat(all.runs()).isEqualTo(120);
        assertThat(all.complete()).isTrue();
        assertThat(all).hasToString("found no wrong effects; tried all legal orders of 1 batch in 120 runs");
        CheckReport sampled = check.maxOrders(50).check();
        assertThat(sampled.complete()).isFalse();
        assertThat(sampled.runs()).isBetween(30, 53);
        assertThat(sampled.extent())
                .isEqualTo("tried all legal orders of 0 of 1 batch in " + sampled.runs()
                        + " runs, and a sample of the others, which have more than maxOrders=50");
        CheckReport stopped = check.maxOrders(1_000).maxRuns(7).check();
        assertThat(stopped.runs()).isEqualTo(7);
        assertThat(stopped.complete()).isFalse();
        assertThat(stopped.extent()).isEqualTo("stopped at maxRuns=7, with orders left to try in 1 of 1 batch");
    }

    @Test
    void an_audited_check_finds_in_one_run_what_a_tool_tells_of() {
        EffectsCheck<OrderTools> check =
                EffectsCheck.of(OrderTools::new).tools(same -> same).batch(call("order", "{\"id\": 3}"));
        assertThat(check.find()).isEmpty();
        Clash clash = check.audited().find().orElseThrow();
        assertThat(clash.runs()).isEqualTo(1);
        assertThat(clash.first()).isEqualTo(call("order", "{\"id\": 3}"));
        assertThat(clash.details().get(0)).contains("customers/7");
    }

    @Test
    void focus_leaves_other_tools_alone() {
        EffectsCheck<Bank> check = bank(Bank.BalanceIsPure::new)
                .batch(call("balance", "{\"account\": 1}"), call("deposit", "{\"account\": 1, \"amount\": 5}"))
                .batch(call("interest", "{\"amount\": 1}"), call("interest", "{\"amount\": 2}"));
        assertThat(check.focus("interest").find()).isEmpty();
        assertThat(check.focus("deposit").find()).isPresent();
    }

    @Test
    void a_state_may_be_the_worlds_own_map() {
        Clash clash = EffectsCheck.<Map<String, List<Integer>>>of(HashMap::new)
                .tools(ListTools::new)
                .state(world -> world)
                .batch(call("add", "{\"number\": 1}"), call("add", "{\"number\": 2}"))
                .find()
                .orElseThrow();
        assertThat(clash.details()).contains("state: at 'list': nothing before the call, [1] after it");
    }

    /** Reads a shelf, and counts its reads unless told not to. */
    static final class ShelfTools {
        private final Map<Integer, Object> shelves;
        private final @Nullable AtomicInteger reads;

        ShelfTools(Map<Integer, Object> shelves, @Nullable AtomicInteger reads) {
            this.shelves = shelves;
            this.reads = reads;
        }

        @Tool("Looks at a shelf")
        @Reads("shelf/{id}")
        String look(int id) {
            if (reads != null) {
                reads.incrementAndGet();
            }
            return String.valueOf(shelves.containsKey(id));
        }
    }

    private static Map<Integer, Object> shelves(Object content) {
        return new HashMap<>(Map.of(1, content, 2, List.of(content)));
    }

    static Stream<Supplier<Object>> contents() {
        return Stream.of(
                () -> new int[] {1, 2},
                () -> new String[][] {{"a"}, {}},
                () -> new ArrayDeque<>(List.of(1)),
                () -> new HashMap<>(Map.of(1, 2)).values(),
                () -> new AtomicInteger(3));
    }

    @ParameterizedTest
    @MethodSource("contents")
    void what_has_no_equals_is_compared_by_what_is_in_it_at_every_depth(Supplier<Object> content) {
        EffectsCheck.<Map<Integer, Object>>of(() -> shelves(content.get()))
                .tools(shelves -> new ShelfTools(shelves, null))
                .state(shelves -> shelves)
                .check();
    }

    @Test
    void a_change_within_an_atomic_number_is_a_write() {
        Clash clash = EffectsCheck.<Map<Integer, Object>>of(() -> shelves(new AtomicInteger()))
                .tools(shelves -> new ShelfTools(shelves, (AtomicInteger) shelves.get(1)))
                .state(shelves -> shelves)
                .find()
                .orElseThrow();
        assertThat(clash.toString())
                .contains("'look' writes nothing, but it changes the state", "at '1': 0 before the call, 1 after it");
    }

    @Test
    void a_closeable_world_is_closed_after_each_run() {
        List<Integer> open = new ArrayList<>();
        final class World implements AutoCloseable {
            World() {
                open.add(1);
            }

            @Override
            public void close() {
                open.removeFirst();
            }
        }
        EffectsCheck.of(World::new)
                .tools(world -> new Bank.Right(new Bank()))
                .values("account", 1)
                .maxRuns(50)
                .check();
        assertThat(open).isEmpty();
    }

    @Test
    void tools_whose_calls_all_fail_are_told() {
        EffectsCheck<Bank> check = bank(Bank.Right::new)
                .batch(
                        call("transfer", "{\"from\": 5, \"to\": 6, \"amount\": 1000}"),
                        call("balance", "{\"account\": 1}"));
        assertThat(check.check().neverSucceeded()).containsExactly("transfer");
        assertThatThrownBy(() -> bank(Bank.Right::new)
                        .batch(call("transfer", "{\"from\": 5, \"to\": 6, \"amount\": 1000}"))
                        .batch(call("interest", "{\"amount\": \"much\"}"), call("nobody", "{}"))
                        .concurrentRuns(0)
                        .check())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("every call failed, so the check says nothing");
    }

    @Test
    void mistakes_of_the_user_are_told() {
        EffectsCheck<Bank> check = EffectsCheck.of(Bank::new);
        assertThatThrownBy(check::check)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a check needs either tools or a toolSet; it has neither");
        assertThatThrownBy(() -> check.maxRuns(0)).hasMessage("maxRuns must be >= 1, was 0");
        assertThatThrownBy(() -> check.sample("balance", "[1]"))
                .hasMessage("sample '[1]' of tool 'balance' is not a JSON object");
        assertThatThrownBy(() -> check.values("account")).hasMessage("parameter 'account' needs at least one value");
        assertThatThrownBy(() -> check.tools(bank -> List.of()).check())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("found no tool in");
    }
}
