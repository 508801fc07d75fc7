package dev.interlock.http;

import java.io.IOException;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;

/**
 * Gives requests of Spring's {@code RestClient} or {@code RestTemplate} their {@linkplain IdempotencyKeys key}.
 *
 * {@snippet :
 * RestClient client = RestClient.builder().requestInterceptor(new IdempotencyKeyInterceptor()).build();
 * }
 *
 * <p>Needs {@code org.springframework:spring-web}, an optional dependency. Thread-safe.
 */
public final class IdempotencyKeyInterceptor implements ClientHttpRequestInterceptor {

    /** Creates an interceptor. */
    public IdempotencyKeyInterceptor() {}

    @Override
    public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
            throws IOException {
        if (request.getHeaders().getFirst(IdempotencyKeys.HEADER) == null) {
            IdempotencyKeys.keyOf(request.getMethod().name(), request.getURI())
                    .ifPresent(key -> request.getHeaders().set(IdempotencyKeys.HEADER, key));
        }
        return execution.execute(request, body);
    }
}
