package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Pure;
import dev.interlock.effect.Undeclared;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolService;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever a tool returns or throws: a clear result, and its siblings have theirs. */
@Timeout(60)
class MisbehavingToolTest {

    private static final List<AiServiceTool> TOOLS = ToolService.findTools(new Tools());
    private static final ToolExecutionRequest ECHO = call("echo", "echo", "{\"text\": \"hello\"}");

    private final ParallelTools parallel =
            ParallelTools.builder().undeclared(Undeclared.PARALLEL).build();

    static class Tools {
        @Tool
        @Pure
        String nothing() {
            return null;
        }

        @Tool
        @Pure
        String error() {
            throw new AssertionError("an error");
        }

        @Tool
        @Pure
        String errorWithoutMessage() {
            throw new OutOfMemoryError();
        }

        @Tool
        @Pure
        @SuppressWarnings("InfiniteRecursion") // that is what it is for
        int overflow() {
            return overflow() + 1;
        }

        @Tool
        @Pure
        String echo(@P(name = "text") String text) {
            return text;
        }
    }

    @Test
    void null_that_a_tool_returns_is_what_langchain4j_makes_of_it() {
        ScriptedChatModel plain = ScriptedChatModel.asking(call("1", "nothing", "{}"));
        AiServices.builder(Assistant.class)
                .chatModel(plain)
                .tools(new Tools())
                .build()
                .chat("go");

        for (var results : OneRound.bothWays(parallel, TOOLS, call("1", "nothing", "{}"), ECHO)) {
            assertThat(results.get(0).text()).isEqualTo(plain.resultTexts().get(0));
            assertThat(results.get(0).isError()).isFalse();
            assertThatEchoSucceeded(results.get(1));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "error, an error",
        "errorWithoutMessage, java.lang.OutOfMemoryError",
        "overflow, java.lang.StackOverflowError"
    })
    void error_that_a_tool_throws_is_that_calls_failure(String tool, String message) {
        for (var results : OneRound.bothWays(parallel, TOOLS, call("1", tool, "{}"), ECHO)) {
            assertThatFailed(results.get(0), message);
            assertThatEchoSucceeded(results.get(1));
        }
    }

    @ParameterizedTest
    @CsvSource({"error, an error", "overflow, java.lang.StackOverflowError"})
    void error_on_the_callers_thread_is_that_calls_failure(String tool, String message) {
        for (var results : OneRound.bothWays(parallel, TOOLS, call("1", tool, "{}"))) {
            assertThatFailed(results.get(0), message);
        }
    }

    @Test
    void error_that_an_executor_throws_is_that_calls_failure() {
        List<AiServiceTool> tools = List.of(
                tool("fail", request -> {
                    throw new NoClassDefFoundError("dev/example/Missing");
                }),
                tool("echo", request -> "hello"));

        for (var results : OneRound.bothWays(parallel, tools, call("1", "fail", "{}"), ECHO)) {
            assertThatFailed(results.get(0), "dev/example/Missing");
            assertThatEchoSucceeded(results.get(1));
        }
    }

    @Test
    void executor_that_returns_null_is_that_calls_failure() {
        List<AiServiceTool> tools = List.of(
                tool("nullText", request -> null), giving("nullResult", null), tool("echo", request -> "hello"));

        for (var results :
                OneRound.bothWays(parallel, tools, call("1", "nullText", "{}"), call("2", "nullResult", "{}"), ECHO)) {
            assertThat(results.get(0).isError()).isTrue();
            assertThat(results.get(0).text()).isNotBlank();
            assertThatFailed(results.get(1), "tool 'nullResult' returned no result");
            assertThatEchoSucceeded(results.get(2));
        }
    }

    private static AiServiceTool giving(String name, ToolExecutionResult.Builder result) {
        return AiServiceTool.builder()
                .toolSpecification(ToolSpecification.builder().name(name).build())
                .toolExecutor(new ToolExecutor() {
                    @Override
                    public String execute(ToolExecutionRequest request, Object memoryId) {
                        throw new AssertionError("not asked for");
                    }

                    @Override
                    public ToolExecutionResult executeWithContext(
                            ToolExecutionRequest request, InvocationContext context) {
                        return result == null ? null : result.build();
                    }
                })
                .build();
    }

    @Test
    void result_whose_text_turns_out_to_be_null_works_or_is_that_calls_failure() {
        List<AiServiceTool> tools = List.of(
                giving("nullText", ToolExecutionResult.builder().resultTextSupplier(() -> null)),
                tool("echo", request -> "hello"));

        for (var results : OneRound.bothWays(parallel, tools, call("1", "nullText", "{}"), ECHO)) {
            assertThat(results.get(0).contents()).isNotEmpty();
            assertThatEchoSucceeded(results.get(1));
        }
    }

    @Test
    void result_whose_text_cannot_be_made_is_that_calls_failure() {
        List<AiServiceTool> tools = List.of(
                giving("broken", ToolExecutionResult.builder().resultTextSupplier(() -> {
                    throw new IllegalStateException("no text");
                })),
                tool("echo", request -> "hello"));

        for (var results : OneRound.bothWays(parallel, tools, call("1", "broken", "{}"), ECHO)) {
            assertThatFailed(results.get(0), "no text");
            assertThatEchoSucceeded(results.get(1));
        }
    }

    @Test
    void empty_text_is_a_result() {
        List<AiServiceTool> tools = List.of(tool("empty", request -> ""), tool("echo", request -> "hello"));

        for (var results : OneRound.bothWays(parallel, tools, call("1", "empty", "{}"), ECHO)) {
            assertThat(results.get(0).text()).isEmpty();
            assertThat(results.get(0).isError()).isFalse();
            assertThatEchoSucceeded(results.get(1));
        }
    }

    @Test
    void exception_that_cannot_say_its_message_is_that_calls_failure_in_a_hand_written_loop() {
        List<AiServiceTool> tools = List.of(
                tool("broken", request -> {
                    throw new IllegalStateException() {
                        @Override
                        public String getMessage() {
                            throw new UnsupportedOperationException("no message");
                        }
                    };
                }),
                tool("echo", request -> "hello"));
        ParallelTools serial = ParallelTools.builder().build();

        List<ToolExecutionResultMessage> results = OneRound.executed(serial, tools, call("1", "broken", "{}"), ECHO);

        assertThat(results.get(0).isError()).isTrue();
        assertThat(results.get(0).text()).isNotBlank();
        assertThatEchoSucceeded(results.get(1));
    }

    private static void assertThatFailed(ToolExecutionResultMessage result, String message) {
        assertThat(result.isError()).isTrue();
        assertThat(result.text()).isEqualTo(message);
    }

    private static void assertThatEchoSucceeded(ToolExecutionResultMessage result) {
        assertThat(result.isError()).isFalse();
        assertThat(result.text()).isEqualTo("hello");
    }
}
