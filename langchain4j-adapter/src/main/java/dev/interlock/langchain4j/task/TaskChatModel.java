package dev.interlock.langchain4j.task;

import dev.interlock.langchain4j.loop.ForwardingChatModel;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;

/** Wraps a user's model, and counts its requests and responses for the current thread's run. Thread-safe. */
final class TaskChatModel extends ForwardingChatModel {

    TaskChatModel(ChatModel model) {
        super(model);
    }

    @Override
    protected ChatResponse ask(ChatRequest request, Question question) {
        TaskRun run = TaskRun.current();
        if (run == null) {
            return question.ask(request);
        }
        ChatRequest asked = run.asking(request);
        ChatResponse response = run.asksElsewhere()
                ? ModelThread.ask(run, () -> question.ask(asked))
                : run.interruptibly(() -> question.ask(asked));
        if (!run.received(response)) {
            throw run.stoppedException();
        }
        return response;
    }
}
