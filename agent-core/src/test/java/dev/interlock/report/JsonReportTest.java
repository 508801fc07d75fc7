package dev.interlock.report;

import static dev.interlock.report.RecordedCalls.calls;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.interlock.effect.Access;
import org.junit.jupiter.api.Test;

class JsonReportTest {

    private static JsonNode json(RunReport run, ReportContent content) throws Exception {
        return new ObjectMapper().readTree(JsonReport.of(run, content));
    }

    @Test
    void says_what_ran_when_and_what_waited_for_what() throws Exception {
        RunReport run = new RecordedCalls()
                .runs(40)
                .declared("write", Access.write("a"))
                .waits(calls(0), 40)
                .runs(20)
                .declared("read", Access.read("a"))
                .run(5);
        JsonNode json = json(run, ReportContent.NONE);
        assertThat(json.path("version").asInt()).isEqualTo(1);
        assertThat(json.path("times").path("run").asLong()).isEqualTo(60_000);
        assertThat(json.path("times").path("dependency").asLong()).isEqualTo(40_000);
        assertThat(json.path("ends").path("ok").asInt()).isEqualTo(2);
        JsonNode round = json.path("rounds").get(0);
        assertThat(round.path("maxConcurrency").asInt()).isEqualTo(5);
        assertThat(round.path("criticalPath").get(1).path("waitedFor").asText()).isEqualTo("dependency");
        JsonNode second = round.path("calls").get(1);
        assertThat(second.path("waitsFor").get(0).path("reason").asText())
                .isEqualTo("call 2 reads a, which call 1 writes");
        assertThat(second.path("spans").get(0).path("waitsFor").asText()).isEqualTo("call 1");
        assertThat(second.path("spans").get(1).path("start").asLong()).isEqualTo(40_000);
        assertThat(second.has("arguments") || second.has("result") || second.has("error"))
                .isFalse();
    }

    @Test
    void the_text_is_harmless_and_the_values_are_what_they_were() throws Exception {
        String text = JsonReport.of(Hostile.run(), ReportContent.all(1_000));
        assertThat(text).matches("[ -~]*").doesNotContain("<", ">");
        JsonNode calls = new ObjectMapper().readTree(text).path("rounds").get(0).path("calls");
        for (int i = 0; i < Hostile.TEXTS.size(); i++) {
            assertThat(calls.get(2 * i).path("tool").asText()).isEqualTo(Hostile.TEXTS.get(i));
            assertThat(calls.get(2 * i).path("result").asText()).isEqualTo(Hostile.TEXTS.get(i));
            assertThat(calls.get(2 * i + 1).path("error").asText()).isEqualTo(Hostile.TEXTS.get(i));
        }
    }

    @Test
    void a_result_that_cannot_be_printed_does_no_harm() throws Exception {
        ReportContent content = new ReportContent(false, true, 100, value -> {
            throw new IllegalStateException("no");
        });
        JsonNode json = json(new RecordedCalls().runs(1).declared("t").run(1), content);
        assertThat(json.path("rounds")
                        .get(0)
                        .path("calls")
                        .get(0)
                        .path("result")
                        .asText())
                .contains("could not be printed");
    }
}
