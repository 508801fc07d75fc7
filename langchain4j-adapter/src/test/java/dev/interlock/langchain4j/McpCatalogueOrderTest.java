package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.FakeMcpTransport.clientBuilder;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.interlock.plan.CallPlan;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.mcp.client.McpCallContext;
import dev.langchain4j.mcp.client.McpClientListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls of the file server under the catalogue: what overlaps, and that all comes to the same as one by one. */
@Timeout(600)
@Tag("mcp-catalogue")
class McpCatalogueOrderTest extends McpClientFixture {

    private static final int BATCHES = 40;
    private static final int CALLS = 8;

    @TempDir
    private Path temporary;

    private Path root;

    /** Calls meet here before they are sent; null if they need not. */
    private volatile CyclicBarrier meeting;

    private final McpClientListener watching = new McpClientListener() {
        @Override
        public void beforeExecuteTool(McpCallContext context) {
            CyclicBarrier here = meeting;
            if (here != null) {
                try {
                    Waiting.meet(here);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    };

    @BeforeEach
    void start() throws Exception {
        root = temporary.toRealPath();
        client = clientBuilder("files", NpmServers.filesystem(root, new Traffic()))
                .addListener(watching)
                .build();
    }

    private List<String> chat(ParallelTools.Builder builder, List<ToolExecutionRequest> calls) {
        ScriptedChatModel model = ScriptedChatModel.asking(calls.toArray(ToolExecutionRequest[]::new));
        assistant(builder, model).chat("go");
        return model.resultTexts();
    }

    private static ToolExecutionRequest tool(int id, String name, String... arguments) {
        ObjectNode json = FakeMcpServer.JSON.createObjectNode();
        for (int i = 0; i < arguments.length; i += 2) {
            json.put(arguments[i], arguments[i + 1]);
        }
        return call("" + id, name, json.toString());
    }

    private static ParallelTools.Builder trusting() {
        return ParallelTools.builder().maxConcurrency(ParallelTools.UNLIMITED).trustMcp("files");
    }

    @Test
    void calls_of_different_files_overlap() throws Exception {
        Path other = Files.writeString(root.resolve("other"), "there");
        meeting = new CyclicBarrier(3);

        List<String> results = chat(
                trusting(),
                List.of(
                        tool(1, "write_file", "path", root.resolve("a").toString(), "content", "one"),
                        tool(2, "write_file", "path", root.resolve("b").toString(), "content", "two"),
                        tool(3, "read_text_file", "path", other.toString())));

        assertThat(results.get(2)).contains("there");
        assertThat(Files.readString(root.resolve("a"))).isEqualTo("one");
        assertThat(Files.readString(root.resolve("b"))).isEqualTo("two");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void a_file_under_two_names_keeps_its_order() throws Exception {
        Path folder = Files.createDirectory(root.resolve("releases"));
        Path link = Files.createSymbolicLink(root.resolve("current"), folder);
        List<ToolExecutionRequest> calls = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Path name = i % 2 == 0 ? link : folder;
            calls.add(tool(i, "write_file", "path", name.resolve("notes").toString(), "content", "text " + i));
            calls.add(tool(
                    100 + i,
                    "read_text_file",
                    "path",
                    (name.equals(link) ? folder : link).resolve("notes").toString()));
        }

        List<String> results = chat(trusting(), calls);

        for (int i = 0; i < 20; i++) {
            assertThat(results.get(2 * i + 1)).contains("text " + i);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void random_batches_come_to_the_same_as_one_by_one(long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        for (int batch = 0; batch < BATCHES; batch++) {
            Path serial = prepared("serial" + batch);
            Path parallel = prepared("parallel" + batch);
            Path reordered = prepared("reordered" + batch);
            long batchSeed = random.nextLong();
            Rounds rounds = new Rounds();
            String about = "seed %d, batch %d".formatted(seed, batch);

            List<String> expected = chat(ParallelTools.builder(), batch(serial, batchSeed));
            List<String> results = chat(trusting().listener(rounds), batch(parallel, batchSeed));
            List<Integer> order = latestFirst(rounds.reports().get(0).plan());
            List<String> otherwise = inOrder(order, batch(reordered, batchSeed));

            assertThat(normal(results, parallel)).as(about).isEqualTo(normal(expected, serial));
            assertThat(files(parallel)).as(about).isEqualTo(files(serial));
            assertThat(normal(otherwise, reordered))
                    .as(about + ", in order " + order)
                    .isEqualTo(normal(expected, serial));
            assertThat(files(reordered)).as(about + ", in order " + order).isEqualTo(files(serial));
        }
    }

    /** The order that a plan allows and that is the least like the model's. */
    private static List<Integer> latestFirst(CallPlan plan) {
        List<Integer> order = new ArrayList<>();
        while (order.size() < plan.calls().size()) {
            int next = plan.calls().size() - 1;
            while (order.contains(next) || !isReady(plan, next, order)) {
                next--;
            }
            order.add(next);
        }
        return order;
    }

    private static boolean isReady(CallPlan plan, int call, List<Integer> done) {
        return IntStream.range(0, call)
                .filter(earlier -> !done.contains(earlier))
                .noneMatch(earlier -> plan.calls().get(earlier).accesses().stream()
                        .anyMatch(one ->
                                plan.calls().get(call).accesses().stream().anyMatch(one::conflictsWith)));
    }

    /** Runs calls one after the other; gives their results as if they had been in their own order. */
    private List<String> inOrder(List<Integer> order, List<ToolExecutionRequest> calls) {
        List<String> results =
                chat(ParallelTools.builder(), order.stream().map(calls::get).toList());
        return IntStream.range(0, calls.size())
                .mapToObj(call -> results.get(order.indexOf(call)))
                .toList();
    }

    private Path prepared(String name) throws IOException {
        Path folder = Files.createDirectories(root.resolve(name));
        Files.writeString(folder.resolve("a"), "first");
        Files.writeString(Files.createDirectory(folder.resolve("d")).resolve("a"), "second");
        return folder;
    }

    /** Few names, so that most batches have dependencies. */
    private static List<ToolExecutionRequest> batch(Path folder, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<ToolExecutionRequest> calls = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
            String path = path(folder, random);
            calls.add(
                    switch (random.nextInt(8)) {
                        case 0, 1 -> tool(i, "write_file", "path", path, "content", "content " + i);
                        case 2 -> tool(i, "create_directory", "path", path);
                        case 3 -> tool(i, "move_file", "source", path, "destination", path(folder, random));
                        case 4 -> tool(i, "list_directory", "path", path);
                        case 5 -> tool(i, "directory_tree", "path", path);
                        case 6 -> tool(i, "search_files", "path", path, "pattern", "**/a");
                        default -> tool(i, "read_text_file", "path", path);
                    });
        }
        return calls;
    }

    private static String path(Path folder, SplittableRandom random) {
        String[] names = {"a", "b", "d", "d/a", "d/b", "d/e", "d/e/a", "x/y", "x/a", "x", "."};
        return folder.resolve(names[random.nextInt(names.length)]).toString();
    }

    /** A folder has no order: what is listed is compared as a set of lines. */
    private static List<String> normal(List<String> results, Path folder) {
        return results.stream()
                .map(text -> text.replace(folder.toString(), "/folder"))
                .map(text -> String.join(
                        "\n",
                        Arrays.stream(text.replaceAll("\\.[0-9a-f]{32}\\.tmp", ".tmp")
                                        .split("\\\\n|\\n"))
                                .map(line -> line.replaceAll("[,{}\"\\\\]", "").strip())
                                .sorted()
                                .toList()))
                .toList();
    }

    private static Map<String, String> files(Path folder) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.toList()) {
                files.put(
                        folder.relativize(path).toString(),
                        Files.isDirectory(path) ? "a folder" : "holds " + Files.readString(path));
            }
        }
        return files;
    }
}
