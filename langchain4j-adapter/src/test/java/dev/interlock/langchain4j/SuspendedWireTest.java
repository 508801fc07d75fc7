package dev.interlock.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.interlock.durable.Decision;
import dev.interlock.langchain4j.OpenAiServer.WireCall;
import dev.interlock.langchain4j.OpenAiServer.WireResult;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** LangChain4j's OpenAI client over HTTP: what the model is told of an invocation that was suspended for days. */
@Timeout(120)
class SuspendedWireTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final WireCall LOOK = new WireCall("call_1", "balance", "{\"id\": \"1\"}");
    private static final WireCall PAY = new WireCall("call_2", "pay", "{\"to\": \"2\", \"amount\": 30}");

    private final PayDesk.TextStore store = new PayDesk.TextStore();

    private Assistant assistant(ParallelTools parallel, OpenAiServer openAi, PayDesk desk) {
        return parallel.aiServices(Assistant.class)
                .chatModel(openAi.model())
                .chatMemory(store.memory("default"))
                .tools(desk)
                .build();
    }

    @Test
    void service_goes_on_in_another_process() {
        SuspendedInvocation suspended;
        try (OpenAiServer openAi = new OpenAiServer().thenAsks(LOOK, PAY)) {
            Assistant assistant = assistant(PayDesk.waiting().build(), openAi, new PayDesk());
            InvocationSuspendedException left =
                    catchThrowableOfType(InvocationSuspendedException.class, () -> assistant.chat("pay"));
            suspended = SuspendedInvocation.fromJson(left.suspended().toJson());
            assertThat(openAi.requests()).isEqualTo(1);
        }
        try (OpenAiServer openAi = new OpenAiServer().thenSays("Paid.")) {
            PayDesk desk = new PayDesk();
            ParallelTools parallel = PayDesk.waiting().build();
            Assistant assistant = assistant(parallel, openAi, desk);

            assertThat(parallel.resume(suspended, Map.of("call_2", Decision.approved()), () -> assistant.chat("pay")))
                    .isEqualTo("Paid.");

            assertThat(desk.log).containsExactly("pay 2 30");
            assertThat(openAi.requests()).isEqualTo(1);
            assertThat(openAi.lastMessages())
                    .extracting(message -> message.path("role").asText())
                    .containsExactly("user", "assistant", "tool", "tool");
            assertThat(openAi.lastResults())
                    .containsExactly(new WireResult("call_1", "100 on 1"), new WireResult("call_2", "paid 30 to 2"));
        }
    }

    @Test
    void conversation_may_go_on_meanwhile() {
        try (OpenAiServer openAi = new OpenAiServer().thenAsks(LOOK, PAY).thenSays("It waits for the owner.")) {
            Assistant assistant = assistant(PayDesk.waiting().build(), openAi, new PayDesk());
            assertThatThrownBy(() -> assistant.chat("pay")).isInstanceOf(InvocationSuspendedException.class);

            assertThat(assistant.chat("Is it paid?")).isEqualTo("It waits for the owner.");

            assertThat(openAi.lastResults()).extracting(WireResult::toolCallId).containsExactly("call_1", "call_2");
            assertThat(openAi.lastResults().get(1).content()).contains("a person must approve it: " + PayDesk.WAITS);
        }
    }

    @Test
    void stream_goes_on_in_another_process() throws Exception {
        SuspendedInvocation suspended;
        PayDesk desk = new PayDesk();
        try (SseServer server = SseServer.serving(connection -> connection.send(OpenAiEvents.calls(LOOK, PAY)))) {
            StreamingAssistant assistant = streaming(PayDesk.waiting().build(), server, desk);
            Throwable left = StreamedAnswer.to(assistant.chat("pay")).error();
            assertThat(left).isInstanceOf(InvocationSuspendedException.class);
            suspended = SuspendedInvocation.fromJson(
                    ((InvocationSuspendedException) left).suspended().toJson());
        }
        try (SseServer server = SseServer.serving(connection -> connection.send(OpenAiEvents.text("Paid.")))) {
            ParallelTools parallel = PayDesk.waiting().build();
            StreamingAssistant assistant = streaming(parallel, server, desk);

            StreamedAnswer answer = parallel.resume(
                    suspended, Map.of("call_2", Decision.approved()), () -> StreamedAnswer.to(assistant.chat("pay")));

            assertThat(answer.text()).isEqualTo("Paid.");
            assertThat(results(server.bodies().getFirst()))
                    .containsExactly(new WireResult("call_1", "100 on 1"), new WireResult("call_2", "paid 30 to 2"));
            assertThat(desk.log).containsExactly("balance 1", "pay 2 30");
        }
    }

    private StreamingAssistant streaming(ParallelTools parallel, SseServer server, PayDesk desk) {
        return parallel.aiServices(StreamingAssistant.class)
                .streamingChatModel(OpenAiStreamingChatModel.builder()
                        .baseUrl(server.baseUrl())
                        .apiKey("no-key-needed")
                        .modelName("gpt-4.1-mini")
                        .build())
                .chatMemory(store.memory("default"))
                .tools(desk)
                .build();
    }

    private static List<WireResult> results(String body) throws Exception {
        List<WireResult> results = new ArrayList<>();
        for (JsonNode message : JSON.readTree(body).path("messages")) {
            if (message.path("role").asText().equals("tool")) {
                results.add(new WireResult(
                        message.path("tool_call_id").asText(),
                        message.path("content").asText()));
            }
        }
        return results;
    }

    @Test
    void agent_goes_on_in_another_process() {
        SuspendedTask suspended;
        try (OpenAiServer openAi = new OpenAiServer().thenAsks(LOOK).thenAsks(PAY)) {
            TaskResult result = agent(openAi, new PayDesk()).execute("Pay 30 to 2 if there is enough");
            assertThat(result.end()).isEqualTo(TaskEnd.SUSPENDED);
            suspended = SuspendedTask.fromJson(
                    Objects.requireNonNull(result.suspended()).toJson());
        }
        try (OpenAiServer openAi = new OpenAiServer().thenSays("Paid.")) {
            PayDesk desk = new PayDesk();

            TaskResult result = agent(openAi, desk).resume(suspended, Map.of(0, Decision.approved()));

            assertThat(result.answer()).isEqualTo("Paid.");
            assertThat(desk.log).containsExactly("pay 2 30");
            assertThat(openAi.lastMessages())
                    .extracting(message -> message.path("role").asText())
                    .containsExactly("system", "user", "assistant", "tool", "assistant", "tool");
            assertThat(result.modelRequests()).isEqualTo(3);
            assertThat(result.tokenUsage().totalTokenCount()).isEqualTo(45);
        }
    }

    private static TaskAgent agent(OpenAiServer openAi, PayDesk desk) {
        return TaskAgent.builder()
                .chatModel(openAi.model())
                .tools(desk)
                .parallelTools(PayDesk::waitIn)
                .build();
    }
}
