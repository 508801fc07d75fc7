package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.call;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The guide's examples compile, since each stands in a source file, and do what they say. */
class SuspendGuideTest extends SuspendFixture {

    private static final Pattern IN_GUIDE = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern IMPORTS = Pattern.compile("^import .*\\R", Pattern.MULTILINE);
    private static final Pattern IN_SOURCE =
            Pattern.compile("^ *// example: \\w+\\n(.*?)^ *// end$", Pattern.DOTALL | Pattern.MULTILINE);

    @Test
    void the_guide_has_the_examples_that_compile() throws IOException {
        String guide = Files.readString(Path.of("..", "docs", "suspend.md"));
        String source = Files.readString(Path.of("src/test/java/dev/interlock/execution/SuspendGuideExamples.java"));
        List<String> compiled = new ArrayList<>();
        for (Matcher example = IN_SOURCE.matcher(source); example.find(); ) {
            compiled.add(example.group(1).stripTrailing().stripIndent());
        }
        List<String> shown = new ArrayList<>();
        for (Matcher example = IN_GUIDE.matcher(guide); example.find(); ) {
            // GuidesCompileTest compiles these.
            shown.add(IMPORTS.matcher(example.group(1)).replaceAll("").strip());
        }
        assertThat(shown).hasSize(4).isEqualTo(compiled);
    }

    @Test
    void the_examples_do_what_they_say() {
        SuspendGuideExamples guide = new SuspendGuideExamples();
        ToolCallExecutor executor = guide.asking((round, place, call) -> asked.add(place + " " + call.tool()));
        assertThat(guide.execute(
                        executor,
                        List.of(
                                call("balance", "id", "1"),
                                call("pay", "id", "1"),
                                call("pay", "id", "2"),
                                call("pay", "id", "3")),
                        tools))
                .isEmpty();
        assertThat(asked).containsExactlyInAnyOrder("1 pay", "2 pay", "3 pay");
        String id = guide.store.texts.keySet().iterator().next();
        assertThat(values(guide.resume(executor, id, call("pay", "id", "4").arguments(), tools)))
                .containsExactly(
                        "balance done 1",
                        "pay done 1",
                        "pay done 4",
                        "tool 'pay' was not approved: the account is closed");
        assertThat(state(
                        suspended(() -> ToolCallExecutor.builder()
                                .build()
                                .execute(
                                        List.of(call("print")),
                                        ToolSet.of(SuspendGuideExamples.printer(document -> 7)))),
                        0))
                .isEqualTo("EXTERNAL: job 7 of the print shop");
    }
}
