package dev.interlock.samples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/**
 * The HTTP services behind the tools: spelling, warehouses, payment gateway, mail. Each answers {@code {"value": …}}.
 */
final class OrderDeskServices implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String url;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    OrderDeskServices(String url) {
        this.url = url;
    }

    String get(String path) throws IOException, InterruptedException {
        return send(path, HttpRequest.newBuilder(URI.create(url + path)));
    }

    String get(String path, String parameter, String value) throws IOException, InterruptedException {
        return get(path + "?" + parameter + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8));
    }

    String post(String path, Map<String, ?> body) throws IOException, InterruptedException {
        String json = JSON.writeValueAsString(body);
        return send(
                path,
                HttpRequest.newBuilder(URI.create(url + path))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    private String send(String path, HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response =
                client.send(request.timeout(Duration.ofSeconds(10)).build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException("service " + path + " answered with status " + response.statusCode());
        }
        JsonNode value = JSON.readTree(response.body()).path("value");
        return value.asText();
    }

    @Override
    public void close() {
        client.shutdownNow();
        client.close();
    }
}
