package dev.interlock.testing;

import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import java.util.List;
import java.util.Objects;

/**
 * A model in this process that does what the test wrote, a reply a request, and keeps the requests.
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
 * <p>Thread-safe; which of two requests at the same time gets which reply is open.
 */
public final class ScriptedChatModel implements ChatModel {

    /** How long a reply waits for its latch at most, in seconds: {@value}. Then the test is wrong. */
    public static final int PATIENCE_SECONDS = 30;

    private final Script script;

    private ScriptedChatModel(Script script) {
        this.script = script;
    }

    /**
     * Makes a model.
     *
     * @param replies what it does, in this order, each once
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
     * What the model was asked so far.
     *
     * @return a snapshot, in order
     */
    public List<ChatRequest> requests() {
        return script.requests();
    }

    /**
     * What the model was asked last.
     *
     * @return the request
     * @throws AssertionError if it was not asked
     */
    public ChatRequest lastRequest() {
        return script.lastRequest();
    }

    /**
     * The tool results in the last request, of all rounds.
     *
     * @return in order
     * @throws AssertionError if the model was not asked
     */
    public List<ToolExecutionResultMessage> toolResults() {
        return script.toolResults();
    }

    /**
     * Checks that all replies were given, that nothing more was asked, and that each request was as expected.
     *
     * @throws AssertionError if not
     */
    public void assertComplete() {
        script.assertComplete();
    }
}
