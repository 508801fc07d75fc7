package dev.interlock.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.langchain4j.TaskEnd;
import dev.interlock.langchain4j.TaskResult;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TaskInPlainWordsTest {

    @Test
    void task_takes_the_order() {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try (OrderDeskModel model = OrderDeskModel.recorded();
                OrderDesk desk = new OrderDesk()) {
            TaskResult result = TaskInPlainWords.execute(
                    OrderDeskAssistant.ORDER,
                    model.chatModel(),
                    desk.tools(),
                    new PrintStream(printed, true, StandardCharsets.UTF_8));

            assertThat(result.end()).isEqualTo(TaskEnd.ANSWER);
            assertThat(result.answer()).contains("hamburg has 3 of ESP-200");
            assertThat(result.failedCalls()).isEmpty();
            assertThat(printed.toString(StandardCharsets.UTF_8)).contains("a round of 10 calls");
            assertThat(desk.databaseState().get("charge"))
                    .containsExactlyInAnyOrder(
                            "1042 1 1298.00 2 x ESP-200", "1042 2 19.00 delivery", "1007 1 249.00 1 x GRD-50");
        }
    }
}
