package dev.interlock.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ToolPolicyTest {

    @Test
    void what_is_set_is_kept_and_the_rest_is_left_to_the_executor() {
        RetryPolicy retry = RetryPolicy.builder().build();
        ToolPolicy policy = ToolPolicy.builder()
                .timeout(Duration.ofMillis(1))
                .callTimeout(Duration.ofMillis(2))
                .priority(-3)
                .maxConcurrency(1)
                .retry(retry)
                .build();

        assertThat(policy.timeout()).hasMillis(1);
        assertThat(policy.callTimeout()).hasMillis(2);
        assertThat(policy.priority()).isEqualTo(-3);
        assertThat(policy.maxConcurrency()).isEqualTo(1);
        assertThat(policy.retry()).isSameAs(retry);
        assertThat(policy.idempotent()).isFalse();
        assertThat(ToolPolicy.builder().build()).isEqualTo(ToolPolicy.DEFAULT);
        assertThat(ToolPolicy.DEFAULT.timeout()).isNull();
        assertThat(ToolPolicy.DEFAULT.maxConcurrency()).isEqualTo(Integer.MAX_VALUE);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -7})
    void limits_are_more_than_zero(long millis) {
        Duration limit = Duration.ofMillis(millis);

        assertThatThrownBy(() -> ToolPolicy.builder().timeout(limit).build())
                .hasMessage("timeout must be > 0 ms, was %d ms", millis);
        assertThatThrownBy(() -> ToolPolicy.builder().callTimeout(limit).build())
                .hasMessage("callTimeout must be > 0 ms, was %d ms", millis);
        assertThatThrownBy(
                        () -> ToolPolicy.builder().maxConcurrency((int) millis).build())
                .hasMessage("maxConcurrency must be >= 1, was %d", millis);
    }

    @Test
    void a_tool_that_turns_out_to_be_idempotent_keeps_the_rest_of_its_policy() {
        ToolPolicy policy = ToolPolicy.builder()
                .timeout(Duration.ofSeconds(1))
                .priority(2)
                .references(true)
                .references("raw", false)
                .build();
        ToolPolicy idempotent = policy.asIdempotent();

        assertThat(idempotent)
                .isEqualTo(ToolPolicy.builder()
                        .timeout(Duration.ofSeconds(1))
                        .priority(2)
                        .references(true)
                        .references("raw", false)
                        .idempotent(true)
                        .build());
        assertThat(idempotent.asIdempotent()).isSameAs(idempotent);
    }
}
