package dev.interlock.task;

import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.status;
import static com.github.tomakehurst.wiremock.client.WireMock.temporaryRedirect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpToolsTest {

    private final WireMockServer allowed = server();
    private final WireMockServer other = server();
    private HttpTools tools;

    private static WireMockServer server() {
        return new WireMockServer(
                WireMockConfiguration.options().bindAddress("127.0.0.1").dynamicPort());
    }

    @BeforeEach
    void start() {
        allowed.start();
        other.start();
        other.stubFor(get(anyUrl()).willReturn(ok("secret")));
        tools = new HttpTools(List.of("127.0.0.1:" + allowed.port(), "Example.com", "alt.example.com:8080"));
    }

    @AfterEach
    void stop() {
        tools.close();
        allowed.stop();
        other.stop();
    }

    @Test
    void an_allowed_host_is_asked() throws Exception {
        allowed.stubFor(get("/tea?cups=2").willReturn(ok("two cups")));

        assertThat(tools.httpGet(allowed.baseUrl().replace("localhost", "127.0.0.1") + "/tea?cups=2"))
                .isEqualTo("two cups");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://other.com/",
                "http://localhost/",
                "http://127.0.0.1/",
                "http://127.1/",
                "http://[::1]/",
                "http://2130706433/",
                "http://169.254.169.254/latest/meta-data",
                "http://example.com.other.com/",
                "http://other.com/example.com",
                "http://other.com#example.com",
                "http://other.com?example.com",
                "http://example.com./",
                "http://sub.example.com/",
                "http://example.com:8080/",
                "https://example.com:80/",
                "http://alt.example.com/",
                "http://example.com@other.com/",
                "http://user:password@example.com/",
                "http://other.com\\@example.com/",
                "http://exämple.com/",
                "file:///etc/passwd",
                "FILE:///etc/passwd",
                "ftp://example.com/",
                "jar:http://example.com/a.jar!/b",
                "data:text/plain,hello",
                "gopher://example.com/",
                "//example.com/",
                "example.com",
                "http:example.com",
                "http:///example.com",
                "http://example.com/a b",
                "http://example.com/\r\nHost: other.com",
                ""
            })
    void other_hosts_and_schemes_are_refused(String url) {
        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> tools.httpGet(url));
    }

    @Test
    void redirects_within_the_allowed_host_are_followed() throws Exception {
        allowed.stubFor(get("/old").willReturn(temporaryRedirect("/new")));
        allowed.stubFor(get("/new").willReturn(ok("here")));

        assertThat(tools.httpGet(url("/old"))).isEqualTo("here");
    }

    @Test
    void redirects_to_other_hosts_and_schemes_are_refused_and_not_sent() {
        allowed.stubFor(get("/away").willReturn(temporaryRedirect("http://127.0.0.1:" + other.port() + "/")));
        allowed.stubFor(get("/relative").willReturn(temporaryRedirect("//127.0.0.1:" + other.port() + "/")));
        allowed.stubFor(get("/file").willReturn(temporaryRedirect("file:///etc/passwd")));
        allowed.stubFor(get("/nowhere").willReturn(temporaryRedirect("http://[")));

        for (String path : List.of("/away", "/relative", "/file", "/nowhere")) {
            assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> tools.httpGet(url(path)));
        }
        assertThat(other.findAll(anyRequestedFor(anyUrl()))).isEmpty();
    }

    @Test
    void redirects_in_a_circle_end() {
        allowed.stubFor(get("/round").willReturn(temporaryRedirect("/round")));

        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> tools.httpGet(url("/round")))
                .withMessageEndingWith("redirects more than 5 times");
    }

    @Test
    void long_bodies_are_cut_off_and_errors_say_so() throws Exception {
        allowed.stubFor(get("/long").willReturn(ok("x".repeat(HttpTools.MAX_BYTES + 1))));
        allowed.stubFor(get("/gone").willReturn(status(410).withBody("no more")));

        assertThat(tools.httpGet(url("/long"))).endsWith("x\n(there is more)");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> tools.httpGet(url("/gone")))
                .withMessageEndingWith("answered 410: no more");
    }

    @Test
    void a_body_that_does_not_end_is_given_up() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        HttpServer stuck = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        stuck.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('x');
            exchange.getResponseBody().flush();
            try {
                over.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.close();
        });
        stuck.start();
        String host = "127.0.0.1:" + stuck.getAddress().getPort();
        try (HttpTools impatient = new HttpTools(List.of(host), Duration.ofMillis(300))) {
            assertThatExceptionOfType(HttpTimeoutException.class)
                    .isThrownBy(() -> impatient.httpGet("http://" + host + "/"))
                    .withMessageEndingWith("took more than 300 ms");
        } finally {
            over.countDown();
            stuck.stop(0);
        }
    }

    private String url(String path) {
        return "http://127.0.0.1:" + allowed.port() + path;
    }
}
