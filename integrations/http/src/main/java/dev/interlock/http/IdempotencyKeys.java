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
 * The header {@code Idempotency-Key} for requests of tools, for services that do a thing once for each key. A request's key is
 * made of that of the call which sends it ({@link CallScope#idempotencyKey()}), its method and its address: so it is the same
 * when the call is tried again, or run again after its process has ended, and differs between calls, and between the different
 * requests of one.
 *
 * <p>A request that only reads gets none, nor one that has the header already, or is sent outside of a call. A tool that means to
 * send twice to the same address within one call sets keys of its own. Thread-safe.
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
     * The key of a request that the current thread sends.
     *
     * @param method such as {@code POST}; in any letter case
     * @param address what it is sent to
     * @return empty if it needs none, or the thread runs no call
     */
    public static Optional<String> keyOf(String method, URI address) {
        String upper = method.toUpperCase(Locale.ROOT);
        return READING.contains(upper)
                ? Optional.empty()
                : CallScope.current().map(call -> call.idempotencyKey() + "-" + digest(upper + ' ' + address));
    }

    /** The request with its key, if it is to have one. */
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
