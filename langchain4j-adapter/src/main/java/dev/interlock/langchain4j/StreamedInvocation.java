package dev.interlock.langchain4j;

import dev.interlock.execution.Cancellation;
import dev.interlock.execution.CapturedContext;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.TokenUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Holds what the responses of one streamed invocation share. A cancel of any of their streams cancels everything that
 * goes on in the invocation. Thread-safe.
 */
final class StreamedInvocation {

    /** A response of the invocation while it streams. */
    interface Response {

        /** Ends running calls; no further call starts. */
        void cancelCalls(String why);

        void cancelStream();

        /** Records what ran of a cancelled response, since no callback may follow. */
        void settle();
    }

    private final @Nullable InvocationContext id;
    private final StreamCompensation compensation;
    private final RequestIds ids;
    private final @Nullable Turnstile turnstile;
    private final Cancellation cancellation = new Cancellation();
    private final CapturedContext context;
    private final List<String> words = new CopyOnWriteArrayList<>();
    private final AtomicReference<@Nullable Response> last = new AtomicReference<>();

    // Written by the thread that delivers a complete response, one after another.
    private volatile @Nullable TokenUsage tokenUsage;

    /**
     * Begins an invocation, on the thread that called the AI service.
     *
     * @param id the invocation's context; null if unknown
     * @param rounds runs the rounds of the service
     */
    StreamedInvocation(@Nullable InvocationContext id, ServiceRounds rounds) {
        this.id = id;
        this.compensation = rounds.hooks().compensation();
        this.ids = rounds.conversations().requestIds(false);
        this.turnstile = rounds.hooks().turnstileOfStream();
        AtomicReference<@Nullable CapturedContext> captured = new AtomicReference<>();
        cancellation.run(() -> captured.set(rounds.captureContext()));
        this.context = Objects.requireNonNull(captured.get());
    }

    @Nullable
    InvocationContext id() {
        return id;
    }

    @SuppressWarnings("ReferenceEquality") // equal invocations are not the same one
    boolean is(@Nullable InvocationContext other) {
        return other != null && id == other;
    }

    StreamCompensation compensation() {
        return compensation;
    }

    /** Only the thread that delivers a complete response may use this. */
    RequestIds ids() {
        return ids;
    }

    /** The turnstile that lets hooks and callbacks pass one at a time; null if they may overlap. */
    @Nullable
    Turnstile turnstile() {
        return turnstile;
    }

    /**
     * Leaves the turnstile. A thread that delivers a response is inside, except while it waits for calls or asks the
     * model again.
     */
    int stepOut() {
        return turnstile == null ? 0 : turnstile.stepOut();
    }

    void goBack(int left) {
        if (turnstile != null) {
            turnstile.goBack(left);
        }
    }

    /** The context for its rounds, which are cancelled with it. */
    CapturedContext context() {
        return context;
    }

    /** Why it was cancelled, by a stream's handle or by a cancellation around it; null if it was not. */
    @Nullable
    String cancelled() {
        return context.cancelled();
    }

    /** Whether the handle of a response's stream cancelled it. */
    boolean isCancelledByHandle() {
        return cancellation.isCancelled();
    }

    /** Counts a complete response. */
    void received(ChatResponse response) {
        tokenUsage = TokenUsage.sum(tokenUsage, response.tokenUsage());
    }

    /** The token usage of all responses so far; null if the model reported none. */
    @Nullable
    TokenUsage tokenUsage() {
        return tokenUsage;
    }

    /** Records calls of a response that ran and that its message does not contain. */
    void ran(EarlyRuns unconfirmed) {
        if (unconfirmed.matter()) {
            words.add(unconfirmed.words());
        }
    }

    /**
     * Ends the invocation with an error.
     *
     * @param unconfirmed calls of the last response that ran and that no message contains
     * @return the error, with a note on calls that ran
     */
    Throwable endsBy(Throwable error, EarlyRuns unconfirmed) {
        List<String> all = new ArrayList<>(words);
        if (unconfirmed.matter() && !all.contains(unconfirmed.words())) {
            all.add(unconfirmed.words());
        }
        return all.isEmpty() ? error : EarlyRunsException.notedOn(error, String.join("; ", all));
    }

    /** The cancelling thread sees the response, unless it cancelled before the response existed. */
    void streams(Response next) {
        last.set(next);
        String why = cancellation.reason();
        if (why != null) {
            next.cancelCalls(why);
        }
    }

    void cancel(String why) {
        cancellation.cancel(why);
        Response streaming = last.get();
        if (streaming != null) {
            streaming.cancelCalls(why);
            streaming.cancelStream();
            streaming.settle();
        }
    }
}
