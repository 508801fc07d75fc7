package dev.interlock.langchain4j.task;

import dev.interlock.execution.Interrupts;
import dev.interlock.langchain4j.loop.ForwardingStreamingModel;
import dev.interlock.langchain4j.loop.OffEventLoop;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;

/**
 * Wraps a user's streaming model, counts its responses for the current thread's run, and ends them with the run.
 * Thread-safe.
 */
final class TaskStreamingModel extends ForwardingStreamingModel {

    TaskStreamingModel(StreamingChatModel model) {
        super(model);
    }

    @Override
    protected void ask(ChatRequest request, StreamingChatResponseHandler handler, Question question) {
        TaskRun run = TaskRun.current();
        if (run == null) {
            question.ask(request, handler);
            return;
        }
        ChatRequest asked = run.asking(request);
        TaskStream stream = new TaskStream(run, handler);
        run.streams(stream::end);
        StreamingChatResponseHandler told = new OffEventLoop(stream);
        if (run.asksElsewhere()) {
            stream.askedOn(ModelThread.start(run, () -> question.ask(asked, told), stream::onError));
            return;
        }
        try {
            question.ask(asked, told);
        } catch (Throwable e) {
            if (run.isExecutedHere() && Interrupts.isInterrupt(e)) {
                // A client may clear the flag when it throws.
                Thread.currentThread().interrupt();
            }
            throw e;
        }
    }
}
