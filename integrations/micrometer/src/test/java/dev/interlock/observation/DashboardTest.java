package dev.interlock.observation;

import static dev.interlock.observation.Traces.call;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The dashboard is one that Grafana loads, and asks for nothing that is not there: by what Prometheus is really given.
 */
class DashboardTest {

    private static final Pattern WORD = Pattern.compile("\\b[a-zA-Z_:][a-zA-Z0-9_:]*\\b(?!\\s*\\()");
    private static final Pattern SELECTOR = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)\\{([^}]*)}");
    private static final Pattern GROUPED = Pattern.compile("(?:by|without)\\s*\\(([^)]*)\\)");

    private static JsonNode dashboard = new ObjectMapper().createObjectNode();

    /** By name, with the labels that any of its series has. */
    private static final Map<String, Set<String>> SERIES = new HashMap<>();

    @BeforeAll
    static void read() throws IOException {
        dashboard = new ObjectMapper()
                .readTree(Path.of("../../docs/grafana/interlock.json").toFile());
        PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        prometheus.config().meterFilter(RoundMeters.conventionBuckets());
        ObservationRegistry registry = ObservationRegistry.create();
        registry.observationConfig().observationHandler(new DefaultMeterObservationHandler(prometheus));
        run(ToolCallExecutor.builder().listener(ToolObservations.of(registry)).listener(RoundMeters.to(prometheus)));
        for (String line : prometheus.scrape().lines().toList()) {
            if (!line.startsWith("#")) {
                Matcher labelled = SELECTOR.matcher(line);
                boolean labels = labelled.lookingAt();
                String name = labels ? labelled.group(1) : line.split(" ", 2)[0];
                Set<String> known = SERIES.computeIfAbsent(name, key -> new HashSet<>());
                if (labels) {
                    known.addAll(labelsOf(labelled.group(2)));
                }
            }
        }
    }

    /** All that there is: a success, a failure, a wait, a retry, a name that the model made up. */
    private static void run(ToolCallExecutor.Builder builder) {
        AtomicInteger attempts = new AtomicInteger();
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("write", Effects.writes("a"), c -> 1),
                ToolDefinition.of("flaky", Effects.reads("b"), c -> {
                    if (attempts.incrementAndGet() == 1) {
                        throw new IOException("once");
                    }
                    throw new IllegalStateException("again");
                }));
        builder.policy(
                        "flaky",
                        ToolPolicy.builder()
                                .retry(RetryPolicy.builder()
                                        .maxAttempts(2)
                                        .initialDelay(Duration.ofMillis(1))
                                        .build())
                                .build())
                .build()
                .execute(List.of(call("write"), call("write"), call("flaky"), call("made_up")), tools);
    }

    private static List<String> labelsOf(String matchers) {
        List<String> labels = new ArrayList<>();
        Matcher matcher =
                Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)\\s*(?:=~|!~|!=|=)").matcher(withoutStrings(matchers));
        while (matcher.find()) {
            labels.add(matcher.group(1));
        }
        return labels;
    }

    private static String withoutStrings(String text) {
        return text.replaceAll("\"(?:[^\"\\\\]|\\\\.)*\"", "");
    }

    /** The names of series in an expression of PromQL. */
    private static Set<String> names(String expression) {
        String bare = withoutStrings(expression)
                .replaceAll("\\{[^}]*}", "")
                .replaceAll("\\[[^]]*]", "")
                .replaceAll("(?:by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)", "");
        Set<String> names = new TreeSet<>();
        Matcher matcher = WORD.matcher(bare);
        while (matcher.find()) {
            if (!Set.of("and", "or", "unless", "bool", "offset").contains(matcher.group())) {
                names.add(matcher.group());
            }
        }
        return names;
    }

    private static Stream<JsonNode> panels() {
        return StreamSupport.stream(dashboard.path("panels").spliterator(), false);
    }

    private static Stream<String> expressions() {
        return panels().flatMap(
                        panel -> StreamSupport.stream(panel.path("targets").spliterator(), false))
                .map(target -> target.path("expr").asText());
    }

    @Test
    void names_are_found_in_expressions() {
        assertThat(names("histogram_quantile(0.9, sum by (le) (rate(a_bucket{b=~\"c d\"}[5m]))) / sum(e) and f > 3"))
                .containsExactly("a_bucket", "e", "f");
    }

    @Test
    void it_names_only_series_that_exist() {
        assertThat(expressions())
                .hasSizeGreaterThanOrEqualTo(15)
                .allSatisfy(expression -> assertThat(names(expression))
                        .as(expression)
                        .isNotEmpty()
                        .isSubsetOf(SERIES.keySet()));
        String tools = dashboard.at("/templating/list/1/query/query").asText();
        assertThat(tools).startsWith("label_values(gen_ai_execute_tool_duration_seconds_count, gen_ai_tool_name)");
        assertThat(SERIES).containsKey("gen_ai_execute_tool_duration_seconds_count");
    }

    @Test
    void it_names_only_labels_that_these_series_have() {
        expressions().forEach(expression -> {
            Set<String> labels = new HashSet<>();
            names(expression).forEach(name -> labels.addAll(SERIES.getOrDefault(name, Set.of())));
            Matcher selectors = SELECTOR.matcher(expression);
            while (selectors.find()) {
                assertThat(labelsOf(selectors.group(2))).as(expression).isSubsetOf(SERIES.get(selectors.group(1)));
            }
            Matcher grouped = GROUPED.matcher(expression);
            while (grouped.find()) {
                assertThat(List.of(grouped.group(1).split("\\s*,\\s*")))
                        .as(expression)
                        .isSubsetOf(labels);
            }
        });
    }

    @Test
    void the_metric_of_the_conventions_is_in_seconds_with_their_buckets_and_one_set_of_labels() {
        assertThat(SERIES.get("gen_ai_execute_tool_duration_seconds_count"))
                .containsExactlyInAnyOrder(
                        "gen_ai_operation_name",
                        "gen_ai_tool_name",
                        "gen_ai_tool_type",
                        "error_type",
                        "error",
                        "interlock_end");
        assertThat(SERIES.get("gen_ai_execute_tool_duration_seconds_bucket")).contains("le");
    }

    @Test
    void grafana_can_load_it() {
        assertThat(dashboard.path("uid").asText()).matches("[a-zA-Z0-9-_]{1,40}");
        assertThat(dashboard.path("title").asText()).isNotBlank();
        assertThat(dashboard.path("schemaVersion").asInt()).isBetween(36, 42);
        assertThat(dashboard.path("time").path("from").asText()).isEqualTo("now-1h");
        assertThat(panels().map(panel -> panel.path("id").asInt())).doesNotHaveDuplicates();
        panels().forEach(panel -> {
            String title = panel.path("title").asText();
            assertThat(panel.path("type").asText()).as(title).isIn("timeseries", "stat");
            assertThat(panel.at("/datasource/uid").asText()).as(title).isEqualTo("${datasource}");
            assertThat(panel.at("/gridPos/x").asInt() + panel.at("/gridPos/w").asInt())
                    .as(title)
                    .isBetween(1, 24);
            assertThat(panel.path("targets")).as(title).isNotEmpty();
            List<String> references = new ArrayList<>();
            panel.path("targets")
                    .forEach(target -> references.add(target.path("refId").asText()));
            assertThat(references).as(title).doesNotHaveDuplicates().allMatch(name -> name.matches("[A-Z]"));
        });
        assertThat(cells()).as("panels that overlap").doesNotHaveDuplicates();
    }

    private static List<String> cells() {
        List<String> cells = new ArrayList<>();
        panels().map(panel -> panel.path("gridPos")).forEach(place -> {
            for (int x = 0; x < place.path("w").asInt(); x++) {
                for (int y = 0; y < place.path("h").asInt(); y++) {
                    cells.add((place.path("x").asInt() + x) + "/"
                            + (place.path("y").asInt() + y));
                }
            }
        });
        return cells;
    }

    @Test
    void variables_are_defined() {
        Set<String> defined = new HashSet<>();
        dashboard
                .at("/templating/list")
                .forEach(variable -> defined.add(variable.path("name").asText()));
        Matcher used = Pattern.compile("\\$\\{?([a-zA-Z]\\w*)").matcher(dashboard.toString());
        while (used.find()) {
            assertThat(defined).contains(used.group(1));
        }
    }
}
