package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.FakeMcpTransport.clientBuilder;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.interlock.effect.Effects;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.mcp.client.McpCallContext;
import dev.langchain4j.mcp.client.McpClientListener;
import dev.langchain4j.mcp.client.transport.stdio.StdioMcpTransport;
import dev.langchain4j.service.tool.ToolExecutionResult;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The MCP project's file server, over stdio. */
@Timeout(600)
class McpFilesystemServerTest extends McpClientFixture {

    private static final String READ = "read_text_file";
    private static final String WRITE = "write_file";

    @TempDir
    private Path temporary;

    private Path directory;
    private StdioMcpTransport transport;

    /** What the client does: "before" and "after", with the id of the request's file. */
    private final List<String> timeline = new CopyOnWriteArrayList<>();

    private final CountDownLatch oneAnswered = new CountDownLatch(1);

    /** Calls of these tools meet before they are sent. */
    private volatile Map<String, CyclicBarrier> meetings = Map.of();

    private final List<String> met = new CopyOnWriteArrayList<>();

    private final McpClientListener watching = new McpClientListener() {
        @Override
        public void beforeExecuteTool(McpCallContext context) {
            timeline.add("before " + described(context));
            String tool = params(context).path("name").asText();
            CyclicBarrier meeting = meetings.get(tool);
            if (meeting != null) {
                try {
                    Waiting.meet(meeting);
                    met.add(tool);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
        }

        @Override
        public void afterExecuteTool(
                McpCallContext context, ToolExecutionResult result, Map<String, Object> rawResult) {
            timeline.add("after " + described(context));
            oneAnswered.countDown();
        }
    };

    private static JsonNode params(McpCallContext context) {
        return FakeMcpServer.JSON.valueToTree(context.message()).path("params");
    }

    private static String described(McpCallContext context) {
        JsonNode params = params(context);
        return params.path("name").asText() + " "
                + Path.of(params.path("arguments").path("path").asText()).getFileName();
    }

    @BeforeEach
    void start() throws Exception {
        directory = temporary.toRealPath();
        transport = NpmServers.filesystem(directory, new Traffic());
        client = clientBuilder("files", transport).addListener(watching).build();
    }

    private ToolExecutionRequest read(String file) {
        return call("read " + file, READ, arguments(file, null));
    }

    private ToolExecutionRequest write(String file, String content) {
        return call("write " + file, WRITE, arguments(file, content));
    }

    private String arguments(String file, String content) {
        var arguments = FakeMcpServer.JSON
                .createObjectNode()
                .put("path", directory.resolve(file).toString());
        return (content == null ? arguments : arguments.put("content", content)).toString();
    }

    private static List<String> contents(ScriptedChatModel model) {
        return model.resultTexts().stream()
                .map(text -> text.startsWith("{")
                        ? FakeMcpServer.parse(text).path("content").asText()
                        : text)
                .toList();
    }

    @Test
    void many_files_are_read_at_the_same_time() throws Exception {
        int count = 20;
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            expected.add("content of file " + i);
            Files.writeString(directory.resolve("file" + i), expected.get(i));
        }
        meetings = Map.of(READ, new CyclicBarrier(count));
        ScriptedChatModel model = ScriptedChatModel.asking(
                IntStream.range(0, count).mapToObj(i -> read("file" + i)).toArray(ToolExecutionRequest[]::new));

        assistant(
                        ParallelTools.builder()
                                .maxConcurrency(ParallelTools.UNLIMITED)
                                .trustMcp("files"),
                        model)
                .chat("go");

        assertThat(contents(model)).containsExactlyElementsOf(expected);
        assertThat(met).as("calls that were there at the same time").hasSize(count);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void server_reads_two_files_at_the_same_time() throws Exception {
        Path first = pipe("first");
        Path second = pipe("second");
        ScriptedChatModel model = ScriptedChatModel.asking(read("first"), read("second"));
        Assistant assistant = assistant(ParallelTools.builder().trustMcp("files"), model);
        Caller caller = Caller.of(() -> assistant.chat("go"));

        // A pipe opens when both ends are there: here both are being read, and neither has been written to.
        Caller.of(() -> {
                    try (OutputStream toFirst = Files.newOutputStream(first);
                            OutputStream toSecond = Files.newOutputStream(second)) {
                        toFirst.write("one".getBytes(StandardCharsets.UTF_8));
                        toSecond.write("two".getBytes(StandardCharsets.UTF_8));
                    }
                    return null;
                })
                .join();

        caller.join();
        assertThat(contents(model)).containsExactly("one", "two");
    }

    private Path pipe(String name) throws Exception {
        Path pipe = directory.resolve(name);
        assertThat(new ProcessBuilder("mkfifo", pipe.toString())
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
        return pipe;
    }

    @Test
    void read_after_write_sees_what_was_written() {
        ScriptedChatModel model = ScriptedChatModel.asking(
                write("a", "one"), read("a"), write("a", "two"), read("a"), write("b", "three"), read("b"));

        assistant(ParallelTools.builder().trustMcp("files", "file"), model).chat("go");

        List<String> contents = contents(model);
        assertThat(List.of(contents.get(1), contents.get(3), contents.get(5))).containsExactly("one", "two", "three");
        assertThat(timeline)
                .containsExactly(
                        "before write_file a",
                        "after write_file a",
                        "before read_text_file a",
                        "after read_text_file a",
                        "before write_file a",
                        "after write_file a",
                        "before read_text_file a",
                        "after read_text_file a",
                        "before write_file b",
                        "after write_file b",
                        "before read_text_file b",
                        "after read_text_file b");
    }

    @Test
    void effects_of_the_user_let_writes_of_different_files_overlap() {
        meetings = Map.of(WRITE, new CyclicBarrier(2), READ, new CyclicBarrier(2));
        ScriptedChatModel model = ScriptedChatModel.asking(write("a", "one"), read("a"), write("b", "two"), read("b"));

        assistant(
                        ParallelTools.builder()
                                .trustMcp("files")
                                .effects(WRITE, Effects.writes("file/{path}"))
                                .effects(READ, Effects.reads("file/{path}")),
                        model)
                .chat("go");

        List<String> contents = contents(model);
        assertThat(List.of(contents.get(1), contents.get(3))).containsExactly("one", "two");
        assertThat(met).containsExactlyInAnyOrder(WRITE, WRITE, READ, READ);
        assertThat(timeline)
                .containsSubsequence("after write_file a", "before read_text_file a")
                .containsSubsequence("after write_file b", "before read_text_file b");
    }

    @Test
    void without_trust_calls_run_one_after_another() throws Exception {
        Files.writeString(directory.resolve("a"), "one");
        Files.writeString(directory.resolve("b"), "two");
        ScriptedChatModel model = ScriptedChatModel.asking(read("a"), read("b"));

        assistant(ParallelTools.builder(), model).chat("go");

        assertThat(contents(model)).containsExactly("one", "two");
        assertThat(timeline)
                .containsExactly(
                        "before read_text_file a",
                        "after read_text_file a",
                        "before read_text_file b",
                        "after read_text_file b");
    }

    @Test
    @Tag("mcp-cancellation")
    @DisabledOnOs(OS.WINDOWS)
    void server_dies_in_the_middle() throws Exception {
        Files.writeString(directory.resolve("a"), "one");
        Path pipe = pipe("pipe");
        ScriptedChatModel model = ScriptedChatModel.saying(
                calls(read("a"), read("pipe"), write("b", "two"), read("b")),
                calls(read("a")),
                AiMessage.from(ScriptedChatModel.DONE));
        Assistant assistant = assistant(ParallelTools.builder().trustMcp("files", "file"), model);
        Caller caller = Caller.of(() -> assistant.chat("go"));
        Waiting.await(oneAnswered);
        Caller.of(() -> {
                    // It opens when the server reads.
                    try (OutputStream end = Files.newOutputStream(pipe)) {
                        transport.getProcess().destroyForcibly();
                        return end;
                    }
                })
                .join();

        caller.join();

        assertThat(caller.returned()).isEqualTo(ScriptedChatModel.DONE);
        assertThat(contents(model).get(0)).isEqualTo("one");
        assertThat(model.results())
                .extracting(ToolExecutionResultMessage::isError)
                .containsExactly(false, true, true, true, true);
        assertThat(model.resultTexts().subList(1, 5)).allMatch(text -> text.contains("exited"));
        assertThat(directory.resolve("b")).doesNotExist();
    }
}
