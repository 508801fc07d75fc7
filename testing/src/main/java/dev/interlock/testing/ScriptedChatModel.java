package dev.interlock.testing;

import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import java.util.List;
import java.util.Objects;

/**
 * A model in this process that follows the test's script, one reply for each request, and keeps the requests.
 *
 * {@snippet :
 * ScriptedChatModel model = ScriptedChatModel.of(
 *         Reply.calls(Reply.call("balance", "{\"account\": 1}")),
 *         Reply.text("It is 100"));
 * // run the AI service with it
 * assertThat(model.toolResults()).extracting(ToolExecutionResultMessage::text).containsExactly("100");
 * model.assertComplete();
 * }
 *
 * <p>Thread-safe. If two requests come at the same time, either may get the next reply.
 */
public final class ScriptedChatModel implements ChatModel {

    /** The longest wait of a reply for its latch, in seconds: {@value}. A longer wait means that the test is wrong. */
    public static final int PATIENCE_SECONDS = 30;

    private final Script script;

    private ScriptedChatModel(Script script) {
        this.script = script;
    }

    /**
     * Creates a model.
     *
     * @param replies the model's replies, in this order, each once
     * @return the model
     */
    public static ScriptedChatModel of(Reply... replies) {
        return new ScriptedChatModel(new Script(List.of(replies)));
    }

    @Override
    public ChatResponse doChat(ChatRequest request) {
        Reply reply = script.next(request);
        try {
            script.await(reply, request, PATIENCE_SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the model waited to reply", e);
        }
        if (reply.error() != null) {
            throw Thrown.unchecked(reply.error());
        }
        return Objects.requireNonNull(reply.response());
    }

    /**
     * Returns the requests so far.
     *
     * @return a snapshot, in the order of the requests
     */
    public List<ChatRequest> requests() {
        return script.requests();
    }

    /**
     * {@return the last request}
     *
     * @throws AssertionError if the model got no request
     */
    public ChatRequest lastRequest() {
        return script.lastRequest();
    }

    /**
     * Returns the tool results in the last request, of all rounds.
     *
     * @return the results in order
     * @throws AssertionError if the model got no request at all
     */
    public List<ToolExecutionResultMessage> toolResults() {
        return script.toolResults();
    }

    /**
     * Checks that the model gave all replies, got no further request, and that each request was as expected.
     *
     * @throws AssertionError if not
     */
    public void assertComplete() {
        script.assertComplete();
    }
}
