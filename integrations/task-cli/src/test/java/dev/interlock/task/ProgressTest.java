package dev.interlock.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolPolicy;
import dev.interlock.durable.CallPendingException;
import dev.interlock.effect.Pure;
import dev.interlock.effect.Writes;
import dev.interlock.execution.Cancellation;
import dev.interlock.langchain4j.TaskAgent;
import dev.interlock.langchain4j.TaskEnd;
import dev.interlock.langchain4j.TaskEvent;
import dev.interlock.langchain4j.TaskResult;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.model.output.TokenUsage;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ProgressTest {

    private final StringWriter out = new StringWriter();

    @Test
    void on_a_terminal_a_line_moves_while_the_model_is_asked_and_is_gone_at_the_end() {
        Progress progress = new Progress(new PrintWriter(out, true), true);
        progress.onEvent(new TaskEvent.ModelAsked(1, 1, Instant.EPOCH));

        await().until(() -> out.toString().split("the model", -1).length > 3);
        progress.close();

        assertThat(out.toString())
                .containsPattern("[⠋⠙⠹⠸⠼] the model \\(\\d+\\.\\d s\\)")
                .endsWith("\r\u001b[2K");
    }

    @Test
    void elsewhere_there_are_only_lines() {
        try (Progress progress = new Progress(new PrintWriter(out, true), false)) {
            progress.onEvent(new TaskEvent.ModelAsked(1, 1, Instant.EPOCH));
        }

        assertThat(out.toString()).isEmpty();
    }

    static final class Busy {

        @Tool
        @Pure
        String calculate(String expression) {
            if (expression.startsWith("1")) {
                throw new IllegalStateException("no time for " + expression);
            }
            return expression;
        }
    }

    @Test
    void a_call_that_failed_says_after_how_many_attempts() {
        RetryPolicy retry =
                RetryPolicy.builder().maxAttempts(3).initialDelay(Duration.ZERO).build();
        TaskResult result;
        try (Progress progress = new Progress(new PrintWriter(out, true), false);
                TaskAgent agent = TaskAgent.builder()
                        .chatModel(new DemoModel())
                        .tools(new Busy())
                        .listener(progress)
                        .parallelTools(tools -> tools.policy(
                                "calculate", ToolPolicy.builder().retry(retry).build()))
                        .build()) {
            result = agent.execute("calculate 1+1");
        }

        assertThat(out.toString())
                .contains("  again 1 in 0 ms: no time for 1+1")
                .containsPattern("  FAIL  1 calculate \\d+ ms after 3 attempts: no time for 1\\+1");
        assertThat(result.answer()).contains("- calculate: failed after 3 attempts: no time for 1+1");
        assertThat(TaskReport.summary(result)).startsWith("1 call in 1 round, 1 failed, 2 further attempts, ");
        assertThat(TaskReport.json(result).at("/rounds/0/calls/0/result").asText())
                .isEqualTo("failed after 3 attempts: no time for 1+1");
    }

    static final class Printing {

        @Tool
        @Writes("printer")
        @SuppressWarnings("DoNotCallSuggester") // the engine calls it
        String calculate(String expression) {
            throw new CallPendingException("the print of " + expression);
        }
    }

    @Test
    void a_call_that_is_pending_waits_and_has_not_failed() {
        TaskResult result;
        try (Progress progress = new Progress(new PrintWriter(out, true), false);
                TaskAgent agent = TaskAgent.builder()
                        .chatModel(new DemoModel())
                        .tools(new Printing())
                        .listener(progress)
                        .build()) {
            result = agent.execute("calculate 1+1 and calculate 2+2");
        }

        assertThat(out.toString())
                .contains("  waits 1 calculate: the print of 1+1")
                .contains("  waits 2 calculate for call 1")
                .doesNotContain("FAIL");
        assertThat(result.end()).isEqualTo(TaskEnd.SUSPENDED);
        assertThat(TaskCommand.status(result)).isEqualTo(12);
        assertThat(TaskReport.end(result))
                .startsWith("it is suspended, because calls are pending: round ")
                .endsWith("what call 1 waits for ('calculate'): the print of 1+1");
        assertThat(result.failedCalls()).isEmpty();
        assertThat(TaskReport.summary(result))
                .startsWith("2 calls in 1 round, ")
                .doesNotContain("failed");
        assertThat(TaskReport.json(result).at("/rounds/0/calls"))
                .extracting(call -> call.path("outcome").asText())
                .containsExactly("Suspended", "Suspended");
    }

    @Test
    void each_end_of_a_task_has_an_exit_code_of_its_own_that_the_help_explains() {
        CommandLine command = new CommandLine(new TaskCommand(Map.of(), new Cancellation()));
        Map<String, String> explained = command.getCommandSpec().usageMessage().exitCodeList();
        Map<Integer, TaskEnd> codes = new TreeMap<>();
        for (TaskEnd end : TaskEnd.values()) {
            TaskResult result = new TaskResult(
                    end == TaskEnd.ANSWER ? "yes" : null,
                    end,
                    null,
                    List.of(),
                    1,
                    new TokenUsage(),
                    Duration.ZERO,
                    null);
            assertThat(codes.put(TaskCommand.status(result), end)).isNull();
        }

        assertThat(codes).hasSize(TaskEnd.values().length).doesNotContainKey(11);
        assertThat(explained.keySet().stream().map(code -> Integer.parseInt(code.strip())))
                .containsAll(codes.keySet());
        assertThat(explained).containsEntry(" 12", "it is suspended, since calls wait for a decision");
    }

    @Test
    void a_terminal_is_not_assumed() {
        assertThat(Terminal.isThere(Map.of())).isFalse();
        assertThat(Terminal.isThere(Map.of("TERM", "dumb"))).isFalse();
    }

    @Test
    void text_of_others_does_not_command_the_terminal() {
        assertThat(Printable.text("a\u001b[2J\r\u0007b\u009bc\u202Ed\n\te\uDB40\uDC41"))
                .isEqualTo("a\uFFFD[2J\uFFFD\uFFFDb\uFFFDc\uFFFDd\n\te\uFFFD");
        assertThat(Printable.line(" a\nb ", 10)).isEqualTo("a b");
        assertThat(Printable.line("abcdef", 4)).isEqualTo("abc…");
    }
}
