package dev.interlock.testing;

import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The replies of a scripted model, its requests, and what was wrong with those. Thread-safe. */
final class Script {

    private final List<Reply> replies;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private final List<ChatRequest> requests = new ArrayList<>();
    private final List<Throwable> complaints = new ArrayList<>();

    Script(List<Reply> replies) {
        this.replies = List.copyOf(replies);
    }

    /**
     * Returns the reply to a request. {@link #await} checks the expectations.
     *
     * @throws AssertionError if the script has no reply left
     */
    Reply next(ChatRequest request) {
        lock.lock();
        try {
            requests.add(request);
            int number = requests.size();
            if (number > replies.size()) {
                AssertionError tooMany = new AssertionError("the model got request " + number + ", but its script has "
                        + replies.size() + (replies.size() == 1 ? " reply" : " replies") + "; the last message is "
                        + last(request));
                complaints.add(tooMany);
                throw tooMany;
            }
            return replies.get(number - 1).withIds(number);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Checks the request, and waits until the reply may be given.
     *
     * @throws AssertionError if the request is not as expected, or the reply's latch stayed closed too long
     * @throws InterruptedException if the current thread is interrupted
     */
    void await(Reply reply, ChatRequest request, long patienceSeconds) throws InterruptedException {
        CountDownLatch asked = reply.asked();
        if (asked != null) {
            asked.countDown();
        }
        try {
            reply.expectations().forEach(expectation -> expectation.accept(request));
        } catch (Throwable e) {
            complain(e);
            throw e;
        }
        CountDownLatch latch = reply.latch();
        if (latch != null && !latch.await(patienceSeconds, TimeUnit.SECONDS)) {
            AssertionError late = new AssertionError(
                    "the model waited " + patienceSeconds + " s to reply, but its latch stayed closed");
            complain(late);
            throw late;
        }
    }

    private void complain(Throwable complaint) {
        lock.lock();
        try {
            complaints.add(complaint);
        } finally {
            lock.unlock();
        }
    }

    private static @Nullable ChatMessage last(ChatRequest request) {
        List<ChatMessage> messages = request.messages();
        return messages.isEmpty() ? null : messages.get(messages.size() - 1);
    }

    List<ChatRequest> requests() {
        lock.lock();
        try {
            return List.copyOf(requests);
        } finally {
            lock.unlock();
        }
    }

    ChatRequest lastRequest() {
        List<ChatRequest> all = requests();
        if (all.isEmpty()) {
            throw new AssertionError("the model got no request");
        }
        return all.get(all.size() - 1);
    }

    List<ToolExecutionResultMessage> toolResults() {
        return lastRequest().messages().stream()
                .filter(ToolExecutionResultMessage.class::isInstance)
                .map(ToolExecutionResultMessage.class::cast)
                .toList();
    }

    void assertComplete() {
        lock.lock();
        try {
            if (!complaints.isEmpty()) {
                AssertionError error = new AssertionError(
                        "a request was not as expected: " + complaints.get(0).getMessage(), complaints.get(0));
                complaints.stream().skip(1).forEach(error::addSuppressed);
                throw error;
            }
            if (requests.size() < replies.size()) {
                throw new AssertionError("the model gave only " + requests.size() + " of its script's " + replies.size()
                        + (replies.size() == 1 ? " reply" : " replies"));
            }
        } finally {
            lock.unlock();
        }
    }
}
