package dev.interlock.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ComparisonTest {

    @Test
    void equal_conversations_are_the_same() {
        Comparison comparison = new Comparison(conversation("7", "151", 100), conversation("7", "151", 250));

        assertThat(comparison.complaints()).isEmpty();
        assertThat(OrderDeskDemo.status(comparison)).isZero();
        assertThat(comparison.speedupLine()).isEqualTo("speedup 2.5x");
    }

    @Test
    void another_result_and_another_row_are_differences() {
        Comparison comparison = new Comparison(conversation("7", "151", 100), conversation("7", "400", 100));

        assertThat(comparison.differences())
                .containsExactly("result 1: id: 151 | id: 400", "table account: [151] | [400]");
        assertThat(comparison.complaints()).last().asString().contains("must not differ");
        assertThat(OrderDeskDemo.status(comparison)).isEqualTo(2);
    }

    @Test
    void a_real_model_that_asks_for_other_calls_is_told_apart() {
        Comparison comparison = new Comparison(conversation("7", "151", 100), conversation("42", "183", 100));

        assertThat(comparison.complaints()).last().asString().contains("as a real model may");
        assertThat(OrderDeskDemo.status(comparison)).isEqualTo(3);
    }

    private static Conversation conversation(String account, String balance, int millis) {
        ToolExecutionRequest request = ToolExecutionRequest.builder()
                .id("id")
                .name("readBalance")
                .arguments("{\"account\": \"" + account + "\"}")
                .build();
        Round round = Round.of(
                List.of(request),
                List.of(ToolExecutionResultMessage.from(request, balance)),
                List.of(Duration.ofMillis(millis)));
        return new Conversation(List.of(round), "", Duration.ofSeconds(1), Map.of("account", List.of(balance)));
    }
}
