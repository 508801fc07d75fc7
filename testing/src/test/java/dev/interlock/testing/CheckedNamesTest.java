package dev.interlock.testing;

import static dev.interlock.testing.EffectsCheck.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.effect.Effects;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A check that has nothing to check does not pass: its names must be those of the tools. */
class CheckedNamesTest {

    private static EffectsCheck<Bank> bank() {
        return EffectsCheck.of(Bank::new).tools(Bank.Right::new).state(Bank::balances);
    }

    @Test
    void batches_outside_of_the_focus_do_not_count() {
        CheckReport report = bank().concurrentRuns(0)
                .batch(call("interest", "{\"amount\": 1}"), call("interest", "{\"amount\": 2}"))
                .batch(call("balance", "{\"account\": 1}"), call("balance", "{\"account\": 2}"))
                .focus("interest")
                .check();
        assertThat(report.batches()).isEqualTo(1);
        assertThat(report.extent()).isEqualTo("tried all legal orders of 1 batch in 2 runs");
    }

    /** A tool that was renamed must not turn its check green. */
    @Test
    void a_name_that_no_tool_has_is_refused() {
        String tools = "known are 'balance', 'deposit', 'interest', 'transfer'";
        assertThatThrownBy(() -> bank().focus("transferr").check())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("focus names 'transferr', but no tool has that name; " + tools);
        assertThatThrownBy(() -> bank().focus("transfer", "transferr")
                        .batch(call("transfer", "{\"from\": 1, \"to\": 2, \"amount\": 1}"))
                        .find())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'transferr'");
        assertThatThrownBy(() -> bank().sample("transferr", "{}").check())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("sample names 'transferr', but no tool has that name; " + tools);
        for (String parameter : List.of("acount", "deposit.from", "transferr.from")) {
            assertThatThrownBy(() -> bank().values(parameter, 1).check())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("values names '" + parameter + "', but no tool has such a parameter; known are"
                            + " [balance.account, deposit.account, deposit.amount, interest.amount, transfer.amount,"
                            + " transfer.from, transfer.to]");
        }
        assertThat(bank().values("deposit.account", 3).maxRuns(5).find()).isEmpty();
    }

    @Test
    void values_for_tools_whose_parameters_are_unknown_are_refused() {
        EffectsCheck<Bank> check = EffectsCheck.of(Bank::new)
                .toolSet(bank ->
                        ToolSet.of(ToolDefinition.of("balances", Effects.reads("account"), call -> bank.balances())));
        assertThatThrownBy(() -> check.values("account", 1).check())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "values names 'account', but no tool has such a parameter; known are []; no parameters are known"
                                + " of 'balances': give sample their whole arguments");
    }

    @Test
    void a_check_whose_batches_do_not_call_the_focus_is_refused() {
        EffectsCheck<Bank> check = bank().batch(
                        call("balance", "{\"account\": 1}"), call("interest", "{\"amount\": 1}"))
                .focus("transfer", "deposit");
        assertThatThrownBy(check::check)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no batch calls one of [deposit, transfer], so the check says nothing");
        assertThatThrownBy(() -> bank().batch().check())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no batch calls any tool, so the check says nothing");
    }
}
