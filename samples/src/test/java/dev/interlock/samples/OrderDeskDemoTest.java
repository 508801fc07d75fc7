package dev.interlock.samples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.interlock.call.CallResult;
import dev.interlock.event.RoundReport;
import dev.langchain4j.service.AiServices;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class OrderDeskDemoTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static List<String> output;
    private static List<String> modelRequests;
    private static Comparison comparison;

    @BeforeAll
    static void run_the_demo_once() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OrderDeskModel model = OrderDeskModel.recorded();
                PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            comparison = OrderDeskDemo.run(model, out);
            modelRequests = model.requestBodies();
        }
        output = bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void both_runs_give_the_same_results_and_the_same_database() {
        assertThat(comparison.differences()).isEmpty();
        assertThat(OrderDeskDemo.status(comparison)).isZero();
        assertThat(comparison.interlock().answers()).hasSize(18);
        assertThat(comparison.interlock().answer())
                .isEqualTo(comparison.sequential().answer());
    }

    @Test
    void database_holds_what_the_order_asked_for() {
        assertThat(comparison.interlock().database().get("account")).containsExactly("1007 151.00", "1042 183.00");
        assertThat(comparison.interlock().database().get("stock"))
                .containsExactly("berlin ESP-200 1", "berlin GRD-50 2", "hamburg ESP-200 3", "hamburg GRD-50 0");
        assertThat(comparison.interlock().database().get("receipt"))
                .containsExactly(
                        "cafe@example.com 1007 249.00 1 x GRD-50",
                        "office@example.com 1042 1298.00 2 x ESP-200, 19.00 delivery");
    }

    @Test
    void calls_that_only_read_wait_for_nothing() {
        assertThat(report(0).plan().dependencies()).isEmpty();
        assertThat(report(1).plan().dependencies()).isEmpty();
    }

    @Test
    void only_calls_on_the_same_account_or_shelf_wait() {
        assertThat(report(2).plan().dependencies())
                .map(Object::toString)
                .containsExactly(
                        "call 3 waits for call 1: both write account/1042",
                        "call 6 waits for call 3: call 6 reads account/1042, which call 3 writes",
                        "call 7 waits for call 5: call 7 reads account/1007, which call 5 writes",
                        "call 8 waits for call 2: call 8 reads stock/hamburg/ESP-200, which call 2 writes",
                        "call 9 waits for call 3: call 9 reads account/1042, which call 3 writes",
                        "call 10 waits for call 5: call 10 reads account/1007, which call 5 writes");
    }

    @Test
    void a_call_starts_after_the_end_of_those_it_waits_for() {
        List<CallResult> results = report(2).results();
        assertThat(report(2).plan().dependencies())
                .allSatisfy(dependency -> assertThat(
                                results.get(dependency.later()).start())
                        .isAfterOrEqualTo(results.get(dependency.earlier()).end()));
    }

    @Test
    void calls_of_each_round_run_at_the_same_time() {
        assertThat(comparison.interlock().rounds())
                .isNotEmpty()
                .allSatisfy(round -> assertThat(overlaps(round.report().results()))
                        .as(round.report().timeline())
                        .isPositive());
    }

    /** Counts the pairs. A round as such may take long on a busy machine. */
    private static long overlaps(List<CallResult> results) {
        return results.stream()
                .flatMap(one -> results.stream()
                        .filter(other -> one.start().isBefore(other.start())
                                && other.start().isBefore(one.end())))
                .count();
    }

    @Test
    void model_gets_the_tool_messages_in_call_order_with_the_right_ids() throws Exception {
        JsonNode messages = JSON.readTree(interlockRequests().get(1)).get("messages");

        JsonNode calls = messages.get(2).get("tool_calls");
        assertThat(calls).hasSize(4);
        for (int i = 0; i < calls.size(); i++) {
            JsonNode message = messages.get(3 + i);
            assertThat(message.get("role").asText()).isEqualTo("tool");
            assertThat(message.get("tool_call_id")).isEqualTo(calls.get(i).get("id"));
        }
        assertThat(messages).hasSize(7);
        assertThat(messages.get(3).get("content").asText()).isEqualTo("ESP-200 Aurora espresso machine 649.00");
        assertThat(messages.get(6).get("content").asText()).isEqualTo("account 1007 holds 400.00, standing good");
    }

    @Test
    void model_gets_the_same_requests_as_from_plain_langchain4j() throws Exception {
        assertThat(json(interlockRequests())).isEqualTo(json(modelRequests.subList(8, 12)));
    }

    @Test
    void output_ends_with_the_times_of_the_conversations_and_the_speedup() {
        assertThat(output.getLast()).matches("speedup \\d+\\.\\dx");
        assertThat(output.get(output.size() - 2)).matches("whole +Interlock \\d+ ms, LangChain4j sequential \\d+ ms");
    }

    @Test
    void a_page_shows_what_ran_when_and_the_output_says_where_it_is() throws Exception {
        String line = output.stream()
                .filter(printed -> printed.startsWith("report "))
                .findFirst()
                .orElseThrow();
        String page = Files.readString(Path.of(line.substring("report".length()).strip()));

        assertThat(page).startsWith("<!DOCTYPE html>").endsWith("</html>\n");
        JsonNode json = JSON.readTree(page.substring(
                page.indexOf("id=\"data\">") + "id=\"data\">".length(),
                page.indexOf("</script>", page.indexOf("id=\"data\">"))));
        assertThat(json.path("calls").asInt()).isEqualTo(18);
        assertThat(json.path("rounds")).hasSize(3);
        JsonNode first = json.path("rounds").path(0).path("calls").path(0);
        assertThat(first.path("arguments").asText()).isEqualTo("{\"query\":\"Aurora espresso machine\"}");
        assertThat(first.path("result").asText()).isEqualTo("ESP-200 Aurora espresso machine 649.00");
    }

    @Test
    void a_page_that_cannot_be_written_does_not_stop_the_demo() {
        assertThat(OrderDeskDemo.written(comparison.interlock(), Path.of("pom.xml", "report.html")))
                .startsWith("none: ");
    }

    @Test
    void output_is_complete_and_fits_a_terminal() {
        assertThat(output).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
        assertThat(output).noneMatch(line -> line.contains("…"));
        Stream.of(report(0), report(1), report(2))
                .forEach(report -> assertThat(output.stream().map(String::strip))
                        .containsAll(report.plan()
                                .toString()
                                .lines()
                                .skip(1)
                                .map(String::strip)
                                .toList()));
    }

    @Test
    void timeline_tells_who_waited_for_whom() {
        assertThat(output)
                .anyMatch(line -> line.matches(" +3 chargeAccount \\| *█+ *\\| +\\d+\\.\\.\\d+ ms  waited for 1"));
    }

    /** Else it would prove nothing that Interlock's run equals the sequential one. */
    @Test
    void all_calls_at_once_would_leave_another_database() {
        try (OrderDeskModel model = OrderDeskModel.recorded();
                OrderDesk desk = new OrderDesk()) {
            OrderDeskAssistant assistant = AiServices.builder(OrderDeskAssistant.class)
                    .chatModel(model.chatModel())
                    .tools(desk.tools())
                    .executeToolsConcurrently()
                    .build();

            assistant.chat(OrderDeskAssistant.ORDER);

            assertThat(desk.databaseState())
                    .isNotEqualTo(comparison.sequential().database());
        }
    }

    private static RoundReport report(int round) {
        return comparison.interlock().rounds().get(round).report();
    }

    /** The first four requests are those of the warm-ups. */
    private static List<String> interlockRequests() {
        return modelRequests.subList(4, 8);
    }

    private static List<JsonNode> json(List<String> bodies) throws Exception {
        List<JsonNode> nodes = new ArrayList<>();
        for (String body : bodies) {
            nodes.add(JSON.readTree(body));
        }
        return nodes;
    }
}
