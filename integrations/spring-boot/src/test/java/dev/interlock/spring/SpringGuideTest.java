package dev.interlock.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.ToolCall;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import dev.interlock.durable.journal.FileJournal;
import dev.interlock.durable.journal.JournalEntry;
import dev.interlock.langchain4j.ParallelTools;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.DefaultApplicationArguments;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

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
        assertThat(unlaid(blocks("java"))).hasSize(6).isEqualTo(unlaid(found(IN_SOURCE, source)));
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
        Properties all = new Properties();
        all.load(new StringReader(String.join("\n", blocks("properties"))));
        List<String> described = MetadataTest.names();
        assertThat(all.stringPropertyNames())
                .contains("interlock.journal.file")
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

    @Test
    void the_guides_recovery_runs_what_has_not_happened_and_only_that(@TempDir Path folder) {
        Path file = folder.resolve("rounds.journal");
        try (FileJournal journal = FileJournal.open(file)) {
            List<SuspendedCall> calls = Stream.of("1", "2")
                    .<SuspendedCall>map(account -> new SuspendedCall.Waiting(
                            ToolCall.parse(account, "charge", "{\"account\": \"" + account + "\", \"amount\": 5}"),
                            "has not been started"))
                    .toList();
            journal.write(new JournalEntry.RoundBegan(new SuspendedRound("r", calls)));
            for (int place = 0; place < 2; place++) {
                journal.write(new JournalEntry.CallStarts("r", place, Instant.EPOCH, false, false, null));
            }
        }
        JdbcClient database = JdbcClient.create(new DriverManagerDataSource("jdbc:h2:mem:recovery;DB_CLOSE_DELAY=-1"));
        database.sql("create table account(id varchar primary key, balance int)")
                .update();
        database.sql("insert into account values ('1', 100), ('2', 100)").update();
        SpringGuideExamples.Payments payments = "r-1"::equals;
        Contexts.runner()
                .withPropertyValues("interlock.journal.file=" + file)
                .withUserConfiguration(SpringGuideExamples.Recovering.class)
                .withBean(SpringGuideExamples.AccountTools.class, database)
                .withBean(SpringGuideExamples.Payments.class, () -> payments)
                .run(context -> {
                    ParallelTools parallel = context.getBean(ParallelTools.class);
                    assertThat(parallel.recover()).hasSize(1);
                    context.getBean(ApplicationRunner.class).run(new DefaultApplicationArguments());
                    assertThat(parallel.recover()).isEmpty();
                });
        assertThat(database.sql("select balance from account order by id")
                        .query(Integer.class)
                        .list())
                .containsExactly(100, 95);
    }
}
