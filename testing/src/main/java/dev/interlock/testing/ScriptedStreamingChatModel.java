package dev.interlock.testing;

import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;

/**
 * A streaming model in this process that follows the test's script, one reply for each request, and keeps the requests.
 * It streams as models do, on a thread of its own: parts of the text, then each call (in parts and complete), then the
 * response. After the handle cancels the stream, it makes no more callbacks. What the handler throws goes to its
 * {@code onError}, and the stream goes on.
 *
 * {@snippet :
 * ScriptedStreamingChatModel model = ScriptedStreamingChatModel.of(
 *         Reply.calls(Reply.call("balance", "{\"account\": 1}")).argumentsInPartsOf(4),
 *         Reply.text("It ", "is ", "100"));
 * }
 *
 * <p>Thread-safe.
 */
public final class ScriptedStreamingChatModel implements StreamingChatModel {

    private final Script script;
    private final ThreadFactory threads =
            Thread.ofVirtual().name("scripted-model-", 1).factory();

    private ScriptedStreamingChatModel(Script script) {
        this.script = script;
    }

    /**
     * Creates a model.
     *
     * @param replies the model's replies, in this order, each once
     * @return the model
     */
    public static ScriptedStreamingChatModel of(Reply... replies) {
        return new ScriptedStreamingChatModel(new Script(List.of(replies)));
    }

    @Override
    public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
        Objects.requireNonNull(handler, "handler");
        threads.newThread(() -> {
                    Emitter emitter = new Emitter(handler);
                    try {
                        Reply reply = script.next(request);
                        script.await(reply, request, ScriptedChatModel.PATIENCE_SECONDS);
                        emitter.emit(reply);
                    } catch (Throwable e) {
                        emitter.error(e);
                    }
                })
                .start();
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
     * Checks that the test used all replies, that the model got no further request, and that each request was as
     * expected. Call it when the last stream has ended.
     *
     * @throws AssertionError if not
     */
    public void assertComplete() {
        script.assertComplete();
    }
}
