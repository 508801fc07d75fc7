package dev.interlock.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.interlock.execution.SettingsBuilder;
import dev.interlock.langchain4j.ParallelTools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.Resource;

/** A property changes the one thing in the builder that it is about, and a wrong one is named at the start. */
class PropertySettingsTest {

    private static Map<String, Object> settings(String... properties) {
        return settings(Contexts.runner().withPropertyValues(properties));
    }

    /** The property as YAML gives it: numbers and truth values are no text. */
    private static ApplicationContextRunner yaml(String property) {
        Resource file = new ByteArrayResource(property.replaceFirst("=", ": ").getBytes(StandardCharsets.UTF_8));
        return Contexts.runner().withInitializer(context -> {
            try {
                new YamlPropertySourceLoader()
                        .load("yaml", file)
                        .forEach(context.getEnvironment().getPropertySources()::addFirst);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** What the builder that a context makes holds, by the names of its fields. */
    private static Map<String, Object> settings(ApplicationContextRunner runner) {
        Map<String, Object> settings = new TreeMap<>();
        runner.run(context -> {
            ParallelTools.Builder builder = context.getBean(ParallelTools.Builder.class);
            for (Class<?> type = builder.getClass(); type != Object.class; type = type.getSuperclass()) {
                for (Field field : type.getDeclaredFields()) {
                    field.setAccessible(true);
                    settings.put(field.getName(), Objects.toString(field.get(builder)));
                }
            }
        });
        assertThat(settings).isNotEmpty();
        return settings;
    }

    private static final Map<String, Object> DEFAULTS = withoutBeans(settings());

    /** Beans are others in each context. */
    private static Map<String, Object> withoutBeans(Map<String, Object> settings) {
        settings.keySet()
                .removeIf(name -> name.equals("propagators")
                        || name.equals("listeners")
                        || name.equals("guards")
                        || name.equals("time"));
        return settings;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "max-concurrency=7                          | maxConcurrency      | Concurrency[limit=7]",
                "max-concurrency=unlimited                  | maxConcurrency      | Concurrency[limit=2147483647]",
                "total-concurrency=8                        | maxConcurrencyOfAll | 8",
                "timeout=3s                                 | timeout             | PT3S",
                "call-timeout=4s                            | callTimeout         | PT4S",
                "round-timeout=5s                           | roundTimeout        | PT5S",
                "grace-period=100ms                         | gracePeriod         | PT0.1S",
                "held-resource-timeout=6s                   | heldResourceTimeout | PT6S",
                "max-calls-per-batch=9                      | maxCalls            | 9",
                "max-argument-size=2KB                      | maxArgumentBytes    | 2048",
                "result-limit.max-size=1KB                  | resultLimit         | ResultLimit[maxBytes=1024,"
                        + " whenLonger=CUT]",
                "accept=learnt                              | accepted            | [DECLARED, LEARNT]",
                "undeclared=parallel                        | undeclared          | PARALLEL",
                "inference=false                            | inference           | false",
                "fail-fast=true                             | failFast            | true",
                "coalescing=true                            | coalescing          | true",
                "chaining=true                              | chaining            | true",
                "exclusive-across-conversations=true        | exclusiveAcrossConversations | true",
                "early-start=off                            | earlyStart          | OFF",
                "overlapping-hooks=true                     | overlappingHooks    | true",
                "audit=fail                                 | audit               | FAIL",
                "logging-context=true                       | loggingContext      | true",
                "max-calls-per-tool=4                       | maxCallsOfTool      | 4",
                "max-repeated-calls=2                       | maxRepeats          | 2",
                "tools.search.max-calls=3                   | maxCallsOfTools     | {search=3}",
                "mcp.catalogue=false                        | mcpCatalogue        | false",
            })
    void a_property_is_given_to_the_builder(String property, String field, String value) {
        Map<String, Object> settings = withoutBeans(settings("interlock." + property));
        assertThat(withoutBeans(settings(yaml("interlock." + property)))).isEqualTo(settings);
        assertThat(settings).containsEntry(field, value);
        settings.keySet().removeIf(name -> Objects.equals(settings.get(name), DEFAULTS.get(name)));
        // Remembers what was set of which tool, whatever it is.
        settings.remove("settingsElsewhere");
        // One of two fields of that name, as there are of "maxCalls", hides the other here.
        assertThat(settings).containsOnlyKeys(field);
    }

    @Test
    void limits_of_groups_and_trusted_servers_are_given_to_the_builder() {
        assertThat(settings("interlock.groups.mail.max-concurrency=2", "interlock.groups.mail.tools=mail_*,send"))
                .extractingByKey("groups")
                .asString()
                .contains("mail_*", "send", "limit=2");
        assertThat(settings("interlock.mcp.trusted=files,git", "interlock.mcp.resources.files=file"))
                .extractingByKey("trusted")
                .asString()
                .contains("files=", "git=", "file");
        assertThat(settings("interlock.max-calls-per-invocation=12")).containsEntry("maxCalls", "2147483647");
    }

    @Test
    void a_policy_is_given_to_the_builder() {
        Map<String, Object> settings = settings(
                "interlock.tools.search.timeout=2s",
                "interlock.tools.search.call-timeout=3s",
                "interlock.tools.search.max-concurrency=4",
                "interlock.tools.search.priority=5",
                "interlock.tools.search.idempotent=true",
                "interlock.tools.search.references=true",
                "interlock.tools.search.parameter-references.query=false",
                "interlock.tools.search.retry.max-attempts=6",
                "interlock.tools.search.retry.initial-delay=10ms");
        String expected = ToolPolicy.builder()
                .timeout(Duration.ofSeconds(2))
                .callTimeout(Duration.ofSeconds(3))
                .maxConcurrency(4)
                .priority(5)
                .idempotent(true)
                .references(true)
                .references("query", false)
                .build()
                .toString();
        assertThat(settings.get("policies").toString().replaceAll("retry=[^,]*", "retry=null"))
                .isEqualTo("{search=" + expected + "}");
        assertThat(settings.get("policies").toString()).contains("retry=dev.interlock.call.RetryPolicy@");
    }

    @Test
    void effects_are_given_to_the_builder() {
        String effects = (String) settings(
                        "interlock.tools.transfer.effects.reads=rates",
                        "interlock.tools.transfer.effects.writes=account/{from},account/{to}",
                        "interlock.tools.save.effects.writes=file/{path}",
                        "interlock.tools.save.effects.paths.path=/data",
                        "interlock.tools.save.effects.ignoring-case=path",
                        "interlock.tools.save.effects.following-links=path",
                        "interlock.tools.convert.effects.pure=true",
                        "interlock.tools.print.effects.exclusive-resource=printer",
                        "interlock.tools.restart.effects.exclusive=true")
                .get("effects");
        assertThat(effects)
                .contains("transfer=reads rates, writes account/{from}, writes account/{to}")
                .contains("save=writes file/{path}")
                .contains("convert=" + Effects.pure())
                .contains("print=writes printer")
                .contains("restart=exclusive");
    }

    @Test
    void what_is_said_of_paths_reaches_the_effects() {
        Contexts.runner()
                .withPropertyValues(
                        "interlock.tools.save.effects.writes=file/{path}",
                        "interlock.tools.save.effects.paths.path=/data",
                        "interlock.tools.save.effects.ignoring-case=path")
                .run(context -> {
                    Field effects = SettingsBuilder.class.getDeclaredField("effects");
                    effects.setAccessible(true);
                    Effects save = (Effects)
                            ((Map<?, ?>) effects.get(context.getBean(ParallelTools.Builder.class))).get("save");
                    assertThat(save.accesses(ToolCall.parse("1", "save", "{\"path\": \"Notes.md\"}")))
                            .containsAll(save.accesses(ToolCall.parse("2", "save", "{\"path\": \"/data/notes.md\"}")));
                });
    }

    @Test
    void a_tool_is_found_by_its_name_whatever_signs_it_has() {
        assertThat(settings("interlock.tools.read_file.timeout=2s")
                        .get("policies")
                        .toString())
                .contains("{read_file=");
        assertThat(settings("interlock.tools[read_file].timeout=2s")
                        .get("policies")
                        .toString())
                .contains("{read_file=");
        assertThat(settings("interlock.tools.readFile.timeout=2s")
                        .get("policies")
                        .toString())
                .contains("{readFile=");
        assertThat(settings("interlock.tools.read-file.timeout=2s")
                        .get("policies")
                        .toString())
                .contains("{read-file=");
        assertThat(settings("interlock.tools[a.b].timeout=2s").get("policies").toString())
                .contains("{a.b=");
    }

    @Test
    void an_effects_file_is_read_from_where_resources_are(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(
                folder.resolve("effects.json"),
                "{\"version\": 1, \"tools\": {\"charge\": {\"writes\": [\"account/{id}\"]}}}");
        assertThat(settings("interlock.effects-files=" + file.toUri())
                        .get("effectsFiles")
                        .toString())
                .isNotEqualTo("[]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "timeout=0s                                   | interlock.timeout              | must be > 0 ms",
                "max-calls-per-batch=0                        | interlock.max-calls-per-batch  | must be >= 1",
                "tools.search.retry.max-attempts=0            | interlock.tools.search.retry   | must be >= 1",
                "tools.search.max-concurrency=0               | interlock.tools.search         | must be >= 1",
                "tools.save.effects.writes=file/{path         | interlock.tools.save.effects   | file/{path",
                "tools.save.effects.reads=                    | interlock.tools.save.effects   | must set one of",
                "mcp.resources.files=file                     | interlock.mcp.resources.files  | is not among",
                "effects-files=file:/no/such/file.json        | interlock.effects-files[0]     | cannot be read",
                "accept=suggested                             | interlock.accept               | cannot be accepted",
                "groups.mail.max-concurrency=2                | interlock.groups.mail          | at least 1 tool",
                "max-argument-size=-4294967295B               | interlock.max-argument-size    | must be >= 1",
                "reports.rounds=0                             | interlock.reports.rounds       | must be >= 1, was 0",
                "reports.max-length=0                         | interlock.reports.max-length   | must be >= 1, was 0",
                "health.max-abandoned=-1                      | interlock.health.max-abandoned | must be >= 0, was -1",
                "shutdown.timeout=-5s                         | interlock.shutdown.timeout     | >= 0 ms, was -5000 ms",
            })
    void a_wrong_property_is_named(String property, String name, String why) {
        Contexts.runner()
                .withPropertyValues("interlock." + property)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .satisfies(cause -> assertThat(context.getStartupFailure())
                                .hasStackTraceContaining(InvalidConfigurationPropertyValueException.class.getName())
                                .hasStackTraceContaining(why)
                                .hasStackTraceContaining(name)));
    }

    @Test
    void a_word_that_is_no_concurrency_is_named() {
        Contexts.runner()
                .withPropertyValues("interlock.max-concurrency=many")
                .run(context -> assertThat(context.getStartupFailure())
                        .hasStackTraceContaining("must be a number, 'unlimited', 'io' or 'cpu', was 'many'"));
    }
}
