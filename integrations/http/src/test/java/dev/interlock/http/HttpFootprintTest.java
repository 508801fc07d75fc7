package dev.interlock.http;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.permanentRedirect;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.Effects;
import dev.interlock.execution.ToolBody;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import dev.interlock.footprint.Audit;
import dev.langchain4j.http.client.HttpMethod;
import dev.langchain4j.http.client.jdk.JdkHttpClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;

/** What is told of requests, against a real server. */
@Timeout(60)
class HttpFootprintTest {

    @RegisterExtension
    static final WireMockExtension SERVER = WireMockExtension.newInstance()
            .options(wireMockConfig().dynamicPort())
            .build();

    private String host;

    @BeforeEach
    void answerAll() {
        host = "http/localhost:" + SERVER.getPort();
        SERVER.stubFor(any(anyUrl()).atPriority(10).willReturn(ok("answer")));
        SERVER.stubFor(get(urlEqualTo("/old")).willReturn(permanentRedirect("/new/place")));
        SERVER.stubFor(get(urlEqualTo("/broken")).willReturn(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER)));
    }

    private static List<String> touched(ToolBody body) {
        List<String> words = new ArrayList<>();
        var results = ToolCallExecutor.builder()
                .footprints(footprint -> footprint.accesses().forEach(access -> words.add(access.toString())))
                .build()
                .execute(
                        List.of(new ToolCall("1", "t", JsonNodeFactory.instance.objectNode())),
                        ToolSet.of(ToolDefinition.of("t", body)));
        if (!results.get(0).isSuccess()) {
            throw new AssertionError(results.get(0).outcome().message());
        }
        return words;
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(SERVER.baseUrl() + path));
    }

    private static HttpClient client(Redirect redirect) {
        return ObservedHttpClient.of(
                HttpClient.newBuilder().followRedirects(redirect).build());
    }

    @ParameterizedTest
    @CsvSource({
        "GET, https://API.example.org:443/orders/42?full=true#top, reads http/api.example.org/orders/42",
        "HEAD, http://user@example.org:80/a//b/./c/../d/, reads http/example.org/a/b/d",
        "options, http://example.org:8080, reads http/example.org:8080",
        "TRACE, http://example.org/, reads http/example.org",
        "POST, http://example.org/a%20b/c%2Fd, writes http/example.org/a b/c/d",
        "PUT, http://example.org/../../x, writes http/example.org/x",
        "PATCH, http://example.org/%2e%2e/%2E%2E/x, writes http/example.org/x",
        "DELETE, http://[::1]:80/x, writes http/[::1]/x",
        "GET, /relative, reads http",
        "PURGE, mailto:a@b, writes http",
        "GET, 'http://a b', reads http",
        "GET, http://example.org/a+b/100%25, reads http/example.org/a+b/100%"
    })
    void an_address_is_host_and_path(String method, String address, String expected) {
        assertThat(touched(call -> {
                    HttpFootprint.request(method, address);
                    return "done";
                }))
                .containsExactly(expected);
    }

    @Test
    void declared_addresses_cover_what_is_told() {
        ToolSet tools = ToolSet.of(ToolDefinition.of(
                "order", Effects.reads("http/localhost:" + SERVER.getPort() + "/orders/{id}"), call -> {
                    HttpClient client = client(Redirect.NEVER);
                    return client.send(
                                    request("/orders/"
                                                    + call.arguments().get("id").asText())
                                            .build(),
                                    BodyHandlers.ofString())
                            .body();
                }));
        ToolCallExecutor executor = ToolCallExecutor.builder().audit(Audit.FAIL).build();
        assertThat(executor.execute(List.of(ToolCall.parse("1", "order", "{\"id\":42}")), tools))
                .allMatch(result -> result.isSuccess());
        assertThat(executor.execute(List.of(ToolCall.parse("1", "order", "{\"id\":\"42/../43\"}")), tools)
                        .get(0)
                        .isSuccess())
                .isTrue();
        assertThat(executor.auditReport().isCovered()).isTrue();
    }

    @Test
    void the_jdks_client_tells_of_what_it_sends() {
        HttpClient client = client(Redirect.NEVER);
        assertThat(touched(call -> {
                    client.send(request("/orders/42").build(), BodyHandlers.ofString());
                    client.send(request("/orders/43").DELETE().build(), BodyHandlers.ofString());
                    client.sendAsync(request("/orders/44").build(), BodyHandlers.ofString())
                            .get(20, TimeUnit.SECONDS);
                    client.sendAsync(request("/orders/45").build(), BodyHandlers.ofString(), null)
                            .get(20, TimeUnit.SECONDS);
                    return client.send(request("/old").build(), BodyHandlers.ofString())
                            .statusCode();
                }))
                .containsExactly(
                        "reads " + host + "/orders/42",
                        "writes " + host + "/orders/43",
                        "reads " + host + "/orders/44",
                        "reads " + host + "/orders/45",
                        "reads " + host + "/old");
    }

    @Test
    void redirects_that_are_followed_are_told_of() {
        HttpClient client = client(Redirect.NORMAL);
        assertThat(touched(call -> client.send(request("/old").build(), BodyHandlers.ofString())
                        .body()))
                .containsExactly("reads " + host + "/old", "reads " + host + "/new/place");
        assertThat(touched(call -> client.sendAsync(request("/old").build(), BodyHandlers.ofString())
                        .get(20, TimeUnit.SECONDS)
                        .body()))
                .containsExactly("reads " + host + "/old", "reads " + host + "/new/place");
    }

    @Test
    void without_a_response_a_redirect_may_have_led_anywhere() {
        HttpClient client = client(Redirect.NORMAL);
        assertThat(touched(call -> {
                    assertThatThrownBy(() -> client.send(request("/broken").build(), BodyHandlers.ofString()))
                            .isInstanceOf(IOException.class);
                    return "done";
                }))
                .containsExactly("reads " + host + "/broken", "reads http");
        assertThat(touched(call -> {
                    assertThatThrownBy(() -> client.sendAsync(request("/broken").build(), BodyHandlers.ofString())
                                    .get(20, TimeUnit.SECONDS))
                            .hasCauseInstanceOf(IOException.class);
                    return "done";
                }))
                .containsExactly("reads " + host + "/broken", "reads http");
    }

    @Test
    void what_is_sent_asynchronously_can_be_cancelled() {
        HttpClient client = client(Redirect.NORMAL);
        SERVER.stubFor(get(urlEqualTo("/slow")).willReturn(ok("late").withFixedDelay(30_000)));
        touched(call -> {
            CompletableFuture<HttpResponse<String>> sent =
                    client.sendAsync(request("/slow").build(), BodyHandlers.ofString());
            assertThat(sent.cancel(true)).isTrue();
            assertThatThrownBy(sent::join).isInstanceOf(CancellationException.class);
            return "done";
        });
    }

    @Test
    void outside_of_a_call_the_client_is_as_it_was() throws Exception {
        HttpClient client = client(Redirect.ALWAYS);
        assertThat(client.send(request("/old").build(), BodyHandlers.ofString()).body())
                .isEqualTo("answer");
        assertThat(client.sendAsync(request("/old").build(), BodyHandlers.ofString())
                        .get(20, TimeUnit.SECONDS)
                        .body())
                .isEqualTo("answer");
        assertThat(client.followRedirects()).isEqualTo(Redirect.ALWAYS);
        client.close();
        assertThat(client.isTerminated()).isTrue();
    }

    @Test
    void springs_clients_tell_of_what_they_send() {
        RestClient rest = RestClient.builder()
                .baseUrl(SERVER.baseUrl())
                .requestInterceptor(new SpringHttpObserver())
                .build();
        RestTemplate template = new RestTemplate();
        template.getInterceptors().add(new SpringHttpObserver());
        assertThat(touched(call -> {
                    rest.get().uri("/orders/{id}", 42).retrieve().body(String.class);
                    rest.post().uri("/orders").body("new").retrieve().toBodilessEntity();
                    template.put(SERVER.baseUrl() + "/orders/43", "changed");
                    return template.getForObject(SERVER.baseUrl() + "/stock", String.class);
                }))
                .containsExactly(
                        "reads " + host + "/orders/42",
                        "writes " + host + "/orders",
                        "writes " + host + "/orders/43",
                        "reads " + host + "/stock");
    }

    @Test
    void langchain4js_client_tells_of_what_it_sends() {
        var client = LangChain4jHttpObserver.of(JdkHttpClient.builder()).build();
        var other = LangChain4jHttpObserver.of(JdkHttpClient.builder().build());
        assertThat(touched(call -> {
                    client.execute(dev.langchain4j.http.client.HttpRequest.builder()
                            .method(HttpMethod.GET)
                            .url(SERVER.baseUrl() + "/orders/42")
                            .build());
                    return other.execute(dev.langchain4j.http.client.HttpRequest.builder()
                                    .method(HttpMethod.POST)
                                    .url(SERVER.baseUrl() + "/v1/chat")
                                    .body("{}")
                                    .build())
                            .body();
                }))
                .containsExactly("reads " + host + "/orders/42", "writes " + host + "/v1/chat");
    }
}
