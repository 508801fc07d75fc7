package dev.interlock.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CallerTransactionTest {

    private static @Nullable String notAsked() {
        throw new AssertionError("nothing is refused");
    }

    @ParameterizedTest
    @CsvSource({"SEQUENTIAL, true", "PARALLEL, false"})
    void a_transaction_keeps_the_calls_on_the_callers_thread_unless_they_may_run_outside_it(
            CallerTransaction setting, boolean keeps) {
        assertThat(setting.keepsCalls(true, CallerTransactionTest::notAsked)).isEqualTo(keeps);
    }

    @ParameterizedTest
    @EnumSource
    void without_a_transaction_nothing_is_kept_or_refused(CallerTransaction setting) {
        assertThat(setting.keepsCalls(false, CallerTransactionTest::notAsked)).isFalse();
    }

    @Test
    void a_refusal_names_the_transaction_and_what_to_do() {
        assertThatThrownBy(() -> CallerTransaction.REFUSE.keepsCalls(true, () -> "Orders.pay"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the caller has the transaction 'Orders.pay', and calls on other threads would run outside "
                        + "it: ask the model outside of transactions, or set interlock.caller-transaction=sequential");
    }
}
