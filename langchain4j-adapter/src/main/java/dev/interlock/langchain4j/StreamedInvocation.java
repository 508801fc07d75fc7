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
 * What the responses of one streamed invocation of an AI service share. A cancel of one of their streams cancels all
 * that goes on in the invocation, of whatever response it is. Thread-safe.
 */
final class StreamedInvocation {

    /** One of its responses, which is being streamed. */
    interface Response {

        /** Ends the calls that run; no further one starts. */
        void cancelCalls(String why);

        void cancelStream();
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
     * @param id null if it cannot be told
     * @param rounds of the service
     */
    StreamedInvocation(@Nullable InvocationContext id, ServiceRounds rounds) {
        this.id = id;
        this.compensation = rounds.compensation();
        this.ids = rounds.requestIds(false);
        this.turnstile = rounds.turnstileOfStream();
        AtomicReference<@Nullable CapturedContext> captured = new AtomicReference<>();
        cancellation.run(() -> captured.set(rounds.captureContext()));
        this.context = Objects.requireNonNull(captured.get());
    }

    @Nullable
    InvocationContext id() {
        return id;
    }

    @SuppressWarnings("ReferenceEquality") // invocations that are equal are not the same
    boolean is(@Nullable InvocationContext other) {
        return other != null && id == other;
    }

    StreamCompensation compensation() {
        return compensation;
    }

    /** Only to be used by the thread that delivers a complete response. */
    RequestIds ids() {
        return ids;
    }

    /** Has hooks and callbacks pass one at a time; null if they may overlap. */
    @Nullable
    Turnstile turnstile() {
        return turnstile;
    }

    /** A thread that delivers a response is inside, except while it waits for the calls, or asks the model again. */
    int stepOut() {
        return turnstile == null ? 0 : turnstile.stepOut();
    }

    void goBack(int left) {
        if (turnstile != null) {
            turnstile.goBack(left);
        }
    }

    /** For its rounds, which are cancelled with it. */
    CapturedContext context() {
        return context;
    }

    /** Why it was cancelled, by a stream's handle or around it; null if it was not. */
    @Nullable
    String cancelled() {
        return context.cancelled();
    }

    /** Whether the stream of one of its responses was cancelled by its handle. */
    boolean isCancelledByHandle() {
        return cancellation.isCancelled();
    }

    /** One more response is complete. */
    void received(ChatResponse response) {
        tokenUsage = TokenUsage.sum(tokenUsage, response.tokenUsage());
    }

    /** Of all responses so far; null if the model told none. */
    @Nullable
    TokenUsage tokenUsage() {
        return tokenUsage;
    }

    /** Calls of a response were run that its message does not have. */
    void ran(EarlyRuns unconfirmed) {
        if (unconfirmed.matter()) {
            words.add(unconfirmed.words());
        }
    }

    /**
     * The invocation ends by an error.
     *
     * @param unconfirmed calls of the last response that were run and that no message has
     * @return the error with all that has to be known
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
        }
    }
}
