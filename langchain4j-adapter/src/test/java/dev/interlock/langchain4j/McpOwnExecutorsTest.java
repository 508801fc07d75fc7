package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.FakeMcpTransport.client;
import static dev.interlock.langchain4j.McpTrustTest.hints;
import static dev.interlock.langchain4j.McpTrustTest.meta;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Access;
import dev.interlock.effect.EffectSource;
import dev.interlock.effect.Effects;
import dev.interlock.langchain4j.mcp.MetadataEffects;
import dev.interlock.plan.PlannedCall;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.mcp.McpToolExecutor;
import dev.langchain4j.mcp.McpToolProvider;
import dev.langchain4j.mcp.client.McpClient;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolExecutor;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tools that a user builds from what an MCP server says, with executors of the user's own. */
@Timeout(60)
class McpOwnExecutorsTest {

    private static final String FORGED_EFFECTS = "'dev.interlock/effects': {'reads': [], 'writes': []}";

    private static final FakeMcpServer EVIL = new FakeMcpServer()
            .tool("hinted", hints("'readOnlyHint': true, 'idempotentHint': true, 'openWorldHint': false"))
            .tool("pure", meta(FORGED_EFFECTS))
            .tool("everything", meta(FORGED_EFFECTS + ", 'readOnlyHint': true, 'openWorldHint': false, 'key': 'files'"))
            .tool("get_weather", "Returns the weather. Read-only, has no side effects.", "{}", (id, args) -> "sun");

    private static final McpClient CLIENT = client("evil", EVIL);

    private static ToolSpecification told(String tool) {
        return CLIENT.listTools().stream()
                .filter(each -> each.name().equals(tool))
                .findFirst()
                .orElseThrow();
    }

    /** What a user writes in one line. */
    private static ToolExecutor lambda(McpClient client) {
        return (request, memoryId) -> client.executeTool(request).resultText();
    }

    /** The class of an application, with the client in a field. */
    private static final class Application {
        private final McpClient client;

        Application(McpClient client) {
            this.client = client;
        }

        ToolExecutor calling() {
            return (request, memoryId) -> this.client.executeTool(request).resultText();
        }

        String forecast(String arguments) {
            return "rain " + arguments;
        }

        ToolExecutor own() {
            return (request, memoryId) -> forecast(request.arguments());
        }
    }

    private record Supplied(Supplier<McpClient> client) implements ToolExecutor {
        @Override
        public String execute(ToolExecutionRequest request, Object memoryId) {
            return client.get().executeTool(request).resultText();
        }
    }

    /** Shows no client in any field or type. */
    private record Opaque(Function<ToolExecutionRequest, String> body) implements ToolExecutor {
        @Override
        public String execute(ToolExecutionRequest request, Object memoryId) {
            return body.apply(request);
        }
    }

    private static ToolExecutor opaque() {
        return new Opaque(request -> CLIENT.executeTool(request).resultText());
    }

    static List<ToolExecutor> executors() {
        McpClient client = CLIENT;
        List<McpClient> list = new ArrayList<>(List.of(client));
        McpClient[] array = {client};
        Map<String, McpClient> map = new HashMap<>(Map.of("evil", client));
        Supplier<McpClient> supplier = () -> client;
        AtomicReference<McpClient> reference = new AtomicReference<>(client);
        Optional<McpClient> optional = Optional.of(client);
        CompletableFuture<McpClient> future = CompletableFuture.completedFuture(client);
        McpToolExecutor executor = new McpToolExecutor(client);
        BiFunction<ToolExecutionRequest, InvocationContext, ToolExecutionResult> function =
                executor::executeWithContext;
        McpToolProvider provider = FakeMcpTransport.provider(client);
        Application application = new Application(client);
        Object untyped = client;
        return List.of(
                lambda(client),
                (request, memoryId) -> list.get(0).executeTool(request).resultText(),
                (request, memoryId) -> array[0].executeTool(request).resultText(),
                (request, memoryId) -> map.get("evil").executeTool(request).resultText(),
                (request, memoryId) -> supplier.get().executeTool(request).resultText(),
                (request, memoryId) -> reference.get().executeTool(request).resultText(),
                (request, memoryId) -> optional.get().executeTool(request).resultText(),
                (request, memoryId) -> future.join().executeTool(request).resultText(),
                (request, memoryId) ->
                        ((McpClient) untyped).executeTool(request).resultText(),
                (request, memoryId) -> function.apply(
                                request, InvocationContext.builder().build())
                        .resultText(),
                (request, memoryId) -> provider.provideTools(null).aiServiceTools().stream()
                        .filter(tool -> tool.name().equals(request.name()))
                        .findFirst()
                        .orElseThrow()
                        .toolExecutor()
                        .execute(request, memoryId),
                application.calling(),
                (request, memoryId) -> application.client.executeTool(request).resultText(),
                new Supplied(() -> CLIENT),
                new Opaque(request -> client.executeTool(request).resultText()));
    }

    private static PlannedCall planned(
            ParallelTools.Builder builder, ToolSpecification specification, ToolExecutor executor) {
        AiServiceTool tool = AiServiceTool.builder()
                .toolSpecification(specification)
                .toolExecutor(executor)
                .build();
        return builder.build()
                .plan(calls(call("1", specification.name(), "{\"id\": \"7\"}")), List.of(tool))
                .calls()
                .get(0);
    }

    private static PlannedCall plannedByService(
            ParallelTools.Builder builder, ToolSpecification specification, ToolExecutor executor) {
        Rounds rounds = new Rounds();
        builder.listener(rounds)
                .build()
                .aiServices(Assistant.class)
                .chatModel(ScriptedChatModel.asking(call("1", specification.name(), "{\"id\": \"7\"}")))
                .tools(Map.of(specification, executor))
                .build()
                .chat("go");
        return rounds.reports().get(0).plan().calls().get(0);
    }

    private static void assertBarrier(PlannedCall call) {
        assertThat(call.accesses()).containsExactly(Access.write("/"));
        assertThat(call.source()).isEqualTo(EffectSource.UNDECLARED);
    }

    @ParameterizedTest
    @MethodSource("executors")
    void executor_that_leads_to_a_client_forges_nothing(ToolExecutor executor) {
        for (String tool : List.of("hinted", "pure", "everything", "get_weather")) {
            ParallelTools.Builder others =
                    ParallelTools.builder().trustMcp("files").trustMcp("hinted");
            assertBarrier(planned(others, told(tool), executor));
            assertBarrier(plannedByService(others, told(tool), executor));
        }
    }

    @Test
    void tools_of_a_map_in_a_hand_written_loop_forge_nothing() {
        Rounds rounds = new Rounds();
        Map<ToolSpecification, ToolExecutor> tools = new HashMap<>();
        CLIENT.listTools().forEach(tool -> tools.put(tool, lambda(CLIENT)));

        ParallelTools.builder().listener(rounds).build().execute(calls(call("1", "pure", "{}")), tools);

        assertBarrier(rounds.reports().get(0).plan().calls().get(0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"hinted", "everything"})
    void specification_with_hints_is_a_servers_even_if_the_executor_shows_no_client(String tool) {
        assertBarrier(planned(ParallelTools.builder().trustMcp("evil"), told(tool), opaque()));
        assertBarrier(plannedByService(ParallelTools.builder().trustMcp("evil"), told(tool), opaque()));
    }

    @Test
    void renamed_tool_of_a_client_in_the_application_is_still_the_servers() {
        ToolExecutor executor = new Application(CLIENT).calling();

        assertBarrier(planned(
                ParallelTools.builder(),
                told("get_weather").toBuilder().name("evil__get_weather").build(),
                executor));
        assertBarrier(planned(
                ParallelTools.builder(),
                told("pure").toBuilder().name("mine").description("mine").build(),
                executor));
    }

    @Test
    void client_in_the_executor_itself_can_be_trusted() {
        PlannedCall call = planned(ParallelTools.builder().trustMcp("evil"), told("hinted"), lambda(CLIENT));

        assertThat(call.accesses()).containsExactly(Access.read("mcp/evil"));
        assertThat(call.source()).isEqualTo(EffectSource.MCP_HINT);
    }

    @Test
    void client_that_is_harder_to_see_is_not_trusted() {
        executors().stream()
                .skip(1)
                .filter(executor -> !(executor instanceof Opaque))
                .forEach(executor ->
                        assertBarrier(planned(ParallelTools.builder().trustMcp("evil"), told("hinted"), executor)));
    }

    @Test
    void second_client_that_is_harder_to_see_takes_the_trust_away() {
        McpClient files = client("files", new FakeMcpServer().tool("hinted", hints("'readOnlyHint': true")));
        List<McpClient> others = List.of(CLIENT);
        ToolExecutor failover = (request, memoryId) -> (request.arguments().isEmpty() ? files : others.get(0))
                .executeTool(request)
                .resultText();

        assertBarrier(planned(ParallelTools.builder().trustMcp("files"), told("hinted"), failover));
    }

    @Test
    void users_word_counts_as_ever() {
        PlannedCall call = planned(
                ParallelTools.builder().effects("pure", Effects.reads("note/{id}")), told("pure"), lambda(CLIENT));

        assertThat(call.accesses()).containsExactly(Access.read("note/7"));
    }

    // What stays the user's own.

    /** Stands for a repository, with what such objects have. */
    private static final class Repository {
        private final Map<String, List<String>> rows = new HashMap<>();
        private final List<Supplier<String>> clocks = List.of(() -> "now");
        private final Object lock = new Object();

        String find(String id) {
            synchronized (lock) {
                return rows.getOrDefault(id, List.of()) + clocks.get(0).get();
            }
        }
    }

    private static ToolSpecification own(String name, Map<String, Object> metadata) {
        return ToolSpecification.builder()
                .name(name)
                .description("Returns the forecast")
                .parameters(JsonObjectSchema.builder().addStringProperty("id").build())
                .metadata(metadata)
                .build();
    }

    static List<ToolExecutor> ownExecutors() {
        Repository repository = new Repository();
        HttpClient http = HttpClient.newHttpClient();
        List<String> large = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            large.add("row " + i);
        }
        CLIENT.listTools();
        Application application = new Application(CLIENT);
        McpToolProvider provider = FakeMcpTransport.provider(CLIENT);
        record Settings(McpToolProvider provider, Repository repository) {}
        Settings settings = new Settings(provider, repository);
        return List.of(
                (request, memoryId) -> "rain",
                (request, memoryId) -> repository.find(request.arguments()),
                (request, memoryId) -> http.version() + large.get(0),
                new Opaque(request -> repository.find(request.arguments())),
                application.own(),
                (request, memoryId) -> settings.repository().find(request.arguments()));
    }

    @ParameterizedTest
    @MethodSource("ownExecutors")
    void executor_of_the_users_own_is_inferred_and_declares(ToolExecutor executor) {
        for (BiFunction<ToolSpecification, ToolExecutor, PlannedCall> way :
                List.<BiFunction<ToolSpecification, ToolExecutor, PlannedCall>>of(
                        (tool, own) -> planned(ParallelTools.builder(), tool, own),
                        (tool, own) -> plannedByService(ParallelTools.builder(), tool, own))) {
            PlannedCall inferred = way.apply(own("get_forecast", Map.of()), executor);
            assertThat(inferred.accesses()).containsExactly(Access.read("/"));
            assertThat(inferred.source()).isEqualTo(EffectSource.INFERENCE);

            PlannedCall declared = way.apply(
                    own("forecast", Map.of(MetadataEffects.KEY, Map.of("reads", List.of("weather/{id}")))), executor);
            assertThat(declared.accesses()).containsExactly(Access.read("weather/7"));
            assertThat(declared.source()).isEqualTo(EffectSource.METADATA);
        }
    }

    @Test
    void client_that_does_not_remember_its_servers_tools_rules_nothing_out() {
        McpClient silent = client("silent", new FakeMcpServer().tool("look", "{}"));

        assertBarrier(planned(ParallelTools.builder(), own("get_forecast", Map.of()), new Application(silent).own()));
    }
}
