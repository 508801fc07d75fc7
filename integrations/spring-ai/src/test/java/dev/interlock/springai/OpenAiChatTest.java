package dev.interlock.springai;

import static dev.interlock.springai.Asked.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.interlock.effect.Reads;
import dev.interlock.effect.Writes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.ai.model.tool.ToolExecutionResult;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.ai.tool.definition.ToolDefinition;
import reactor.core.Disposable;

/** A chat client with Spring AI's own client for OpenAI, from the question to the answer. */
@Timeout(60)
class OpenAiChatTest {

    static final class Bank {
        final Map<Integer, Integer> accounts = new ConcurrentHashMap<>(Map.of(1, 100, 2, 0, 3, 7));
        final CyclicBarrier reads = new CyclicBarrier(2);

        /** Of account 3 two are read at the same time. */
        @Tool(description = "Tells what is in an account")
        @Reads("account/{id}")
        int balance(int id) throws Exception {
            if (id == 3) {
                reads.await(20, TimeUnit.SECONDS);
            }
            return accounts.get(id);
        }

        @Tool(description = "Moves money")
        @Writes({"account/{from}", "account/{to}"})
        String transfer(int from, int to, int amount) {
            accounts.merge(from, -amount, Integer::sum);
            accounts.merge(to, amount, Integer::sum);
            return "moved";
        }

        @Tool(description = "Stops", returnDirect = true)
        String stop() {
            return "stopped";
        }
    }

    private static final AssistantMessage.ToolCall[] CALLS = {
        call("call_a", "balance", "{\"id\":3}"),
        call("call_b", "transfer", "{\"from\":1,\"to\":2,\"amount\":30}"),
        call("call_c", "balance", "{\"id\":2}"),
        call("call_d", "balance", "{\"id\":3}"),
    };

    private static String ask(ChatClient client, boolean streamed, Object tools) {
        ChatClient.ChatClientRequestSpec request = client.prompt("Do it").tools(tools);
        return streamed
                ? String.join("", request.stream().content().collectList().block(Duration.ofSeconds(30)))
                : request.call().content();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void independent_calls_overlap_and_others_keep_their_order(boolean streamed) {
        try (OpenAiServer server = OpenAiServer.answering(streamed, "All done.", CALLS)) {
            ChatClient client =
                    server.client(InterlockToolCallingManager.builder().build());

            assertThat(ask(client, streamed, new Bank())).isEqualTo("All done.");

            List<JsonNode> messages = server.lastMessages();
            List<String> answers = new ArrayList<>();
            messages.stream()
                    .filter(message -> message.get("role").asText().equals("tool"))
                    .forEach(message -> answers.add(message.get("tool_call_id").asText() + " "
                            + message.get("content").asText()));
            assertThat(answers).containsExactly("call_a 7", "call_b \"moved\"", "call_c 30", "call_d 7");
            assertThat(messages)
                    .extracting(message -> message.get("role").asText())
                    .containsExactly("user", "assistant", "tool", "tool", "tool", "tool");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void result_that_is_returned_directly_is_the_answer(boolean streamed) {
        try (OpenAiServer server = OpenAiServer.answering(streamed, "never", call("a", "stop", "{}"))) {
            ChatClient client =
                    server.client(InterlockToolCallingManager.builder().build());
            assertThat(ask(client, streamed, new Bank())).isEqualTo("\"stopped\"");
            assertThat(server.requests()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void call_over_the_limit_of_a_turn_is_the_answer(boolean streamed) {
        try (OpenAiServer server = OpenAiServer.answering(streamed, "never", CALLS)) {
            ChatClient client = server.client(
                    InterlockToolCallingManager.builder().maxTotalToolCalls(2).build());
            Bank bank = new Bank();
            bank.reads.reset();
            Thread other = Thread.ofVirtual().start(() -> {
                try {
                    bank.reads.await();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(ask(client, streamed, bank)).contains("Total tool call limit (2) exceeded");
            assertThat(bank.accounts).containsEntry(2, 30);
            assertThat(other).isNotNull();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void tool_that_is_not_there_leaves_as_before(boolean streamed) {
        try (OpenAiServer server = OpenAiServer.answering(streamed, "never", call("a", "nothing", "{}"))) {
            ChatClient client =
                    server.client(InterlockToolCallingManager.builder().build());
            assertThatThrownBy(() -> ask(client, streamed, new Bank()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("No ToolCallback found for tool name: nothing");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void cut_call_is_not_run_and_the_model_told(boolean streamed) {
        try (OpenAiServer server = OpenAiServer.ending(
                "length",
                streamed,
                "I see.",
                call("a", "transfer", "{\"from\":1,\"to\":2,\"amount\":5}"),
                call("b", "transfer", "{\"from\":1,\"to\":2,\"amo"))) {
            Bank bank = new Bank();
            ChatClient client =
                    server.client(InterlockToolCallingManager.builder().build());
            assertThat(ask(client, streamed, bank)).isEqualTo("I see.");
            assertThat(bank.accounts).containsEntry(2, 5);
            assertThat(server.lastMessages().getLast().get("content").asText())
                    .startsWith("the response was cut (finish reason LENGTH) before call 2 of tool 'transfer'");
        }
    }

    // A stream whose subscriber leaves.

    static final class Slow {
        final CountDownLatch started = new CountDownLatch(1);
        final AtomicInteger second = new AtomicInteger();

        @Tool
        String first() {
            started.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return "one";
        }

        @Tool
        String second() {
            return "" + second.incrementAndGet();
        }
    }

    /** Tells when the tools have ended. */
    private record Watched(ToolCallingManager manager, CountDownLatch ended) implements ToolCallingManager {
        @Override
        public List<ToolDefinition> resolveToolDefinitions(ToolCallingChatOptions options) {
            return manager.resolveToolDefinitions(options);
        }

        @Override
        public ToolExecutionResult executeToolCalls(Prompt prompt, ChatResponse response) {
            try {
                return manager.executeToolCalls(prompt, response);
            } finally {
                ended.countDown();
            }
        }
    }

    private static int secondsThatRan(ToolCallingManager manager) throws Exception {
        Slow tools = new Slow();
        CountDownLatch ended = new CountDownLatch(1);
        try (OpenAiServer server =
                OpenAiServer.answering(true, "never", call("a", "first", "{}"), call("b", "second", "{}"))) {
            Disposable subscription = server.client(new Watched(manager, ended)).prompt("Do it").tools(tools).stream()
                    .content()
                    .subscribe(text -> {}, error -> {});
            assertThat(tools.started.await(20, TimeUnit.SECONDS)).isTrue();
            subscription.dispose();
            assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
            return tools.second.get();
        }
    }

    @Test
    void plain_spring_ai_runs_the_rest_of_the_calls_when_the_subscriber_has_left() throws Exception {
        assertThat(secondsThatRan(ToolCallingManager.builder().build())).isEqualTo(1);
    }

    @Test
    void no_further_call_starts_when_the_subscriber_has_left() throws Exception {
        assertThat(secondsThatRan(InterlockToolCallingManager.builder().build()))
                .isZero();
    }
}
