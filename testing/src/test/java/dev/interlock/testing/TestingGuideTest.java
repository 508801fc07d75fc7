package dev.interlock.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.interlock.effect.Writes;
import dev.langchain4j.agent.tool.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineTestKit;

/** The guide's examples compile, since each stands in a source file, and do what they say. */
class TestingGuideTest {

    private static final Pattern IN_GUIDE =
            Pattern.compile("```java\\n(.*?)^ *```", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern IN_SOURCE =
            Pattern.compile("^ *// example: \\w+\\n(.*?)^ *// end$", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern IMPORTS = Pattern.compile("^(?:import [^;]+;\\n+)+", Pattern.MULTILINE);

    @Test
    void the_guide_has_the_examples_that_compile() throws IOException {
        String guide = Files.readString(Path.of("..", "docs", "testing.md"));
        String source = Files.readString(Path.of("src/test/java/dev/interlock/testing/TestingGuideExamples.java"));
        List<String> compiled = new ArrayList<>();
        for (Matcher example = IN_SOURCE.matcher(source); example.find(); ) {
            compiled.add(example.group(1).stripTrailing().stripIndent());
        }
        List<String> shown = new ArrayList<>();
        for (Matcher example = IN_GUIDE.matcher(guide); example.find(); ) {
            // That the imports are the right ones, GuidesCompileTest knows.
            shown.add(IMPORTS.matcher(example.group(1).stripTrailing().stripIndent())
                    .replaceFirst("")
                    .strip());
        }
        assertThat(shown).hasSizeGreaterThan(5).isEqualTo(compiled);
    }

    /** The guide's tools, one of which forgets what it touches. */
    static final class Forgetful extends TestingGuideExamples.Accounts {
        @Override
        @Tool("Moves money")
        @Writes("account/{from}")
        void transfer(int from, int to, int amount) {
            super.transfer(from, to, amount);
        }
    }

    @Test
    void the_guide_shows_what_a_check_says() throws IOException {
        Clash clash = EffectsCheck.of(Forgetful::new)
                .tools(accounts -> accounts)
                .state(accounts -> accounts.balances)
                .values("id", 1, 2)
                .values("from", 1, 2)
                .values("to", 2, 1)
                .find()
                .orElseThrow();
        assertThat(Files.readString(Path.of("..", "docs", "testing.md"))).contains("```\n" + clash + "\n```");
    }

    @Test
    void the_examples_do_what_they_say() {
        EngineTestKit.engine("junit-jupiter")
                .selectors(
                        selectClass(TestingGuideExamples.CheckTest.class),
                        selectClass(TestingGuideExamples.AnnotatedTest.class),
                        selectClass(TestingGuideExamples.ScriptedTest.class))
                .execute()
                .testEvents()
                .assertStatistics(stats -> stats.succeeded(3).failed(0));
        TestingGuideExamples.batches(List.of());
        TestingGuideExamples.core();
        TestingGuideExamples.audited();
        TestingGuideExamples.replies();
    }

    @Test
    void no_serial_order_shows_that_writes_which_commute_are_undeclared() {
        CheckReport report = TestingGuideExamples.commuting();
        assertThat(report.complete()).isTrue();
        assertThat(report.extent()).startsWith("tried all legal orders of ");
    }
}
