package dev.interlock.springai;

import static dev.interlock.springai.Asked.call;
import static dev.interlock.springai.Asked.prompt;
import static dev.interlock.springai.Asked.response;
import static dev.interlock.springai.Asked.texts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.EffectSource;
import dev.interlock.effect.Effects;
import io.micrometer.observation.ObservationRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The guide's examples compile, since each stands in a source file, and do what they say. */
class SpringAiGuideTest {

    private static final Pattern IN_GUIDE = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern IN_SOURCE =
            Pattern.compile("^ *// example: \\w+\\n(.*?)^ *// end$", Pattern.DOTALL | Pattern.MULTILINE);

    @Test
    void the_guide_has_the_examples_that_compile() throws IOException {
        String guide = Files.readString(Path.of("../../docs/spring-ai.md"));
        String source = Files.readString(Path.of("src/test/java/dev/interlock/springai/SpringAiGuideExamples.java"));
        List<String> compiled = new ArrayList<>();
        for (Matcher example = IN_SOURCE.matcher(source); example.find(); ) {
            compiled.add(example.group(1).stripTrailing().stripIndent());
        }
        List<String> shown = new ArrayList<>();
        for (Matcher example = IN_GUIDE.matcher(guide); example.find(); ) {
            shown.add(example.group(1).strip());
        }
        assertThat(shown).hasSizeGreaterThan(6).containsExactlyInAnyOrderElementsOf(compiled);
    }

    @Test
    void the_examples_do_what_they_say() throws Exception {
        try (OpenAiServer server =
                OpenAiServer.answering(false, "Done.", call("a", "transfer", "{\"from\":1,\"to\":2,\"amount\":3}"))) {
            assertThat(SpringAiGuideExamples.client(server.model(), ObservationRegistry.NOOP)
                            .prompt("Pay")
                            .call()
                            .content())
                    .isEqualTo("Done.");
        }
        InterlockToolCallingManager manager = SpringAiGuideExamples.settings();
        assertThat(manager.binding(SpringAiGuideExamples.function(city -> "rain"))
                        .source())
                .isEqualTo(EffectSource.METADATA);
        assertThat(SpringAiGuideExamples.reports()).isNotNull();
        String caller = Thread.currentThread().getName();
        assertThat(texts(SpringAiGuideExamples.guarded()
                        .executeToolCalls(
                                prompt(Asked.tool(
                                        "where",
                                        EffectsMetadata.of(Effects.reads("x")),
                                        () -> Thread.currentThread().getName())),
                                response(call("1", "where", "{}"), call("2", "where", "{}")))))
                .containsExactly("\"" + caller + "\"", "\"" + caller + "\"");
        SpringAiGuideExamples.ToolSettings settings = new SpringAiGuideExamples.ToolSettings();
        settings.toolSettings().customize(InterlockToolCallingManager.builder());
        assertThat(texts(settings.toolCallingManager()
                        .executeToolCalls(
                                prompt(new SpringAiGuideExamples.BankTools()),
                                response(call("1", "add", "{\"a\":1,\"b\":2}")))))
                .containsExactly("3");
        SpringAiGuideExamples.plan(
                manager,
                prompt(new SpringAiGuideExamples.BankTools()),
                response(call("1", "balance", "{\"id\":1}"), call("2", "balance", "{\"id\":2}")));
    }
}
