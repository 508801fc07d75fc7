package dev.interlock.langchain4j;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.service.tool.ToolExecutionResult;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The conversation of an invocation without a memory, or of a guardrail's reprompt, as LangChain4j has it: a
 * transformer of requests may show the model another one, and would change that again after a resume.
 *
 * <p>Only a suspension reads it. So of a response whose calls all count it keeps the message and the results, which
 * LangChain4j keeps anyway; their messages are written when they are read, or before a call is undone.
 *
 * <p>Invariant: it holds no call, since a call holds its round, and the invocation may have many rounds. Not
 * thread-safe.
 */
final class KeptConversation {

    private final InvocationContext invocation;
    private final UndoneCalls undone;
    private final List<ChatMessage> messages;

    /** The number of messages before the last question. */
    private final int beforeQuestion;

    /** The responses after {@link #messages}. No call of theirs was undone since. */
    private final List<Answered> unwritten = new ArrayList<>();

    private record Answered(AiMessage message, List<ToolExecutionResult> answers) {}

    /**
     * @param before the messages from before the first response; they are copied
     */
    KeptConversation(InvocationContext invocation, UndoneCalls undone, List<ChatMessage> before) {
        this.invocation = invocation;
        this.undone = undone;
        this.messages = new ArrayList<>(before);
        boolean asked = !before.isEmpty() && before.getLast() instanceof UserMessage;
        this.beforeQuestion = asked ? before.size() - 1 : before.size();
    }

    /**
     * Adds a response and the results of its calls, and corrects the results that the conversation has of undone ones.
     */
    void add(AiMessage message, List<RequestCall> calls) {
        if (undone.isAny(invocation)) {
            undone.mark(invocation, message, calls);
            undone.correct(invocation, messages(), calls);
        }
        // Only now: an undone call has another answer.
        List<ToolExecutionResult> answers = new ArrayList<>(calls.size());
        calls.forEach(call -> answers.add(call.answer()));
        unwritten.add(new Answered(message, answers));
    }

    /** The messages so far. */
    List<ChatMessage> messages() {
        for (Answered each : unwritten) {
            messages.add(each.message());
            Iterator<ToolExecutionResult> answers = each.answers().iterator();
            each.message()
                    .toolExecutionRequests()
                    .forEach(request -> messages.add(ResultMessages.message(request, answers.next())));
        }
        unwritten.clear();
        return messages;
    }

    /** The messages from the question on to which the first response is the answer. */
    List<ChatMessage> sinceQuestion() {
        List<ChatMessage> all = messages();
        return all.subList(beforeQuestion, all.size());
    }
}
