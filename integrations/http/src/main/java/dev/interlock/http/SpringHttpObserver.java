package dev.interlock.http;

import java.io.IOException;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;

/**
 * Reports what calls read and write by Spring's {@code RestClient} or {@code RestTemplate}, see {@link HttpFootprint}.
 *
 * {@snippet :
 * RestClient client = RestClient.builder().requestInterceptor(new SpringHttpObserver()).build();
 * }
 *
 * <p>Add it as the last interceptor, so that it sees each request as the others changed it. It does not see redirects
 * that the client below follows. Needs {@code org.springframework:spring-web}, an optional dependency. Thread-safe.
 */
public final class SpringHttpObserver implements ClientHttpRequestInterceptor {

    /** Creates an observer. */
    public SpringHttpObserver() {}

    @Override
    public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
            throws IOException {
        HttpFootprint.request(request.getMethod().name(), request.getURI());
        return execution.execute(request, body);
    }
}
