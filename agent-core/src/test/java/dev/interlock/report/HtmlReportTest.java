package dev.interlock.report;

import static dev.interlock.report.RecordedCalls.calls;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.interlock.effect.Access;
import dev.interlock.event.TimeKind;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a browser makes of the page is told by checks/report-page. */
class HtmlReportTest {

    private static final Pattern DATA =
            Pattern.compile("<script type=\"([a-z/]+)\" id=\"data\">([^<]*)</script>", Pattern.DOTALL);

    private static Matcher data(String page) {
        Matcher data = DATA.matcher(page);
        assertThat(data.find()).as("the page has its data").isTrue();
        return data;
    }

    private static JsonNode json(String page) throws Exception {
        Matcher data = data(page);
        if (data.group(1).equals("application/json")) {
            return new ObjectMapper().readTree(data.group(2));
        }
        assertThat(data.group(1)).isEqualTo("application/gzip");
        byte[] bytes = Base64.getDecoder().decode(data.group(2));
        try (GZIPInputStream unzipped = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return new ObjectMapper().readTree(unzipped);
        }
    }

    /** Writers and readers of a few things, that wait for each other and for permits. */
    private static RunReport run(int size) {
        RecordedCalls calls = new RecordedCalls();
        for (int i = 0; i < size; i++) {
            if (i > 0) {
                calls.waits(calls(i - 1), 3 + i % 50);
            }
            calls.span(TimeKind.PERMIT, 2 + i % 7, 0, null)
                    .span(TimeKind.START, 1, 0, null)
                    .runs(5 + i % 91);
            calls.declared(
                    "tool" + i % 20, i % 3 == 0 ? Access.write("account/" + i % 40) : Access.read("account/" + i % 40));
        }
        return calls.run(5);
    }

    static Stream<RunReport> runs() {
        return Stream.of(new RunReport(List.of()), run(1), run(40), run(2_000), Hostile.run());
    }

    @ParameterizedTest
    @MethodSource("runs")
    void holds_what_the_json_report_writes(RunReport run) throws Exception {
        ReportContent content = ReportContent.all(1_000);

        assertThat(json(HtmlReport.of(run, content)))
                .isEqualTo(new ObjectMapper().readTree(JsonReport.of(run, content, HtmlReport.MOST_DEPENDENCIES)));
    }

    @ParameterizedTest
    @MethodSource("runs")
    void no_text_of_a_tool_is_markup(RunReport run) {
        String page = HtmlReport.of(run, ReportContent.all(1_000));
        Matcher data = data(page);

        String rest = page.substring(0, data.start(2)) + page.substring(data.end(2));
        String empty = HtmlReport.of(new RunReport(List.of()), ReportContent.NONE);
        Matcher none = data(empty);
        assertThat(rest.replaceFirst("application/gzip\" id", "application/json\" id"))
                .as("the page without its data is always the same")
                .isEqualTo(empty.substring(0, none.start(2)) + empty.substring(none.end(2)));
        assertThat(data.group(2)).matches("[ -~]*").doesNotContain("<", ">", "&", "'");
    }

    @Test
    void arguments_and_results_are_there_only_if_they_are_asked_for() {
        RunReport run =
                new RecordedCalls().runs(1).with("top secret").declared("t").run(1);

        assertThat(shown(run, ReportContent.NONE)).doesNotContain("top", "done");
        assertThat(shown(run, ReportContent.all(20)))
                .contains("top sec", "it is done")
                .doesNotContain("top secr");
        assertThat(shown(run, ReportContent.all(4))).contains("it i").doesNotContain("top", "done");
    }

    private static String shown(RunReport run, ReportContent content) {
        return data(HtmlReport.of(run, content)).group(2);
    }

    @Test
    void the_policy_allows_the_script_and_the_style_of_the_page_and_nothing_else() throws Exception {
        String page = HtmlReport.of(run(3), ReportContent.NONE);
        String script = between(page, "<script type=\"module\">", "</script>");
        String style = between(page, "<style>", "</style>");

        assertThat(between(page, "Content-Security-Policy\" content=\"", "\""))
                .isEqualTo("default-src 'none'; script-src '" + hash(script) + "'; style-src '" + hash(style)
                        + "'; img-src data:; base-uri 'none'; form-action 'none'; "
                        + "require-trusted-types-for 'script'; trusted-types 'none'");
        assertThat(page.replace("http://www.w3.org/2000/svg", ""))
                .doesNotContain("{{", "http://", "https://www", "src=", "@import", "\r");
    }

    @Test
    void the_script_makes_no_markup_of_text() {
        String script = between(HtmlReport.of(run(3), ReportContent.NONE), "<script type=\"module\">", "</script>");

        assertThat(script)
                .doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(")
                .doesNotContain("fetch(", "XMLHttpRequest", "WebSocket", "import(", "href");
    }

    @Test
    void a_thousand_calls_are_at_most_250_KiB() {
        assertThat(HtmlReport.of(run(1_000), ReportContent.NONE)).hasSizeLessThanOrEqualTo(250 * 1024);
    }

    @Test
    void of_very_many_dependencies_those_that_ended_last_are_there() throws Exception {
        RecordedCalls calls = new RecordedCalls();
        for (int i = 0; i < 300; i++) {
            calls.runs(i == 7 ? 500 : 10 + i % 100).declared("read", Access.read("/"));
        }
        for (int i = 0; i < 300; i++) {
            calls.waits(calls(7), 500).runs(5).declared("write", Access.write("a/" + i));
        }
        RunReport run = calls.run(1_000);
        String page = HtmlReport.of(run, ReportContent.NONE);

        assertThat(page).hasSizeLessThanOrEqualTo(250 * 1024);
        JsonNode last = json(page).path("rounds").get(0).path("calls").get(599);
        assertThat(last.path("dependencies").asInt()).isEqualTo(300);
        assertThat(last.path("waitsFor").findValuesAsText("call"))
                .containsExactly("7", "97", "98", "99", "198", "199", "298", "299");
        assertThat(new ObjectMapper()
                        .readTree(JsonReport.of(run, ReportContent.NONE))
                        .path("rounds")
                        .get(0)
                        .path("calls")
                        .get(599)
                        .path("waitsFor"))
                .hasSize(300);
    }

    private static String between(String text, String before, String after) {
        int from = text.indexOf(before) + before.length();
        return text.substring(from, text.indexOf(after, from));
    }

    private static String hash(String text) throws Exception {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        return "sha256-" + Base64.getEncoder().encodeToString(hash);
    }
}
