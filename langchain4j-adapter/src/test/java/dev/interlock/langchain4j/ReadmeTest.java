package dev.interlock.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ReadmeTest {

    private static final Pattern JAVA_BLOCK = Pattern.compile("(?s)```java\\n(.*?)```");

    private static String withoutIndents(String text) {
        return text.lines().map(String::strip).reduce("", (all, line) -> all + line + "\n");
    }

    @Test
    void every_java_example_of_the_readme_is_compiled_here() throws IOException {
        String readme = Files.readString(Path.of("../README.md"));
        String compiled = withoutIndents(
                Files.readString(Path.of("src/test/java/dev/interlock/langchain4j/ReadmeExamples.java")));
        Matcher block = JAVA_BLOCK.matcher(readme);
        int blocks = 0;
        while (block.find()) {
            blocks++;
            assertThat(compiled).contains(withoutIndents(block.group(1)));
        }
        assertThat(blocks).isEqualTo(10);
    }

    @Test
    void the_example_without_langchain4j_runs() {
        List<CallResult> results = ReadmeExamples.withoutLangChain4j(List.of(
                ToolCall.parse("1", "balance", "{\"id\": \"42\"}"), ToolCall.parse("2", "close", "{\"id\": \"42\"}")));
        assertThat(results)
                .extracting(CallResult::outcome)
                .containsExactly(new Outcome.Succeeded("balance of 42"), new Outcome.Succeeded("closed 42"));
    }

    @Test
    void the_example_of_limits_builds() {
        assertThat(ReadmeExamples.limits()).isNotNull();
        assertThat(ReadmeExamples.resilience(new ArrayList<>())).isNotNull();
    }

    @Test
    void the_example_of_listening_builds() {
        assertThat(ReadmeExamples.listening()).isNotNull();
    }

    @Test
    void the_example_of_a_task_runs() {
        TaskResult result = ReadmeExamples.task(ScriptedChatModel.asking(
                ScriptedChatModel.call("1", "balance", "{\"id\": \"42\"}"),
                ScriptedChatModel.call("2", "balance", "{\"id\": \"43\"}")));

        assertThat(result.end()).isEqualTo(TaskEnd.ANSWER);
        assertThat(result.calls())
                .hasSize(2)
                .extracting(call -> call.outcome().isSuccess())
                .containsOnly(true);
    }
}
