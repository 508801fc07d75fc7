package dev.interlock.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.file.DeclaredBy;
import dev.interlock.effect.file.EffectsEntry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class OrderDeskLearningTest {

    @Test
    void what_is_learnt_at_the_database_is_fine_enough_and_changes_no_result() throws IOException {
        OrderDeskLearning.Result result;
        try (OrderDeskModel model = OrderDeskModel.recorded();
                PrintStream out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8)) {
            result = OrderDeskLearning.run(model, out);
        }
        assertThat(result.differences()).isEmpty();
        assertThat(result.learnt().entries()).extracting(EffectsEntry::by).containsOnly(DeclaredBy.LEARNT);
        assertThat(entry(result, "chargeAccount").writes())
                .containsExactlyInAnyOrder("account/{account}", "charge/{account}");
        assertThat(entry(result, "reserveStock").writes())
                .containsExactlyInAnyOrder("stock/{warehouse}/{sku}", "reservation/{warehouse}/{sku}");
        assertThat(entry(result, "sendReceipt").reads()).containsExactly("charge/{account}");
    }

    private static EffectsEntry entry(OrderDeskLearning.Result result, String tool) {
        return result.learnt().entriesFor(tool).getFirst();
    }
}
