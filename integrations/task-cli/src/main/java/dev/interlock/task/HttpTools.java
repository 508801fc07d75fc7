package dev.interlock.task;

import dev.interlock.effect.Reads;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A tool for GET requests to listed hosts only, wherever redirects lead. */
final class HttpTools implements AutoCloseable {

    static final int MAX_BYTES = 64 * 1024;
    private static final int MAX_REDIRECTS = 5;
    private static final Pattern HOST = Pattern.compile("(\\[[0-9a-fA-F:.]+]|[\\w.-]+)(:\\d{1,5})?");
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Set<String> hosts;
    private final Duration timeout;
    private final HttpClient client =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();

    /**
     * Creates the tool.
     *
     * @param hosts the allowed hosts, each a name (for the usual ports) or {@code name:port}
     */
    HttpTools(Collection<String> hosts) {
        this(hosts, TIMEOUT);
    }

    /**
     * Creates the tool.
     *
     * @param hosts the allowed hosts, as above
     * @param timeout the limit of a call, with all its redirects and the body
     */
    HttpTools(Collection<String> hosts, Duration timeout) {
        this.timeout = timeout;
        this.hosts = hosts.stream().map(host -> host.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }

    /** Whether a text can be on the list: a host, perhaps with a port. */
    static boolean isHost(String text) {
        return HOST.matcher(text).matches();
    }

    @Tool("Sends an HTTP GET request to a URL and returns the response's text")
    @Reads("web")
    String httpGet(@P("the URL, http or https") String url) throws IOException, InterruptedException {
        URI uri = checked(url);
        long start = System.nanoTime();
        for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
            HttpResponse<InputStream> response = client.send(
                    HttpRequest.newBuilder(uri).timeout(left(url, start)).GET().build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                Optional<String> location = response.headers().firstValue("Location");
                if (response.statusCode() / 100 == 3 && location.isPresent()) {
                    uri = checked(resolved(uri, location.get()));
                    continue;
                }
                String text = text(body, url, start);
                if (response.statusCode() / 100 != 2) {
                    throw new IOException(uri + " answered " + response.statusCode() + ": " + text);
                }
                return text;
            }
        }
        throw new RefusedException(url + " redirects more than " + MAX_REDIRECTS + " times");
    }

    private static String resolved(URI base, String location) {
        try {
            return base.resolve(location).toString();
        } catch (IllegalArgumentException e) {
            throw new RefusedException("the redirect to '" + location + "' is not a URL");
        }
    }

    private URI checked(String url) {
        URI uri;
        try {
            uri = new URI(url.strip());
        } catch (URISyntaxException e) {
            throw new RefusedException("'" + url + "' is not a URL: " + e.getReason());
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new RefusedException("'" + url + "' must be http or https");
        }
        if (uri.getHost() == null || uri.getRawUserInfo() != null) {
            throw new RefusedException("'" + url + "' must have a host and no user");
        }
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        int usual = scheme.equals("http") ? 80 : 443;
        int port = uri.getPort() == -1 ? usual : uri.getPort();
        if (!(port == usual && hosts.contains(host)) && !hosts.contains(host + ":" + port)) {
            throw new RefusedException("host '" + host + ":" + port + "' is not allowed; allowed are " + hosts);
        }
        return uri;
    }

    private Duration left(String url, long start) throws HttpTimeoutException {
        Duration left = timeout.minusNanos(System.nanoTime() - start);
        if (!left.isPositive()) {
            throw late(url, null);
        }
        return left;
    }

    private HttpTimeoutException late(String url, @Nullable IOException cause) {
        HttpTimeoutException late = new HttpTimeoutException(url + " took more than " + timeout.toMillis() + " ms");
        late.initCause(cause);
        return late;
    }

    /**
     * Reads the body. A request's own timeout covers only the headers, so a timer closes the stream of a body that
     * takes longer.
     */
    private String text(InputStream body, String url, long start) throws IOException {
        Executor then = CompletableFuture.delayedExecutor(left(url, start).toNanos(), TimeUnit.NANOSECONDS);
        CompletableFuture<Void> limit = CompletableFuture.runAsync(() -> close(body), then);
        byte[] bytes;
        try {
            bytes = body.readNBytes(MAX_BYTES + 1);
        } catch (IOException e) {
            throw System.nanoTime() - start >= timeout.toNanos() ? late(url, e) : e;
        } finally {
            limit.cancel(false);
        }
        left(url, start);
        return bytes.length > MAX_BYTES
                ? new String(bytes, 0, MAX_BYTES, StandardCharsets.UTF_8) + "\n(there is more)"
                : new String(bytes, StandardCharsets.UTF_8);
    }

    private static void close(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
