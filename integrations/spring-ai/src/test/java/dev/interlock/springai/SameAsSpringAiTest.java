package dev.interlock.springai;

import static dev.interlock.springai.Asked.call;
import static dev.interlock.springai.Asked.prompt;
import static dev.interlock.springai.Asked.response;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Undeclared;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.DefaultToolCallingManager;
import org.springframework.ai.model.tool.ToolCallLimitBehavior;
import org.springframework.ai.model.tool.ToolCallLimitExceededException;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.ai.model.tool.ToolExecutionResult;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.ai.tool.execution.DefaultToolExecutionExceptionProcessor;
import org.springframework.ai.tool.execution.ToolExecutionException;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.ai.tool.metadata.ToolMetadata;

/** What a response comes to is the same with Spring AI's manager and with this one. */
class SameAsSpringAiTest {

    /** What leaves the tools, in the order in which they ran. */
    private final List<String> ran = Collections.synchronizedList(new ArrayList<>());

    final class Tools {
        @Tool
        String echo(String text) {
            ran.add("echo " + text);
            return "echo " + text;
        }

        @Tool(returnDirect = true)
        String direct(String text) {
            ran.add("direct " + text);
            return text;
        }

        @Tool
        void nothing() {
            ran.add("nothing");
        }

        @Tool
        Object none() {
            ran.add("none");
            return null;
        }

        @Tool
        List<Integer> numbers() {
            return List.of(1, 2);
        }

        @Tool
        String fail(String why) {
            ran.add("fail");
            throw new IllegalStateException(why);
        }

        @Tool
        String failSilently() {
            throw new IllegalStateException();
        }

        @Tool
        String failChecked() throws IOException {
            ran.add("failChecked");
            throw new IOException("disk full");
        }

        @Tool
        String crash(int depth) {
            if (depth >= 0) {
                throw new StackOverflowError("too deep");
            }
            return "";
        }

        @Tool
        String whoAmI(ToolContext context) {
            return String.valueOf(context.getContext().get("user"));
        }

        @Tool
        String add(int number) {
            return "number " + number;
        }
    }

    private static final ToolCallback OWN_FAILURE = FunctionToolCallback.builder("own", (Map<String, Object> in) -> {
                throw new ToolExecutionException(
                        FunctionToolCallback.builder("own", () -> "").build().getToolDefinition(),
                        new UncheckedIOException("gone", new IOException()));
            })
            .inputType(Map.class)
            .build();

    private static final ToolCallback NO_RESULT = new ToolCallback() {
        @Override
        public org.springframework.ai.tool.definition.ToolDefinition getToolDefinition() {
            return org.springframework.ai.tool.definition.ToolDefinition.builder()
                    .name("noResult")
                    .description("gives nothing")
                    .inputSchema("{}")
                    .build();
        }

        @Override
        public String call(String input) {
            return null;
        }
    };

    private static final ToolCallback RAW_FAILURE = new ToolCallback() {
        @Override
        public org.springframework.ai.tool.definition.ToolDefinition getToolDefinition() {
            return org.springframework.ai.tool.definition.ToolDefinition.builder()
                    .name("raw")
                    .description("fails in its own way")
                    .inputSchema("{}")
                    .build();
        }

        @Override
        public ToolMetadata getToolMetadata() {
            return ToolMetadata.builder().returnDirect(true).build();
        }

        @Override
        public String call(String input) {
            throw new UnsupportedOperationException("raw");
        }
    };

    static Stream<Arguments> responses() {
        String text = "{\"text\":\"a\"}";
        return Stream.of(
                        named("one", call("1", "echo", text)),
                        named("two of one tool", call("1", "echo", text), call("2", "echo", "{\"text\":\"b\"}")),
                        named("equal ones", call("1", "echo", text), call("1", "echo", text)),
                        named("no ids", call(null, "echo", text), call("", "add", "{\"number\":1}")),
                        named("all direct", call("1", "direct", text), call("2", "direct", "{\"text\":\"b\"}")),
                        named("some direct", call("1", "direct", text), call("2", "echo", text)),
                        named("direct failure", call("1", "raw", "{}")),
                        named("nothing, null", call("1", "nothing", "{}"), call("2", "none", "{}")),
                        named("callback gives null", call("1", "noResult", "{}")),
                        named("JSON", call("1", "numbers", "{}")),
                        named("no arguments", call("1", "nothing", null), call("2", "nothing", " ")),
                        named("missing argument", call("1", "echo", "{}")),
                        named("failure", call("1", "fail", "{\"why\":\"no\"}"), call("2", "echo", text)),
                        named("failure without a message", call("1", "failSilently", "{}")),
                        named("callback's own failure", call("1", "own", "{}"), call("2", "echo", text)),
                        named("checked failure", call("1", "echo", text), call("2", "failChecked", "{}")),
                        named("error", call("1", "crash", "{\"depth\":1}")),
                        named("raw failure", call("1", "echo", text), call("2", "raw", "{}"), call("3", "echo", text)),
                        named(
                                "unknown tool",
                                call("1", "echo", text),
                                call("2", "no_such", "{}"),
                                call("3", "echo", text)),
                        named("other case", call("1", "Echo", text)),
                        named("no JSON", call("1", "echo", "{\"text\":"), call("2", "echo", text)),
                        named("no object", call("1", "echo", "[1]"), call("2", "echo", "\"a\"")),
                        named("null literal", call("1", "echo", "null")),
                        named("wrong type", call("1", "add", "{\"number\":\"x\"}"), call("2", "echo", text)),
                        named("function, no JSON", call("1", "own", "{\"a\":")),
                        named("context", call("1", "whoAmI", "{}")),
                        named(
                                "at the limit of a tool",
                                IntStream.range(0, 3)
                                        .mapToObj(i -> call("" + i, "echo", text))
                                        .toArray(AssistantMessage.ToolCall[]::new)),
                        named(
                                "over the limit of a tool",
                                call("0", "direct", text),
                                call("1", "echo", text),
                                call("2", "echo", text),
                                call("3", "echo", text),
                                call("4", "echo", "{\"text\":\"over\"}"),
                                call("5", "add", "{\"number\":5}")),
                        named(
                                "over the limit of a turn",
                                IntStream.range(0, 9)
                                        .mapToObj(i -> call("" + i, i % 2 == 0 ? "numbers" : "direct", text))
                                        .toArray(AssistantMessage.ToolCall[]::new)))
                .flatMap(each -> Settings.all()
                        .map(settings ->
                                Arguments.of(each.name() + ", " + settings.name(), each.response(), settings)));
    }

    private record Named(String name, ChatResponse response) {}

    private static Named named(String name, AssistantMessage.ToolCall... calls) {
        return new Named(name, response(calls));
    }

    /** The same settings for both. */
    record Settings(
            String name,
            BiConsumer<DefaultToolCallingManager.Builder, InterlockToolCallingManager.Builder> both,
            Map<String, Object> context,
            List<Message> before) {

        private static final List<Message> QUESTION = List.of(new UserMessage("Do it"));

        private static final List<Message> SECOND_ROUND = List.of(
                new UserMessage("first question"),
                answers("echo", "echo", "echo", "echo"),
                new UserMessage("Do it"),
                answers("echo", "echo", "numbers"));

        static Stream<Settings> all() {
            return Stream.of(
                    new Settings("defaults", (theirs, ours) -> {}, Map.of("user", "ann"), QUESTION),
                    new Settings(
                            "throwing",
                            (theirs, ours) -> {
                                var throwing = new DefaultToolExecutionExceptionProcessor(true);
                                theirs.toolExecutionExceptionProcessor(throwing);
                                ours.toolExecutionExceptionProcessor(throwing);
                            },
                            Map.of(),
                            QUESTION),
                    new Settings(
                            "limits that throw",
                            (theirs, ours) -> {
                                theirs.maxCallsPerTool("echo", 3)
                                        .maxTotalToolCalls(7)
                                        .excludeToolFromLimit("direct");
                                ours.maxCallsPerTool("echo", 3)
                                        .maxTotalToolCalls(7)
                                        .excludeToolFromLimit("direct");
                            },
                            Map.of("user", "ann"),
                            SECOND_ROUND),
                    new Settings(
                            "turn that is full",
                            (theirs, ours) -> {
                                theirs.maxTotalToolCalls(3).unlimitedCallsPerTool();
                                ours.maxTotalToolCalls(3).unlimitedCallsPerTool();
                            },
                            Map.of("user", "ann"),
                            SECOND_ROUND),
                    new Settings(
                            "limits that answer",
                            (theirs, ours) -> {
                                theirs.maxCallsPerTool(3)
                                        .maxTotalToolCalls(7)
                                        .onLimitExceeded(ToolCallLimitBehavior.RETURN_ERROR_RESPONSE);
                                ours.maxCallsPerTool(3)
                                        .maxTotalToolCalls(7)
                                        .onLimitExceeded(ToolCallLimitBehavior.RETURN_ERROR_RESPONSE);
                            },
                            Map.of("user", "ann"),
                            QUESTION),
                    new Settings(
                            "resolver",
                            (theirs, ours) -> {
                                ToolCallback resolved = Asked.tool("no_such", () -> "resolved");
                                theirs.resolutionFallbackEnabled(true)
                                        .toolCallbackResolver(name -> name.equals("no_such") ? resolved : null);
                                ours.resolutionFallbackEnabled(true)
                                        .toolCallbackResolver(name -> name.equals("no_such") ? resolved : null);
                            },
                            Map.of("user", "ann"),
                            QUESTION));
        }

        private static ToolResponseMessage answers(String... tools) {
            return ToolResponseMessage.builder()
                    .responses(Stream.of(tools)
                            .map(tool -> new ToolResponseMessage.ToolResponse("x", tool, "done"))
                            .toList())
                    .build();
        }
    }

    /** All that can be seen of what a response came to. */
    private record Seen(Object result, List<String> ran) {}

    @ParameterizedTest(name = "{0}")
    @MethodSource("responses")
    void comes_to_the_same(String name, ChatResponse response, Settings settings) {
        DefaultToolCallingManager.Builder theirs = DefaultToolCallingManager.builder();
        InterlockToolCallingManager.Builder ours = InterlockToolCallingManager.builder();
        settings.both().accept(theirs, ours);

        Seen expected = seen(theirs.build(), settings, response);

        assertThat(seen(ours.build(), settings, response)).isEqualTo(expected);
        Seen overlapping = seen(ours.undeclared(Undeclared.PARALLEL).build(), settings, response);
        assertThat(overlapping.result()).isEqualTo(expected.result());
    }

    private Seen seen(ToolCallingManager manager, Settings settings, ChatResponse response) {
        ran.clear();
        Prompt prompt = prompt(settings.context(), settings.before(), new Tools(), OWN_FAILURE, RAW_FAILURE, NO_RESULT);
        Object result;
        try {
            result = seen(manager.executeToolCalls(prompt, response));
        } catch (ToolCallLimitExceededException e) {
            result = List.of(
                    e.getMessage(), e.getLimit(), "" + e.getToolName(), seen(e.getPartialToolExecutionResult()));
        } catch (RuntimeException | Error e) {
            result = e.getClass().getName() + ": " + e.getMessage() + " caused by "
                    + (e.getCause() == null ? null : e.getCause().getClass().getName());
        }
        return new Seen(result, List.copyOf(ran));
    }

    private static List<Object> seen(ToolExecutionResult result) {
        return List.of(result.conversationHistory(), result.returnDirect());
    }
}
