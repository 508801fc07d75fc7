package dev.interlock.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.langchain4j.ParallelTools;
import org.junit.jupiter.api.Test;

class HandWrittenLoopTest {

    @Test
    void loop_takes_the_order() {
        ParallelTools parallel = ParallelTools.builder().build();
        try (OrderDeskModel model = OrderDeskModel.recorded();
                OrderDesk desk = new OrderDesk()) {
            String answer = HandWrittenLoop.answer(OrderDeskAssistant.ORDER, model.chatModel(), desk.tools(), parallel);

            assertThat(answer)
                    .contains("hamburg has 3 of ESP-200")
                    .contains("account 1042 holds 183.00")
                    .contains("account 1007 holds 151.00");
            assertThat(desk.databaseState().get("charge"))
                    .containsExactlyInAnyOrder(
                            "1042 1 1298.00 2 x ESP-200", "1042 2 19.00 delivery", "1007 1 249.00 1 x GRD-50");
        }
    }
}
