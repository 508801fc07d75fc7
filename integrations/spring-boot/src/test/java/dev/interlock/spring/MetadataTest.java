package dev.interlock.spring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.interlock.langchain4j.ParallelTools;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Everything that a builder can be told has a property, or a reason why not; and IDEs know each property. */
class MetadataTest {

    /** By setter: the property of another name, or why there is none. */
    private static final Map<String, String> OTHERWISE = Map.ofEntries(
            Map.entry("concurrency", "max-concurrency"),
            Map.entry("groupConcurrency", "groups"),
            Map.entry("maxArgumentBytes", "max-argument-size"),
            Map.entry("effects", "tools"),
            Map.entry("policy", "tools"),
            Map.entry("effectsFrom", "effects-files"),
            Map.entry("effectsFromResource", "effects-files"),
            Map.entry("trustMcp", "mcp.trusted"),
            Map.entry("mcpCatalogue", "mcp.catalogue"),
            Map.entry("resultLimit", "result-limit.max-size"),
            Map.entry("threadFactory", "no property: a bean named interlockThreadFactory"),
            Map.entry("contextPropagator", "no property: beans"),
            Map.entry("interceptor", "no property: beans"),
            Map.entry("roundGuard", "no property: beans"),
            Map.entry("listener", "no property: beans"),
            Map.entry("footprints", "no property: beans"),
            Map.entry("journal", "journal.file"),
            Map.entry("handover", "no property: a bean"),
            Map.entry("replicaLimits", "no property: a bean"),
            Map.entry("resumeRegister", "no property: a ParallelToolsCustomizer"),
            Map.entry("build", "no setting"));

    private static final Map<String, String> OTHERWISE_FOR_EFFECTS = Map.of(
            "path", "paths", "of", "no property: a function", "and", "no setting: both reads and writes may be set");

    private static JsonNode metadata() throws IOException {
        try (InputStream in = MetadataTest.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
            return new ObjectMapper().readTree(in);
        }
    }

    private static Map<String, JsonNode> properties() throws IOException {
        Map<String, JsonNode> properties = new TreeMap<>();
        metadata()
                .get("properties")
                .forEach(each -> properties.put(each.get("name").asText(), each));
        return properties;
    }

    /** Of all properties. */
    static List<String> names() throws IOException {
        return List.copyOf(properties().keySet());
    }

    static Set<String> setters(Class<?> builder) {
        return Arrays.stream(builder.getMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers()))
                .filter(method -> method.getDeclaringClass() != Object.class)
                .filter(method -> method.getReturnType() != Object.class || method.getParameterCount() > 0)
                .map(Method::getName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    static String kebab(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private static Set<String> components(Class<?> type) {
        return Arrays.stream(type.getRecordComponents())
                .map(each -> kebab(each.getName()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void every_setting_of_the_builder_has_a_property_or_a_reason() throws IOException {
        Set<String> properties = new TreeSet<>(properties().keySet());
        Set<String> settings = setters(ParallelTools.Builder.class);
        assertThat(settings).contains("timeout", "effects", "maxCallsPerTool", "earlyStart", "build");
        for (String setting : settings) {
            String property = OTHERWISE.getOrDefault(setting, kebab(setting));
            if (!property.startsWith("no ")) {
                assertThat(properties).as(setting).contains("interlock." + property);
            }
        }
        assertThat(settings).as("exceptions that are none").containsAll(OTHERWISE.keySet());
    }

    @Test
    void every_setting_of_a_policy_has_a_property() {
        Set<String> properties = components(ToolProperties.class);
        assertThat(setters(ToolPolicy.Builder.class)).hasSizeGreaterThan(5).allSatisfy(setting -> {
            if (!setting.equals("build")) {
                assertThat(properties).contains(kebab(setting));
            }
        });
        assertThat(setters(RetryPolicy.Builder.class)).hasSizeGreaterThan(5).allSatisfy(setting -> {
            // Functions.
            if (!Set.of("build", "retryOn", "retryAfter").contains(setting)) {
                assertThat(components(ToolProperties.Retry.class)).contains(kebab(setting));
            }
        });
    }

    @Test
    void every_kind_of_effects_has_a_property() {
        Set<String> kinds = Arrays.stream(Effects.class.getMethods())
                .filter(method -> method.getReturnType() == Effects.class && Modifier.isPublic(method.getModifiers()))
                .map(Method::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(kinds)
                .contains("reads", "writes", "pure", "exclusive", "path")
                .allSatisfy(kind -> {
                    String property = OTHERWISE_FOR_EFFECTS.getOrDefault(kind, kebab(kind));
                    if (!property.startsWith("no ")) {
                        assertThat(components(ToolProperties.EffectsProperties.class))
                                .contains(property);
                    }
                });
    }

    @Test
    void every_property_is_described() throws IOException {
        assertThat(properties()).hasSizeGreaterThan(35);
        properties().forEach((name, property) -> {
            if (name.startsWith("interlock.")) {
                assertThat(property.path("description").asText())
                        .as(name)
                        .endsWith(".")
                        .hasSizeGreaterThan(20);
            }
        });
    }

    @Test
    void words_that_a_property_takes_are_offered() throws IOException {
        assertThat(metadata().get("hints").findValuesAsText("name")).contains("interlock.max-concurrency");
        assertThat(metadata().get("hints").toString()).contains("\"unlimited\"", "\"io\"", "\"cpu\"");
    }
}
