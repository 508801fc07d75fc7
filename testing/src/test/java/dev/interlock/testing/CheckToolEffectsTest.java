package dev.interlock.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;
import static org.junit.platform.testkit.engine.EventConditions.event;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.instanceOf;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;

import dev.interlock.effect.Reads;
import dev.interlock.footprint.Footprint;
import dev.langchain4j.agent.tool.Tool;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.reporting.ReportEntry;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

class CheckToolEffectsTest {

    @CheckToolEffects(world = Bank.class, tools = Bank.Right.class)
    void what_bank_tools_say_is_true(EffectsCheck<Bank> check) {
        check.state(Bank::balances).values("account", 1, 2).values("from", 1).values("to", 2, 1);
    }

    /** Not found by name, so that they run only when they are asked to. */
    static class Inner {

        static final List<Long> SEEDS = new CopyOnWriteArrayList<>();

        @CheckToolEffects(
                world = Bank.class,
                tools = Bank.BalanceIsPure.class,
                seeds = {7, 8})
        void wrong(EffectsCheck<Bank> check) {
            check.state(Bank::balances).values("account", 1, 2);
        }

        @CheckToolEffects(
                tools = Shelf.class,
                seeds = {1, 2})
        void own_world_without_anything_said() {}

        @CheckToolEffects(tools = Shelf.class, audited = true)
        void audited() {}

        @CheckToolEffects(world = Bank.class, tools = Shelf.class)
        void no_constructor() {}

        @CheckToolEffects
        void nothing() {}

        @CheckToolEffects(world = Bank.class, tools = Bank.BalanceIsPure.class)
        void carries_it_out_itself(EffectsCheck<Bank> check) {
            assertThat(check.batch(EffectsCheck.call("interest", "{\"amount\": 1}"))
                            .find())
                    .isEmpty();
        }
    }

    static final class Shelf {
        @Tool("Reads what is on a shelf")
        @Reads("shelf/{shelf}")
        String onShelf(int shelf) {
            Footprint.read("shelf/" + shelf);
            Footprint.read("lamp");
            return "books";
        }
    }

    private static EngineExecutionResults run(String method) {
        String types =
                method.equals("wrong") || method.equals("carries_it_out_itself") ? EffectsCheck.class.getName() : "";
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectMethod(Inner.class, method, types))
                .execute();
    }

    private static void assertFails(String method, Class<? extends Throwable> type, String text) {
        run(method)
                .testEvents()
                .assertThatEvents()
                .haveExactly(1, event(finishedWithFailure(instanceOf(type), message(found -> found.contains(text)))));
    }

    @Test
    void wrong_effects_fail_the_test_with_the_seed_in_message_and_report() {
        EngineExecutionResults results = run("wrong");
        results.testEvents()
                .assertThatEvents()
                .haveExactly(
                        1,
                        event(finishedWithFailure(
                                instanceOf(WrongEffectsError.class),
                                message(text -> text.contains("with seed 7; -Dinterlock.seed=7 repeats it")))));
        assertThat(results.allEvents().reportingEntryPublished().stream()
                        .map(Event::getPayload)
                        .map(payload -> ((ReportEntry) payload.orElseThrow()).getKeyValuePairs()))
                .singleElement()
                .satisfies(entry -> assertThat(entry).containsEntry("interlock.seed", "7"));
    }

    @Test
    void tools_can_be_their_own_world_and_the_method_need_not_say_anything() {
        run("own_world_without_anything_said").testEvents().assertStatistics(stats -> stats.succeeded(1));
    }

    @Test
    void an_audited_check_fails_on_what_effects_do_not_cover() {
        assertFails("audited", WrongEffectsError.class, "lamp");
    }

    @Test
    void a_method_can_carry_the_check_out_itself() {
        run("carries_it_out_itself").testEvents().assertStatistics(stats -> stats.succeeded(1));
    }

    @Test
    void mistakes_are_told() {
        Class<? extends Throwable> mistake = org.junit.jupiter.api.extension.ExtensionConfigurationException.class;
        assertFails("no_constructor", mistake, "Shelf needs a constructor that takes a dev.interlock.testing.Bank");
        assertFails("nothing", mistake, "@CheckToolEffects needs tools, world, or both");
    }
}
