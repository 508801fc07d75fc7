package dev.interlock.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.effect.Pure;
import dev.interlock.langchain4j.ParallelTools;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import dev.langchain4j.service.TokenStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class RecordReplayTest {

    interface Assistant {
        String ask(String question);
    }

    interface StreamingAssistant {
        TokenStream ask(String question);
    }

    @TempDir
    Path folder;

    private final ParallelTools parallel = ParallelTools.builder().build();

    private static Reply[] script() {
        return new Reply[] {
            Reply.calls(Reply.call("balance", "{\"account\": 1}"), Reply.call("balance", "{\"account\": 2}")),
            Reply.text("Together 300").tokens(20, 3)
        };
    }

    private String ask(ChatModel model, String question) {
        return parallel.aiServices(Assistant.class)
                .chatModel(model)
                .tools(new Bank.Right(new Bank()))
                .build()
                .ask(question);
    }

    private static ChatRequest request(String text) {
        return ChatRequest.builder().messages(UserMessage.from(text)).build();
    }

    @Test
    void a_recorded_conversation_is_replayed_without_the_model() {
        Path file = folder.resolve("sub/bank.json");
        assertThat(ask(RecordingChatModel.to(file, ScriptedChatModel.of(script())), "How much?"))
                .isEqualTo("Together 300");
        for (int i = 0; i < 3; i++) {
            ReplayingChatModel replaying = ReplayingChatModel.from(file);
            assertThat(ask(replaying, "How much?")).isEqualTo("Together 300");
            replaying.assertComplete();
        }
    }

    static final class JarTools {

        private final List<Object> seen = new CopyOnWriteArrayList<>();

        @Tool("Opens a jar")
        @Pure
        String open(@P("what is in it") Map<String, Object> cookie) {
            seen.add(cookie);
            return "opened " + cookie;
        }
    }

    private List<Object> opened(ChatModel model) {
        JarTools tools = new JarTools();
        assertThat(parallel.aiServices(Assistant.class)
                        .chatModel(model)
                        .tools(tools)
                        .build()
                        .ask("What is in it?"))
                .isEqualTo("done");
        return tools.seen;
    }

    /** The name of a parameter may be that of a field that holds keys. Its arguments must stay JSON. */
    @Test
    void arguments_with_a_field_named_as_one_that_holds_keys_are_replayed() {
        Path file = folder.resolve("jar.json");
        ScriptedChatModel model = ScriptedChatModel.of(
                Reply.calls(Reply.call("open", "{\"cookie\":{\"name\":\"a\",\"api_key\":\"abc\",\"id_token\":-1}}")),
                Reply.text("done"));
        List<Object> recorded = opened(RecordingChatModel.to(file, model));
        List<Object> replayed = opened(ReplayingChatModel.from(file));
        assertThat(recorded).containsExactly(Map.of("name", "a", "api_key", "abc", "id_token", -1));
        assertThat(replayed).containsExactly(Map.of("name", "a", "api_key", "***", "id_token", -1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"cookie\":{\"name\":\"a\"}}", "{\"cookie\":[1,2]}", "{\"cookie\":-1}"})
    void arguments_that_hold_no_key_are_replayed_as_they_were(String arguments) {
        Path file = folder.resolve("cookies.json");
        RecordingChatModel.to(file, ScriptedChatModel.of(Reply.calls(Reply.call("open", arguments))))
                .chat(request("hi"));
        assertThat(ReplayingChatModel.from(file)
                        .chat(request("hi"))
                        .aiMessage()
                        .toolExecutionRequests()
                        .get(0)
                        .arguments())
                .isEqualTo(arguments);
    }

    @Test
    void a_streamed_conversation_is_recorded_and_replayed_either_way() throws Exception {
        Path file = folder.resolve("bank.json");
        ScriptedStreamingChatModel model = ScriptedStreamingChatModel.of(script());
        assertThat(streamed(RecordingStreamingChatModel.to(file, model))).containsExactly("Together 300");
        ReplayingStreamingChatModel replaying = ReplayingStreamingChatModel.from(file);
        assertThat(streamed(replaying)).containsExactly("Together ", "300");
        replaying.assertComplete();
        assertThat(ask(ReplayingChatModel.from(file), "How much?")).isEqualTo("Together 300");
    }

    private List<String> streamed(StreamingChatModel model) throws Exception {
        return Streamed.by(parallel.aiServices(StreamingAssistant.class)
                        .streamingChatModel(model)
                        .tools(new Bank.Right(new Bank()))
                        .build()
                        .ask("How much?"))
                .parts();
    }

    /** The file's folder becomes a file after the recording began. */
    private static void makeUnwritable(Path file) throws IOException {
        Files.delete(file);
        Files.delete(file.getParent());
        Files.createFile(file.getParent());
    }

    private static CompletableFuture<ChatResponse> ask(StreamingChatModel model) {
        CompletableFuture<ChatResponse> end = new CompletableFuture<>();
        model.chat(request("hi"), new StreamingChatResponseHandler() {
            @Override
            public void onCompleteResponse(ChatResponse response) {
                end.complete(response);
            }

            @Override
            public void onError(Throwable error) {
                end.completeExceptionally(error);
            }
        });
        return end;
    }

    @Test
    void a_stream_ends_although_its_end_cannot_be_recorded() throws Exception {
        Path file = folder.resolve("gone/one.json");
        StreamingChatModel recording =
                RecordingStreamingChatModel.to(file, ScriptedStreamingChatModel.of(Reply.text("hello")));
        makeUnwritable(file);
        assertThat(ask(recording))
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableThat()
                .havingRootCause()
                .isInstanceOf(IOException.class);
    }

    @Test
    void the_models_failure_stays_the_failure_although_it_cannot_be_recorded() throws Exception {
        IllegalStateException failure = new IllegalStateException("the model failed");
        Path file = folder.resolve("gone/one.json");
        StreamingChatModel streaming = RecordingStreamingChatModel.to(file, new StreamingChatModel() {
            @Override
            public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
                handler.onError(failure);
            }
        });
        makeUnwritable(file);
        assertThat(ask(streaming))
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableThat()
                .withCause(failure);
        Path other = folder.resolve("other/one.json");
        ChatModel model = RecordingChatModel.to(other, new ChatModel() {
            @Override
            public ChatResponse doChat(ChatRequest request) {
                throw failure;
            }
        });
        makeUnwritable(other);
        assertThatThrownBy(() -> model.chat(request("hi"))).isSameAs(failure);
        assertThat(failure.getSuppressed()).hasSize(2);
    }

    @Test
    void a_response_comes_back_with_all_that_providers_have_in_common() {
        Path file = folder.resolve("one.json");
        ChatResponse response = ChatResponse.builder()
                .aiMessage(Reply.text("hello").response().aiMessage())
                .id("r-1")
                .modelName("model-7")
                .finishReason(FinishReason.LENGTH)
                .tokenUsage(new TokenUsage(5, 6, 12))
                .build();
        RecordingChatModel.to(file, ScriptedChatModel.of(Reply.response(response)))
                .chat(request("hi"));
        assertThat(ReplayingChatModel.from(file).chat(request("hi"))).isEqualTo(response);
    }

    @Test
    void failures_are_replayed() {
        Path file = folder.resolve("failed.json");
        ChatModel recording = RecordingChatModel.to(
                file,
                ScriptedChatModel.of(
                        Reply.error(new RateLimitException("slow down")), Reply.error(new IOException("cut"))));
        assertThatThrownBy(() -> recording.chat(request("hi"))).isInstanceOf(RateLimitException.class);
        assertThatThrownBy(() -> recording.chat(request("hi"))).isInstanceOf(IOException.class);
        ChatModel replaying = ReplayingChatModel.from(file);
        assertThatThrownBy(() -> replaying.chat(request("hi")))
                .isInstanceOf(RateLimitException.class)
                .hasMessage("slow down");
        assertThatThrownBy(() -> replaying.chat(request("hi"))).hasMessage("java.io.IOException: cut");
    }

    @Test
    void requests_are_matched_by_content_and_equal_ones_by_order() {
        Path file = folder.resolve("two.json");
        ChatModel recording =
                RecordingChatModel.to(file, ScriptedChatModel.of(Reply.text("a"), Reply.text("b"), Reply.text("c")));
        recording.chat(request("x"));
        recording.chat(request("y"));
        recording.chat(request("x"));
        ReplayingChatModel replaying = ReplayingChatModel.from(file);
        assertThat(replaying.chat(request("y")).aiMessage().text()).isEqualTo("b");
        assertThat(replaying.chat(request("x")).aiMessage().text()).isEqualTo("a");
        assertThatThrownBy(replaying::assertComplete)
                .hasMessage("two.json has 3 exchanges, but the test replayed 2; the first one left is exchange 3");
        assertThat(replaying.chat(request("x")).aiMessage().text()).isEqualTo("c");
        replaying.assertComplete();
        assertThatThrownBy(() -> replaying.chat(request("x")))
                .hasMessage("request 4 of two.json was not recorded: the test has already replayed all 3 exchanges");
    }

    @Test
    void a_mismatch_says_where_the_first_difference_is() {
        Path file = folder.resolve("bank.json");
        ChatModel recording = RecordingChatModel.to(file, ScriptedChatModel.of(Reply.text("a"), Reply.text("b")));
        recording.chat(SystemMessage.from("Be brief"), UserMessage.from("How much is on account 1?"));
        recording.chat(request("else"));
        ReplayingChatModel replaying = ReplayingChatModel.from(file);
        assertThatThrownBy(() ->
                        replaying.chat(SystemMessage.from("Be brief"), UserMessage.from("How much is on account 2?")))
                .isInstanceOf(AssertionError.class)
                .hasMessage("request 1 of bank.json was not recorded; the nearest, exchange 1 of 2, differs at"
                        + " /messages/1/contents/0/text: recorded \"How much is on account 1?\", now"
                        + " \"How much is on account 2?\"");
        assertThatThrownBy(replaying::assertComplete).hasMessageContaining("/messages/1/contents/0/text");
    }

    @Test
    void the_models_defaults_and_capabilities_are_played_too() {
        Path file = folder.resolve("defaults.json");
        ChatRequestParameters defaults = DefaultChatRequestParameters.builder()
                .modelName("model-7")
                .temperature(0.5)
                .maxOutputTokens(100)
                .stopSequences("END")
                .responseFormat(ResponseFormat.builder()
                        .type(dev.langchain4j.model.chat.request.ResponseFormatType.JSON)
                        .jsonSchema(JsonSchema.builder()
                                .name("Answer")
                                .rootElement(JsonObjectSchema.builder()
                                        .addStringProperty("text")
                                        .required("text")
                                        .build())
                                .build())
                        .build())
                .build();
        ChatModel model = new ChatModel() {
            @Override
            public ChatResponse doChat(ChatRequest request) {
                assertThat(request.parameters()).isEqualTo(defaults);
                return Reply.text("ok").response();
            }

            @Override
            public ChatRequestParameters defaultRequestParameters() {
                return defaults;
            }

            @Override
            public Set<Capability> supportedCapabilities() {
                return Set.of(Capability.RESPONSE_FORMAT_JSON_SCHEMA);
            }
        };
        RecordingChatModel.to(file, model).chat(request("hi"));
        ReplayingChatModel replaying = ReplayingChatModel.from(file);
        assertThat(replaying.defaultRequestParameters()).isEqualTo(defaults);
        assertThat(replaying.supportedCapabilities()).containsExactly(Capability.RESPONSE_FORMAT_JSON_SCHEMA);
        assertThat(replaying.chat(request("hi")).aiMessage().text()).isEqualTo("ok");
    }

    @Test
    void no_key_is_in_the_file_and_the_conversation_plays_all_the_same() throws IOException {
        Path file = folder.resolve("keys.json");
        String question =
                "Use api_key=abcdef123456 or Authorization: Bearer 0123456789abcdef0123, not sk-proj-ABCDEFGHIJKLMNOPQRST";
        ChatModel recording = RecordingChatModel.to(
                file,
                ScriptedChatModel.of(
                        Reply.text("It is AKIAABCDEFGHIJKLMNOP"),
                        Reply.error(
                                new IllegalStateException("Incorrect API key provided: sk-ABCDEFGHIJKLMNOPQRSTUVWX"))));
        recording.chat(request(question));
        assertThatThrownBy(() -> recording.chat(request("again"))).isInstanceOf(IllegalStateException.class);
        assertThat(Files.readString(file))
                .doesNotContain("abcdef123456", "0123456789abcdef", "ABCDEFGHIJ")
                .contains("***");
        assertThat(ReplayingChatModel.from(file)
                        .chat(request(question))
                        .aiMessage()
                        .text())
                .isEqualTo("It is ***");
    }

    @Test
    void a_function_takes_out_what_differs_each_time() throws IOException {
        Path file = folder.resolve("date.json");
        UnaryOperator<String> noDate = text -> text.replaceAll("\\d{4}-\\d\\d-\\d\\d", "<date>");
        RecordingChatModel.to(file, ScriptedChatModel.of(Reply.text("fine")), noDate)
                .chat(request("Today is 2026-01-01"));
        assertThat(Files.readString(file)).doesNotContain("2026-01-01");
        assertThat(ReplayingChatModel.from(file, noDate)
                        .chat(request("Today is 2027-12-31"))
                        .aiMessage()
                        .text())
                .isEqualTo("fine");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no json", "[]", "{\"format\": \"other\"}"})
    void another_file_is_refused(String content) throws IOException {
        Path file = Files.writeString(folder.resolve("other.json"), content);
        assertThatThrownBy(() -> ReplayingChatModel.from(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("other.json is not a recorded conversation");
    }

    @Test
    void the_file_is_whole_after_each_exchange_and_nothing_else_is_left() throws IOException {
        Path file = folder.resolve("bank.json");
        ChatModel recording = RecordingChatModel.to(file, ScriptedChatModel.of(Reply.text("a"), Reply.text("b")));
        recording.chat(request("x"));
        assertThat(ReplayingChatModel.from(file).chat(request("x")).aiMessage().text())
                .isEqualTo("a");
        recording.chat(request("y"));
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }
}
