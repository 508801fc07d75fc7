package dev.interlock.langchain4j;

import dev.langchain4j.model.chat.response.ChatResponse;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * A response on its way from a model's publisher to LangChain4j, which starts the calls that it sees. This class keeps
 * them waiting until the response is complete; a cancel of the stream cancels them.
 *
 * <p>Invariants: it keeps calls waiting no longer than the stream lasts, whether the stream completes, fails or is
 * cancelled, or its subscriber throws. A cancel also cancels the response's calls, those started before and after it,
 * in any interleaving. For this, a cancel first records itself and then looks for calls, while the first call first
 * registers the calls and then looks for a cancel. The calls are kept waiting before they are registered, so a cancel
 * that finds them also ends that wait.
 *
 * <p>Events of all kinds pass unchanged. One thread at a time calls the methods, as for any subscriber; any thread may
 * call {@link #cancel}.
 */
final class PublishedResponse implements Flow.Subscriber<Object>, Flow.Subscription {

    private static final ThreadLocal<@Nullable PublishedResponse> DELIVERING = new ThreadLocal<>();

    private final Flow.Subscriber<? super Object> subscriber;
    private volatile Flow.@Nullable Subscription subscription;

    /** The invocation's started calls, once a call of the response has started; written by the delivering thread. */
    private volatile @Nullable StartedCalls calls;

    private volatile boolean cancelled;

    /** How the response ended; written and read by the delivering thread. */
    private ResponseEnd end = new ResponseEnd(null, true);

    private PublishedResponse(Flow.Subscriber<? super Object> subscriber) {
        this.subscriber = subscriber;
    }

    /** Returns a publisher that watches each response. */
    static Flow.Publisher<Object> watching(Flow.Publisher<Object> published) {
        return subscriber -> published.subscribe(new PublishedResponse(subscriber));
    }

    /** Returns the response that the current thread delivers, or null. */
    static @Nullable PublishedResponse delivering() {
        return DELIVERING.get();
    }

    /** Records that LangChain4j starts a call of the response. */
    void starts(StartedCalls of) {
        if (calls == null) {
            of.keepWaiting();
            calls = of;
            if (cancelled) {
                of.cancel(StreamedCalls.CANCELLED);
            }
        }
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        subscriber.onSubscribe(this);
    }

    /** If the subscriber throws at an event, nothing more may come, so the calls wait no longer. */
    @Override
    public void onNext(Object event) {
        try {
            ChatResponse complete = CompleteEvents.response(event);
            if (complete != null) {
                end = ResponseEnd.of(complete, true);
            }
            deliver(() -> subscriber.onNext(event));
        } catch (Throwable e) {
            drop(e);
            throw e;
        }
    }

    @Override
    public void onError(Throwable error) {
        drop(error);
        subscriber.onError(error);
    }

    private void drop(Throwable why) {
        StartedCalls started = calls;
        if (started != null) {
            started.drop(why);
        }
    }

    /** On completion LangChain4j may start calls that it has not seen before. */
    @Override
    public void onComplete() {
        try {
            deliver(subscriber::onComplete);
        } finally {
            StartedCalls started = calls;
            if (started != null) {
                started.letRun(end);
            }
        }
    }

    private void deliver(Runnable delivery) {
        PublishedResponse outer = DELIVERING.get();
        DELIVERING.set(this);
        try {
            delivery.run();
        } finally {
            if (outer == null) {
                DELIVERING.remove();
            } else {
                DELIVERING.set(outer);
            }
        }
    }

    @Override
    public void request(long events) {
        Flow.Subscription of = subscription;
        if (of != null) {
            of.request(events);
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
        try {
            Flow.Subscription of = subscription;
            if (of != null) {
                of.cancel();
            }
        } finally {
            StartedCalls started = calls;
            if (started != null) {
                started.cancel(StreamedCalls.CANCELLED);
            }
        }
    }
}
