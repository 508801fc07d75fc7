package dev.interlock.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.langchain4j.ParallelTools;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The guide's examples compile, since each stands in a source file, and its properties are some. */
class SpringGuideTest {

    private static final Path GUIDE = Path.of("..", "..", "docs", "spring.md");
    private static final Pattern IN_SOURCE =
            Pattern.compile("^ *// example: \\w+\\n(.*?)^ *// end$", Pattern.DOTALL | Pattern.MULTILINE);

    private static List<String> found(Pattern pattern, String text) {
        List<String> found = new ArrayList<>();
        for (Matcher example = pattern.matcher(text); example.find(); ) {
            found.add(example.group(1).stripTrailing().stripIndent());
        }
        return found;
    }

    private static List<String> blocks(String language) throws IOException {
        return found(Pattern.compile("```" + language + "\\n(.*?)```", Pattern.DOTALL), Files.readString(GUIDE));
    }

    @Test
    void the_guide_has_the_examples_that_compile() throws IOException {
        String source = Files.readString(Path.of("src/test/java/dev/interlock/spring/SpringGuideExamples.java"));
        assertThat(unlaid(blocks("java"))).hasSize(5).isEqualTo(unlaid(found(IN_SOURCE, source)));
    }

    /** The guide breaks lines where it reads well, the formatter elsewhere. */
    private static List<String> unlaid(List<String> examples) {
        return examples.stream().map(each -> each.replaceAll("\\s+", "")).toList();
    }

    @Test
    void the_guides_properties_are_taken() throws IOException {
        Properties properties = new Properties();
        properties.load(new StringReader(blocks("properties").getFirst()));
        assertThat(properties).hasSizeGreaterThan(12);
        String[] pairs = properties.stringPropertyNames().stream()
                .map(name -> name + "=" + properties.getProperty(name))
                .toArray(String[]::new);
        List<String> described = MetadataTest.names();
        assertThat(properties.stringPropertyNames())
                .allSatisfy(name -> assertThat(described).anyMatch(known -> (name + ".").startsWith(known + ".")));
        Contexts.runner()
                .withPropertyValues(pairs)
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void the_guides_beans_do_what_they_say() {
        Contexts.runner()
                .withUserConfiguration(SpringGuideExamples.Customized.class, SpringGuideExamples.Own.class)
                .run(context -> {
                    assertThat(context).hasNotFailed().hasSingleBean(ParallelTools.class);
                    assertThat(context).hasBean("patient");
                });
    }
}
