package dev.interlock.testing;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a scripted model does for one request: it says something, calls tools, or fails. Immutable: each method that
 * changes something returns another reply.
 *
 * {@snippet :
 * Reply.calls(Reply.call("balance", "{\"account\": 1}"))
 *         .expecting(request -> assertThat(request.messages()).hasSize(2));
 * Reply.text("It is ", "100").after(latch);
 * Reply.error(new RateLimitException("slow down"));
 * }
 */
public final class Reply {

    private final @Nullable ChatResponse response;
    private final @Nullable Throwable error;
    private final List<String> textParts;
    private final int argumentsPartLength;
    private final @Nullable CountDownLatch asked;
    private final @Nullable CountDownLatch latch;
    private final List<Consumer<ChatRequest>> expectations;

    private Reply(
            @Nullable ChatResponse response,
            @Nullable Throwable error,
            List<String> textParts,
            int argumentsPartLength,
            @Nullable CountDownLatch asked,
            @Nullable CountDownLatch latch,
            List<Consumer<ChatRequest>> expectations) {
        this.response = response;
        this.error = error;
        this.textParts = List.copyOf(textParts);
        this.argumentsPartLength = argumentsPartLength;
        this.asked = asked;
        this.latch = latch;
        this.expectations = List.copyOf(expectations);
    }

    /**
     * Creates a reply that says something.
     *
     * @param parts the text; a streaming model sends the parts one after another, any other model sends them joined; at
     *     least one, none empty
     * @return the reply
     * @throws IllegalArgumentException if no part is given, or one is empty
     */
    public static Reply text(String... parts) {
        if (parts.length == 0 || Arrays.stream(parts).anyMatch(String::isEmpty)) {
            throw new IllegalArgumentException(
                    "a text needs at least one part, and no part may be empty: " + Arrays.toString(parts));
        }
        return of(response(AiMessage.from(String.join("", parts)), FinishReason.STOP))
                .withTextParts(List.of(parts));
    }

    /**
     * Creates a reply that calls tools.
     *
     * @param calls at least one call, such as {@link #call(String, String)}. A call without an id gets
     *     {@code call_<n>}, where n is its place in the reply; from the second reply on, the request's number comes
     *     before it
     * @return the reply
     * @throws IllegalArgumentException if no call is given
     */
    public static Reply calls(ToolExecutionRequest... calls) {
        if (calls.length == 0) {
            throw new IllegalArgumentException("a reply that calls tools needs at least one call");
        }
        return of(response(AiMessage.from(List.of(calls)), FinishReason.TOOL_EXECUTION));
    }

    /**
     * Creates a call for {@link #calls}.
     *
     * @param tool the name of the tool
     * @param argumentsJson the arguments as the model writes them; they need not be JSON
     * @return the call, without an id
     */
    public static ToolExecutionRequest call(String tool, String argumentsJson) {
        return ToolExecutionRequest.builder()
                .name(tool)
                .arguments(argumentsJson)
                .build();
    }

    /**
     * Creates a reply with a message's text and calls; ids stay as they are.
     *
     * @param message the message
     * @return the reply
     */
    public static Reply message(AiMessage message) {
        return of(response(
                message, message.hasToolExecutionRequests() ? FinishReason.TOOL_EXECUTION : FinishReason.STOP));
    }

    /**
     * Creates a reply from a complete response.
     *
     * @param response the response
     * @return the reply
     */
    public static Reply response(ChatResponse response) {
        return of(Objects.requireNonNull(response, "response"));
    }

    /**
     * Creates a reply that fails.
     *
     * @param error what the model throws; a streaming model passes it to {@code onError}, after the parts of
     *     {@link #afterParts}
     * @return the reply
     */
    public static Reply error(Throwable error) {
        return new Reply(null, Objects.requireNonNull(error, "error"), List.of(), 0, null, null, List.of());
    }

    private static Reply of(ChatResponse response) {
        return new Reply(response, null, List.of(), 0, null, null, List.of());
    }

    private static ChatResponse response(AiMessage message, FinishReason reason) {
        return ChatResponse.builder().aiMessage(message).finishReason(reason).build();
    }

    private Reply withResponse(ChatResponse other) {
        return new Reply(other, error, textParts, argumentsPartLength, asked, latch, expectations);
    }

    private Reply withTextParts(List<String> parts) {
        return new Reply(response, error, parts, argumentsPartLength, asked, latch, expectations);
    }

    /**
     * Makes a streaming model send some text before it fails.
     *
     * @param parts the text
     * @return the changed reply
     * @throws IllegalStateException if the reply is not an {@link #error}
     */
    public Reply afterParts(String... parts) {
        if (error == null) {
            throw new IllegalStateException("afterParts needs a reply made by error(...)");
        }
        return withTextParts(List.of(parts));
    }

    /**
     * Makes a streaming model send the arguments of calls in parts of this length.
     *
     * @param length the length in characters, at least 1; by default the model sends only complete calls
     * @return the changed reply
     * @throws IllegalArgumentException if the length is below 1
     */
    public Reply argumentsInPartsOf(int length) {
        if (length < 1) {
            throw new IllegalArgumentException("the length of a part must be >= 1 character, was " + length);
        }
        return new Reply(response, error, textParts, length, asked, latch, expectations);
    }

    /**
     * Makes the model wait before it says anything.
     *
     * @param latch the latch to wait for, at most {@link ScriptedChatModel#PATIENCE_SECONDS}
     * @return the changed reply
     */
    public Reply after(CountDownLatch latch) {
        return new Reply(
                response, error, textParts, argumentsPartLength, asked, Objects.requireNonNull(latch), expectations);
    }

    /**
     * Counts a latch down when the model gets the request, before it waits for anything.
     *
     * @param latch the latch
     * @return the changed reply
     */
    public Reply telling(CountDownLatch latch) {
        return new Reply(
                response,
                error,
                textParts,
                argumentsPartLength,
                Objects.requireNonNull(latch),
                this.latch,
                expectations);
    }

    /**
     * Checks the request that this reply answers.
     *
     * @param expectation throws if the request is not as expected; the model then fails with it, and
     *     {@code assertComplete} too
     * @return the changed reply
     */
    public Reply expecting(Consumer<ChatRequest> expectation) {
        List<Consumer<ChatRequest>> all = new ArrayList<>(expectations);
        all.add(Objects.requireNonNull(expectation, "expectation"));
        return new Reply(response, error, textParts, argumentsPartLength, asked, latch, all);
    }

    /**
     * Sets the token usage of the response.
     *
     * @param input the tokens of the request
     * @param output the tokens of the response
     * @return the changed reply
     * @throws IllegalStateException if the reply is an error
     */
    public Reply tokens(int input, int output) {
        ChatResponse before = requireResponse();
        return withResponse(before.toBuilder()
                .metadata(before.metadata().toBuilder()
                        .tokenUsage(new TokenUsage(input, output))
                        .build())
                .build());
    }

    /**
     * Sets why the response ends; use {@link FinishReason#LENGTH} for a cut response.
     *
     * @param reason the reason
     * @return the changed reply
     * @throws IllegalStateException if the reply is an error
     */
    public Reply finishReason(FinishReason reason) {
        ChatResponse before = requireResponse();
        return withResponse(before.toBuilder()
                .metadata(before.metadata().toBuilder().finishReason(reason).build())
                .build());
    }

    private ChatResponse requireResponse() {
        if (response == null) {
            throw new IllegalStateException("the reply is an error and has no response");
        }
        return response;
    }

    // The methods below serve the models.

    @Nullable
    ChatResponse response() {
        return response;
    }

    @Nullable
    Throwable error() {
        return error;
    }

    /** The text in its streamed parts; one part if the test set none. */
    List<String> textParts() {
        String text = response == null ? null : response.aiMessage().text();
        return textParts.isEmpty() && text != null && !text.isEmpty() ? List.of(text) : textParts;
    }

    /** 0 for no parts. */
    int argumentsPartLength() {
        return argumentsPartLength;
    }

    @Nullable
    CountDownLatch asked() {
        return asked;
    }

    @Nullable
    CountDownLatch latch() {
        return latch;
    }

    List<Consumer<ChatRequest>> expectations() {
        return expectations;
    }

    /** This reply with its text word by word. */
    Reply inWords() {
        String text = response == null ? null : response.aiMessage().text();
        return text == null || text.isEmpty() ? this : withTextParts(List.of(text.split("(?<=\\s)(?=\\S)")));
    }

    /** This reply with ids for its calls without one. */
    Reply withIds(int request) {
        if (response == null
                || response.aiMessage().toolExecutionRequests().stream().allMatch(call -> call.id() != null)) {
            return this;
        }
        List<ToolExecutionRequest> calls = new ArrayList<>();
        for (ToolExecutionRequest call : response.aiMessage().toolExecutionRequests()) {
            String id = "call_" + (request == 1 ? "" : request + "_") + (calls.size() + 1);
            calls.add(call.id() == null ? call.toBuilder().id(id).build() : call);
        }
        return withResponse(response.toBuilder()
                .aiMessage(response.aiMessage().toBuilder()
                        .toolExecutionRequests(calls)
                        .build())
                .build());
    }
}
