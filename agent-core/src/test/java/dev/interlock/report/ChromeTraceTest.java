package dev.interlock.report;

import static dev.interlock.report.RecordedCalls.calls;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.interlock.effect.Access;
import dev.interlock.event.TimeKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChromeTraceTest {

    private static final RunReport RUN = new RecordedCalls()
            .runs(40)
            .declared("write", Access.write("a"))
            .waits(calls(0), 40)
            .runs(20)
            .span(TimeKind.RETRY, 10, 1, null)
            .span(TimeKind.RUN, 5, 2, null)
            .declared("read", Access.read("a"))
            .waits(calls(1), 75)
            .runs(5)
            .declared("write", Access.write("a"))
            .run(5);

    /**
     * Reads a trace as the format says, see "Trace Event Format": what it must have, and that arrows have both ends.
     */
    private static List<JsonNode> parse(String text) throws Exception {
        JsonNode trace = new ObjectMapper().readTree(text);
        List<JsonNode> events = new ArrayList<>();
        Map<Integer, JsonNode> arrows = new HashMap<>();
        double last = Double.NEGATIVE_INFINITY;
        for (JsonNode event : trace.path("traceEvents")) {
            events.add(event);
            assertThat(event.path("name").isTextual()).isTrue();
            assertThat(event.path("pid").isIntegralNumber()).isTrue();
            assertThat(event.path("tid").isIntegralNumber()).isTrue();
            String phase = event.path("ph").asText();
            assertThat(phase).isIn("M", "X", "s", "f");
            if (phase.equals("M")) {
                assertThat(event.path("args").size()).isEqualTo(1);
                continue;
            }
            double ts = event.path("ts").asDouble(-1);
            assertThat(ts).as("in order of time").isGreaterThanOrEqualTo(Math.max(0, last));
            last = ts;
            switch (phase) {
                case "X" -> assertThat(event.path("dur").asDouble(-1)).isGreaterThanOrEqualTo(0);
                case "s" ->
                    assertThat(arrows.put(event.path("id").asInt(), event)).isNull();
                default -> {
                    JsonNode start = arrows.remove(event.path("id").asInt());
                    assertThat(start)
                            .as("the start of an arrow comes before its end")
                            .isNotNull();
                    assertThat(start.path("name")).isEqualTo(event.path("name"));
                    assertThat(start.path("cat")).isEqualTo(event.path("cat"));
                }
            }
        }
        assertThat(arrows).as("arrows without an end").isEmpty();
        return events;
    }

    private static boolean isWithinSlice(JsonNode end, List<JsonNode> events) {
        return events.stream()
                .filter(event -> event.path("ph").asText().equals("X"))
                .filter(event -> event.path("tid").equals(end.path("tid")))
                .anyMatch(slice -> slice.path("ts").asDouble() <= end.path("ts").asDouble()
                        && end.path("ts").asDouble()
                                < slice.path("ts").asDouble()
                                        + slice.path("dur").asDouble());
    }

    @Test
    void has_a_slice_a_span_and_an_arrow_a_dependency() throws Exception {
        List<JsonNode> events = parse(ChromeTrace.of(RUN, ReportContent.NONE));
        assertThat(events)
                .filteredOn(event -> event.path("ph").asText().equals("X"))
                .hasSize(7);
        List<JsonNode> ends = events.stream().filter(event -> event.has("id")).toList();
        assertThat(ends).hasSize(4).allMatch(end -> isWithinSlice(end, events));
        assertThat(ends.get(0).path("name").asText()).isEqualTo("call 2 reads a, which call 1 writes");
        assertThat(ends.get(0).path("tid").asInt()).isEqualTo(1);
        assertThat(ends.get(1).path("tid").asInt()).isEqualTo(2);
        assertThat(ends.get(1).path("bp").asText()).isEqualTo("e");
        assertThat(events).noneMatch(event -> event.path("args").has("arguments"));
    }

    @Test
    void whatever_tools_are_called_the_trace_can_be_read() throws Exception {
        List<JsonNode> events = parse(ChromeTrace.of(Hostile.run(), ReportContent.all(1_000)));
        events.forEach(event -> Hostile.isHarmless(event.path("name").asText()));
        assertThat(events).anyMatch(event -> event.path("args").has("error"));
    }
}
