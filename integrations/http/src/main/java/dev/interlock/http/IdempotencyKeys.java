package dev.interlock.http;

import dev.interlock.execution.CallScope;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Creates the header {@code Idempotency-Key} for requests of tools, for services that do a thing only once for each
 * key. The key depends on the call that sends the request ({@link CallScope#idempotencyKey()}), on the method and on
 * the address. So it is the same when the call is retried, or runs again after its process has ended. It differs
 * between calls, and between different requests of one call.
 *
 * <p>A request gets no key if it only reads, has the header already, or is sent outside a call. A tool that sends twice
 * to the same address on purpose, within one call, must set its own keys. Thread-safe.
 *
 * @see ObservedHttpClient#withIdempotencyKeys
 * @see IdempotencyKeyInterceptor
 */
public final class IdempotencyKeys {

    /** The name of the header. */
    public static final String HEADER = "Idempotency-Key";

    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS", "TRACE", "CONNECT");
    private static final int DIGEST_BYTES = 8;

    private IdempotencyKeys() {}

    /**
     * Returns the key of a request that the current thread sends.
     *
     * @param method the method, such as {@code POST}; in any letter case
     * @param address the request's address
     * @return the key; empty if the request needs none or the thread runs no call
     */
    public static Optional<String> keyOf(String method, URI address) {
        String upper = method.toUpperCase(Locale.ROOT);
        return READING.contains(upper)
                ? Optional.empty()
                : CallScope.current().map(call -> call.idempotencyKey() + "-" + digest(upper + ' ' + address));
    }

    /** Returns the request with its key, if it needs one. */
    static HttpRequest withKey(HttpRequest request) {
        if (request.headers().firstValue(HEADER).isPresent()) {
            return request;
        }
        return keyOf(request.method(), request.uri())
                .map(key -> HttpRequest.newBuilder(request, (name, value) -> true)
                        .header(HEADER, key)
                        .build())
                .orElse(request);
    }

    private static String digest(String text) {
        try {
            byte[] all = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(all, 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
