package dev.interlock.http;

import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.http.client.HttpRequest;
import dev.langchain4j.http.client.SuccessfulHttpResponse;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.http.client.sse.ServerSentEventParser;
import java.time.Duration;
import java.util.Objects;

/**
 * Reports what calls read and write by LangChain4j's {@code HttpClient}, see {@link HttpFootprint}. Tools use it to ask
 * a model, a search engine or an embedding store.
 *
 * {@snippet :
 * OpenAiChatModel.builder().httpClientBuilder(LangChain4jHttpObserver.of(JdkHttpClient.builder())).build();
 * }
 *
 * <p>It does not see redirects that the client below follows. Needs {@code dev.langchain4j:langchain4j-http-client}, an
 * optional dependency. Thread-safe.
 */
public final class LangChain4jHttpObserver {

    private LangChain4jHttpObserver() {}

    /**
     * Observes a client.
     *
     * @param client the client
     * @return a client that reports its requests
     */
    public static HttpClient of(HttpClient client) {
        return new Client(Objects.requireNonNull(client, "client"));
    }

    /**
     * Observes the clients of a builder.
     *
     * @param builder the builder
     * @return a builder of clients that report their requests
     */
    public static HttpClientBuilder of(HttpClientBuilder builder) {
        return new Builder(Objects.requireNonNull(builder, "builder"));
    }

    private record Client(HttpClient client) implements HttpClient {

        @Override
        public SuccessfulHttpResponse execute(HttpRequest request) {
            HttpFootprint.request(request.method().name(), request.url());
            return client.execute(request);
        }

        @Override
        public void execute(HttpRequest request, ServerSentEventListener listener) {
            HttpFootprint.request(request.method().name(), request.url());
            client.execute(request, listener);
        }

        @Override
        public void execute(HttpRequest request, ServerSentEventParser parser, ServerSentEventListener listener) {
            HttpFootprint.request(request.method().name(), request.url());
            client.execute(request, parser, listener);
        }
    }

    private record Builder(HttpClientBuilder builder) implements HttpClientBuilder {

        @Override
        public Duration connectTimeout() {
            return builder.connectTimeout();
        }

        @Override
        public HttpClientBuilder connectTimeout(Duration timeout) {
            builder.connectTimeout(timeout);
            return this;
        }

        @Override
        public Duration readTimeout() {
            return builder.readTimeout();
        }

        @Override
        public HttpClientBuilder readTimeout(Duration timeout) {
            builder.readTimeout(timeout);
            return this;
        }

        @Override
        public HttpClient build() {
            return new Client(builder.build());
        }
    }
}
