package dev.interlock.samples.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Starts the application as a user does, chats over HTTP, and looks at what it shows. */
class OrderDeskApplicationTest {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static ConfigurableApplicationContext application;

    @BeforeAll
    static void start() {
        // Over the environment, so that no key of the machine has the test ask a real model.
        application = new SpringApplicationBuilder(OrderDeskApplication.class)
                .run("--server.port=0", "--desk.latency=1ms", "--OPENAI_API_KEY=", "--server.address=127.0.0.1");
    }

    @AfterAll
    static void stop() {
        application.close();
    }

    private static HttpResponse<String> get(String path) throws Exception {
        URI uri =
                URI.create("http://127.0.0.1:" + application.getEnvironment().getProperty("local.server.port") + path);
        return CLIENT.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String chat(String conversation, String message) throws Exception {
        HttpResponse<String> answer = get("/chat?conversation=" + conversation + "&message="
                + URLEncoder.encode(message, StandardCharsets.UTF_8));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/event-stream");
        return answer.body();
    }

    private static String text(String events) {
        StringBuilder text = new StringBuilder();
        Pattern.compile("event:text\ndata:\\{\"text\":\"(.*?)\"\\}")
                .matcher(events)
                .results()
                .forEach(each -> text.append(each.group(1)));
        return text.toString();
    }

    @Test
    void an_order_is_carried_out_in_order_and_streamed() throws Exception {
        String events = chat("one", "I want to order an Aurora and a grinder");
        assertThat(events.split("event:tool", -1)).hasSize(11);
        assertThat(events).endsWith("event:done\ndata:{}\n\n").doesNotContain("event:failed");
        assertThat(text(events))
                .startsWith("Done: hamburg has 5 of ESP-200; berlin has 3 of GRD-50; account 1042 holds 1500.00; ")
                .contains("charged 649, account 1042 now holds 851.00")
                .contains("charged 19, account 1042 now holds 832.00")
                .endsWith("hamburg has 4 of ESP-200; account 1042 holds 832.00.");
        JdbcClient database = application.getBean(JdbcClient.class);
        assertThat(database.sql("select balance from account where account = '1007'")
                        .query(String.class)
                        .single())
                .isEqualTo("151.00");

        assertThat(get("/actuator/interlock").body()).contains("\"calls\":10", "writes account/{account}");
        assertThat(get("/actuator/interlock/report").body())
                .startsWith("<!DOCTYPE html>")
                .contains("chargeAccount");
        assertThat(get("/actuator/interlock/report.txt").body())
                .contains("result: charged 649, account 1042 now holds 851.00");
        assertThat(get("/actuator/prometheus").body())
                .contains("interlock_calls_in_flight", "gen_ai_tool_name=\"chargeAccount\"");
        assertThat(get("/actuator/health").body()).contains("\"interlock\"").contains("\"UP\"");
    }

    @Test
    void a_message_that_the_embedded_model_does_not_know_is_answered_by_what_it_knows() throws Exception {
        assertThat(text(chat("two", "hello"))).contains("OPENAI_API_KEY");
    }

    @Test
    void the_page_is_there() throws Exception {
        assertThat(get("/").body()).contains("<title>Order desk</title>");
        for (Map.Entry<String, String> each :
                Map.of("/desk.js", "EventSource", "/desk.css", ".said").entrySet()) {
            assertThat(get(each.getKey()).body()).contains(each.getValue());
        }
    }
}
