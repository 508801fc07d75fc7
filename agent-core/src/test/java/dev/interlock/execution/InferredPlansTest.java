package dev.interlock.execution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.ParameterType;
import dev.interlock.plan.CallPlan;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What inference says about tools decides which of their calls wait for each other. */
class InferredPlansTest {

    private static ToolDefinition tool(String name, String description, Map<String, ParameterType> parameters) {
        return ToolDefinition.builder(name, call -> null)
                .description(description)
                .parameters(parameters)
                .build();
    }

    private static ToolCall call(String id, String tool) {
        ObjectNode arguments = JsonNodeFactory.instance.objectNode().put("dataset", "sales");
        return new ToolCall(id, tool, arguments);
    }

    private static CallPlan plan(ToolDefinition first, ToolDefinition second) {
        ToolSet tools = first.name().equals(second.name()) ? ToolSet.of(first) : ToolSet.of(first, second);
        return ToolCallExecutor.builder()
                .build()
                .plan(List.of(call("1", first.name()), call("2", second.name())), tools);
    }

    private static final ToolDefinition APPEND =
            tool("append_row", "Appends a row to a dataset", Map.of("dataset", ParameterType.STRING));

    @Test
    void a_computation_on_a_named_dataset_waits_for_the_call_that_fills_it() {
        ToolDefinition mean =
                tool("calculate_mean", "Calculates the mean of a dataset", Map.of("dataset", ParameterType.STRING));

        assertThat(plan(APPEND, mean).dependencies()).hasSize(1);
    }

    @Test
    void a_computation_on_the_numbers_themselves_waits_for_none() {
        ToolDefinition mean =
                tool("calculate_mean", "Calculates the mean of a dataset", Map.of("dataset", ParameterType.OTHER));

        assertThat(plan(APPEND, mean).dependencies()).isEmpty();
    }

    @Test
    void calls_that_may_delete_what_they_read_wait_for_each_other() {
        ToolDefinition messages = tool(
                "get_messages",
                "Returns the messages of a channel",
                Map.of("channel", ParameterType.STRING, "delete", ParameterType.BOOLEAN));
        ToolDefinition plain =
                tool("get_messages", "Returns the messages of a channel", Map.of("channel", ParameterType.STRING));

        assertThat(plan(messages, messages).dependencies()).hasSize(1);
        assertThat(plan(plain, plain).dependencies()).isEmpty();
    }
}
