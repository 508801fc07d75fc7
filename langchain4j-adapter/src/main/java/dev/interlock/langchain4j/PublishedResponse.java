package dev.interlock.langchain4j;

import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * A response on its way from a model's publisher to LangChain4j, which starts the calls it learns of. They are held until the
 * response is complete; whoever cancels the stream cancels them.
 *
 * <p>Events pass unchanged, whatever they are. The methods are called by one thread at a time, as of any subscriber;
 * {@link #cancel} by any.
 */
final class PublishedResponse implements Flow.Subscriber<Object>, Flow.Subscription {

    private static final ThreadLocal<@Nullable PublishedResponse> DELIVERING = new ThreadLocal<>();

    private final Flow.Subscriber<? super Object> subscriber;
    private volatile Flow.@Nullable Subscription subscription;

    /** Of the invocation, once one of the response is started. */
    private volatile @Nullable StartedCalls calls;

    private PublishedResponse(Flow.Subscriber<? super Object> subscriber) {
        this.subscriber = subscriber;
    }

    /** The responses of a publisher, each watched. */
    static Flow.Publisher<Object> watching(Flow.Publisher<Object> published) {
        return subscriber -> published.subscribe(new PublishedResponse(subscriber));
    }

    /** The response that the current thread delivers, or null. */
    static @Nullable PublishedResponse delivering() {
        return DELIVERING.get();
    }

    /** LangChain4j starts a call of the response. */
    void starts(StartedCalls of) {
        if (calls == null) {
            calls = of;
            of.hold();
        }
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        subscriber.onSubscribe(this);
    }

    @Override
    public void onNext(Object event) {
        deliver(() -> subscriber.onNext(event));
    }

    @Override
    public void onError(Throwable error) {
        StartedCalls held = calls;
        if (held != null) {
            held.drop(error);
        }
        subscriber.onError(error);
    }

    /** LangChain4j may start calls that it has not heard of before. */
    @Override
    public void onComplete() {
        try {
            deliver(subscriber::onComplete);
        } finally {
            StartedCalls held = calls;
            if (held != null) {
                held.release();
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
        Flow.Subscription of = subscription;
        if (of != null) {
            of.cancel();
        }
        StartedCalls cancelled = calls;
        if (cancelled != null) {
            cancelled.cancel(StreamedCalls.CANCELLED);
        }
    }
}
