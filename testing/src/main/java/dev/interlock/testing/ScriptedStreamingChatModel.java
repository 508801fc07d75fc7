package dev.interlock.testing;

import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;

/**
 * A streaming model in this process that does what the test wrote, a reply a request, and keeps the requests. It streams as
 * models do: on a thread of its own; parts of the text, then each call (in parts, and complete), then the response. Once the
 * stream is cancelled by its handle, it calls nobody back. What the handler throws goes to its {@code onError}, and the stream
 * goes on.
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
     * Makes a model.
     *
     * @param replies what it does, in this order, each once
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
     * Checks that all replies were asked for, that nothing more was asked, and that each request was as expected. To be
     * called when the last stream has ended.
     *
     * @throws AssertionError if not
     */
    public void assertComplete() {
        script.assertComplete();
    }
}
