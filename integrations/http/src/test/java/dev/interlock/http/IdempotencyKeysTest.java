package dev.interlock.http;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.interlock.execution.ToolBody;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.web.client.RestClient;

/** The keys that requests of calls have, against a real server. */
@Timeout(60)
class IdempotencyKeysTest {

    @RegisterExtension
    static final WireMockExtension SERVER = WireMockExtension.newInstance()
            .options(wireMockConfig().dynamicPort())
            .build();

    private final HttpClient client = ObservedHttpClient.withIdempotencyKeys(HttpClient.newHttpClient());

    @BeforeEach
    void answerAll() {
        SERVER.stubFor(any(anyUrl()).willReturn(ok("answer")));
    }

    private static URI address(String path) {
        return URI.create("http://localhost:" + SERVER.getPort() + path);
    }

    private void send(String method, String path) throws Exception {
        client.send(
                HttpRequest.newBuilder(address(path))
                        .method(method, BodyPublishers.ofString("body"))
                        .build(),
                BodyHandlers.discarding());
    }

    private static void execute(ToolBody body) {
        ToolDefinition tool = ToolDefinition.builder("t", body)
                .effects(Effects.writes("a"))
                .policy(ToolPolicy.builder()
                        .idempotent(true)
                        .retry(RetryPolicy.builder().initialDelay(Duration.ZERO).build())
                        .build())
                .build();
        assertThat(ToolCallExecutor.builder()
                        .build()
                        .execute(
                                List.of(new ToolCall("1", "t", JsonNodeFactory.instance.objectNode())),
                                ToolSet.of(tool)))
                .allMatch(result -> result.isSuccess());
    }

    /** In the order in which they were sent. */
    private static List<@Nullable String> sentKeys() {
        return SERVER.getAllServeEvents().reversed().stream()
                .map(ServeEvent::getRequest)
                .map(request -> request.getHeader(IdempotencyKeys.HEADER))
                .toList();
    }

    @Test
    void a_request_has_the_same_key_in_each_attempt_and_another_in_another_call() {
        AtomicInteger attempts = new AtomicInteger();
        ToolBody body = call -> {
            send("POST", "/orders");
            if (attempts.incrementAndGet() == 1) {
                throw new IllegalStateException("the answer was lost");
            }
            return 1;
        };
        execute(body);
        execute(body);

        List<String> keys = sentKeys();
        assertThat(keys).hasSize(3).doesNotContainNull();
        assertThat(keys.get(0)).isEqualTo(keys.get(1)).isNotEqualTo(keys.get(2));
    }

    @Test
    void different_requests_of_one_call_have_different_keys() {
        execute(call -> {
            send("POST", "/orders");
            send("PUT", "/orders");
            send("POST", "/orders?x=1");
            client.sendAsync(
                            HttpRequest.newBuilder(address("/later"))
                                    .POST(BodyPublishers.noBody())
                                    .build(),
                            BodyHandlers.discarding())
                    .join();
            return 1;
        });

        assertThat(sentKeys()).hasSize(4).doesNotContainNull().doesNotHaveDuplicates();
    }

    @Test
    void what_only_reads_has_none_nor_what_is_sent_outside_of_calls_and_one_of_its_own_stays() throws Exception {
        execute(call -> {
            send("GET", "/orders");
            client.send(
                    HttpRequest.newBuilder(address("/orders"))
                            .POST(BodyPublishers.noBody())
                            .header("idempotency-key", "mine")
                            .build(),
                    BodyHandlers.discarding());
            return 1;
        });
        send("POST", "/orders");

        assertThat(sentKeys()).containsExactly(null, "mine", null);
    }

    @Test
    void only_who_asks_for_keys_sends_them() {
        HttpClient plain = ObservedHttpClient.of(HttpClient.newHttpClient());
        execute(call -> {
            plain.send(
                    HttpRequest.newBuilder(address("/orders"))
                            .POST(BodyPublishers.noBody())
                            .build(),
                    BodyHandlers.discarding());
            return 1;
        });

        assertThat(sentKeys()).containsExactly((String) null);
    }

    @Test
    void requests_by_spring_have_the_same_keys() {
        RestClient rest = RestClient.builder()
                .requestInterceptor(new IdempotencyKeyInterceptor())
                .build();
        execute(call -> {
            send("POST", "/orders");
            rest.post().uri(address("/orders")).body("body").retrieve().toBodilessEntity();
            rest.post()
                    .uri(address("/orders"))
                    .header(IdempotencyKeys.HEADER, "mine")
                    .retrieve()
                    .toBodilessEntity();
            rest.get().uri(address("/orders")).retrieve().toBodilessEntity();
            return 1;
        });

        List<String> keys = sentKeys();
        assertThat(keys).hasSize(4);
        assertThat(keys.get(1)).isNotNull().isEqualTo(keys.get(0));
        assertThat(keys.subList(2, 4)).containsExactly("mine", null);
    }
}
