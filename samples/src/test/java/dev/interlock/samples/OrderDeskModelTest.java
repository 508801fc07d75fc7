package dev.interlock.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class OrderDeskModelTest {

    @Test
    void without_a_key_the_model_is_the_recorded_one() {
        try (OrderDeskModel model = OrderDeskModel.from(Map.of("OPENAI_API_KEY", " "))) {
            assertThat(model.isRecorded()).isTrue();
            assertThat(model.toString()).startsWith("recorded gpt-4.1-mini at http://127.0.0.1:");
        }
    }

    @Test
    void with_a_key_the_client_talks_to_the_url_given() {
        try (LocalServer server = LocalServer.model();
                OrderDeskModel model = OrderDeskModel.from(Map.of(
                        "OPENAI_API_KEY", "k",
                        "OPENAI_BASE_URL", server.url() + "/v1",
                        "OPENAI_MODEL", "m"))) {
            Conversation conversation = Conversation.withLangChain4j(model, OrderDeskAssistant.SMALL_ORDER);

            assertThat(conversation.answer())
                    .isEqualTo(
                            "Order 1000: charged 249.00, authorisation A-1007-249.00, account 1007 now holds 151.00.");
            assertThat(server.requestBodies()).hasSize(2).allMatch(body -> body.contains("\"m\""));
            assertThat(model).hasToString("m at " + server.url() + "/v1");
        }
    }

    @Test
    void recorded_model_refuses_a_conversation_it_does_not_know() {
        try (OrderDeskModel model = OrderDeskModel.recorded()) {
            assertThatThrownBy(() -> model.chatModel().chat("What is the weather like?"))
                    .hasMessageContaining("Request was not matched");
        }
    }
}
