package dev.interlock.http;

import dev.interlock.footprint.Footprint;
import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * An {@link HttpClient} that reports what calls read and write with it, see {@link HttpFootprint}.
 *
 * {@snippet :
 * HttpClient client = ObservedHttpClient.of(HttpClient.newHttpClient());
 * }
 *
 * <p>A request belongs to the call whose body sends it, even asynchronously. The client reports followed redirects when
 * the response is there, as long as the body runs. If no response comes after possible redirects, it reports all of
 * {@code http}, and so it does for a web socket. Thread-safe, as the client is.
 */
public final class ObservedHttpClient extends HttpClient {

    private final HttpClient client;

    /** Changes a request before it is sent. */
    private final UnaryOperator<HttpRequest> sent;

    private ObservedHttpClient(HttpClient client, UnaryOperator<HttpRequest> sent) {
        this.client = client;
        this.sent = sent;
    }

    /**
     * Observes a client.
     *
     * @param client the client; closing the observed client closes it
     * @return a client that reports its requests
     */
    public static HttpClient of(HttpClient client) {
        return new ObservedHttpClient(Objects.requireNonNull(client, "client"), request -> request);
    }

    /**
     * Observes a client, and gives requests of calls that may change something their {@linkplain IdempotencyKeys key}.
     *
     * @param client the client; closing the observed client closes it
     * @return a client that reports its requests and sends keys
     */
    public static HttpClient withIdempotencyKeys(HttpClient client) {
        return new ObservedHttpClient(Objects.requireNonNull(client, "client"), IdempotencyKeys::withKey);
    }

    @Override
    public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
            throws IOException, InterruptedException {
        HttpFootprint.request(request.method(), request.uri());
        HttpResponse<T> response = null;
        try {
            response = client.send(sent.apply(request), handler);
            return response;
        } finally {
            ended(request, response);
        }
    }

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(HttpRequest request, BodyHandler<T> handler) {
        HttpFootprint.request(request.method(), request.uri());
        return followed(request, client.sendAsync(sent.apply(request), handler));
    }

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(
            HttpRequest request, BodyHandler<T> handler, @Nullable PushPromiseHandler<T> pushHandler) {
        HttpFootprint.request(request.method(), request.uri());
        return followed(request, client.sendAsync(sent.apply(request), handler, pushHandler));
    }

    /** Reports the response's redirects for the call that runs now, before the body gets the response. */
    private <T> CompletableFuture<HttpResponse<T>> followed(
            HttpRequest request, CompletableFuture<HttpResponse<T>> sent) {
        if (!Footprint.isWatched() || followRedirects() == Redirect.NEVER) {
            return sent;
        }
        AtomicReference<@Nullable HttpResponse<T>> came = new AtomicReference<>();
        Runnable tell = Footprint.wrap(() -> ended(request, came.get()));
        Observed<HttpResponse<T>> observed = new Observed<>(sent);
        var unused = sent.whenComplete((response, error) -> {
            came.set(response);
            try {
                tell.run();
            } finally {
                observed.complete(response, error);
            }
        });
        return observed;
    }

    /** A future that completes with another one and passes a cancel on to it. */
    private static final class Observed<T> extends CompletableFuture<T> {
        private final CompletableFuture<T> sent;

        Observed(CompletableFuture<T> sent) {
            this.sent = sent;
        }

        void complete(@Nullable T response, @Nullable Throwable error) {
            if (error != null) {
                completeExceptionally(error);
            } else if (response != null) {
                complete(response);
            }
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            // Cancel this one first, since the other may fail in its own way when cancelled.
            boolean cancelled = super.cancel(mayInterruptIfRunning);
            sent.cancel(mayInterruptIfRunning);
            return cancelled;
        }

        @Override
        public Executor defaultExecutor() {
            return sent.defaultExecutor();
        }
    }

    private <T> void ended(HttpRequest request, @Nullable HttpResponse<T> response) {
        if (!Footprint.isWatched() || followRedirects() == Redirect.NEVER) {
            return;
        }
        if (response == null) {
            HttpFootprint.requestAnywhere(request.method());
            return;
        }
        Optional<HttpResponse<T>> each = Optional.of(response);
        while (each.isPresent()) {
            HttpRequest made = each.get().request();
            HttpFootprint.request(made.method(), made.uri());
            each = each.get().previousResponse();
        }
    }

    @Override
    public WebSocket.Builder newWebSocketBuilder() {
        if (Footprint.isWatched()) {
            HttpFootprint.requestAnywhere("CONNECT");
        }
        return client.newWebSocketBuilder();
    }

    @Override
    public Optional<CookieHandler> cookieHandler() {
        return client.cookieHandler();
    }

    @Override
    public Optional<Duration> connectTimeout() {
        return client.connectTimeout();
    }

    @Override
    public Redirect followRedirects() {
        return client.followRedirects();
    }

    @Override
    public Optional<ProxySelector> proxy() {
        return client.proxy();
    }

    @Override
    public SSLContext sslContext() {
        return client.sslContext();
    }

    @Override
    public SSLParameters sslParameters() {
        return client.sslParameters();
    }

    @Override
    public Optional<Authenticator> authenticator() {
        return client.authenticator();
    }

    @Override
    public Version version() {
        return client.version();
    }

    @Override
    public Optional<Executor> executor() {
        return client.executor();
    }

    @Override
    public void shutdown() {
        client.shutdown();
    }

    @Override
    public boolean awaitTermination(Duration duration) throws InterruptedException {
        return client.awaitTermination(duration);
    }

    @Override
    public boolean isTerminated() {
        return client.isTerminated();
    }

    @Override
    public void shutdownNow() {
        client.shutdownNow();
    }

    @Override
    public void close() {
        client.close();
    }
}
