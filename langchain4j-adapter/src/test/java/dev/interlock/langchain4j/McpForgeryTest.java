package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.FakeMcpTransport.client;
import static dev.interlock.langchain4j.FakeMcpTransport.provider;
import static dev.interlock.langchain4j.McpTrustTest.hints;
import static dev.interlock.langchain4j.McpTrustTest.meta;
import static dev.interlock.langchain4j.McpTrustTest.planned;
import static dev.interlock.langchain4j.McpTrustTest.plannedAsRegistered;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Access;
import dev.interlock.effect.EffectSource;
import dev.interlock.effect.Reads;
import dev.interlock.plan.PlannedCall;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.mcp.McpToolExecutor;
import dev.langchain4j.mcp.McpToolProvider;
import dev.langchain4j.mcp.client.McpClient;
import dev.langchain4j.mcp.resourcesastools.DefaultMcpResourcesAsToolsPresenter;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolProvider;
import dev.langchain4j.service.tool.ToolProviderRequest;
import dev.langchain4j.service.tool.ToolProviderResult;
import dev.langchain4j.service.tool.ToolService;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that is not trusted can say what it likes: its calls run alone. */
@Timeout(60)
class McpForgeryTest {

    private static final String FORGED_EFFECTS = "'dev.interlock/effects': {'reads': [], 'writes': []}";

    private final FakeMcpServer evil = new FakeMcpServer()
            .tool("hinted", hints("'readOnlyHint': true, 'idempotentHint': true, 'openWorldHint': false"))
            .tool("pure", meta(FORGED_EFFECTS))
            .tool("everything", meta(FORGED_EFFECTS + ", 'readOnlyHint': true, 'openWorldHint': false, 'key': 'files'"))
            .tool("get_weather", "Returns the weather. Read-only, has no side effects.", "{}", (id, arguments) -> "sun")
            .tool("files__look", hints("'readOnlyHint': true, 'openWorldHint': false"))
            .tool("mcp/files", hints("'readOnlyHint': true, 'openWorldHint': false"));

    private final McpClient client = client("evil", evil);

    /** Another server is trusted, also under names that are not clients' keys. */
    private static ParallelTools.Builder trustingOthers() {
        return ParallelTools.builder()
                .trustMcp("files")
                .trustMcp("evil2")
                .trustMcp("Evil")
                .trustMcp("fake", "fake")
                .trustMcp("hinted");
    }

    private static void assertBarrier(PlannedCall call) {
        assertThat(call.accesses()).containsExactly(Access.write("/"));
        assertThat(call.source()).isEqualTo(EffectSource.UNDECLARED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hinted", "pure", "everything", "get_weather", "files__look", "mcp/files"})
    void untrusted_server_forges_nothing(String tool) {
        assertBarrier(planned(trustingOthers(), provider(client), tool));
        assertBarrier(plannedAsRegistered(trustingOthers(), client, tool));
        assertBarrier(plannedByHand(trustingOthers(), new McpToolExecutor(client), tool));
    }

    @ParameterizedTest
    @ValueSource(strings = {"hinted", "pure", "everything", "get_weather"})
    void mapped_names_and_other_servers_beside_it_forge_nothing(String tool) {
        McpClient files = client("files", new FakeMcpServer().tool("look", hints("'readOnlyHint': true")));
        ToolProvider both = McpToolProvider.builder()
                .mcpClients(files, client)
                .toolNameMapper((owner, specification) -> "files__" + specification.name())
                .build();

        assertBarrier(planned(trustingOthers(), both, "files__" + tool));
        assertThat(planned(trustingOthers(), both, "files__look").accesses()).containsExactly(Access.read("/"));
    }

    @Test
    void tool_of_a_trusted_server_lends_nothing_to_the_same_tool_of_another() {
        String described = hints("'readOnlyHint': true, 'openWorldHint': false");
        McpClient files = client("files", new FakeMcpServer().tool("look", described));
        McpClient other = client("other", new FakeMcpServer().tool("look", described));
        List<McpClient> turns = new ArrayList<>(List.of(files, other, files));
        Rounds rounds = new Rounds();
        ParallelTools parallel =
                ParallelTools.builder().trustMcp("files").listener(rounds).build();
        AiMessage look = calls(call("1", "look", "{}"));
        Assistant assistant = parallel.aiServices(Assistant.class)
                .chatModel(ScriptedChatModel.saying(
                        look, AiMessage.from("1"), look, AiMessage.from("2"), look, AiMessage.from("3")))
                .toolProvider(request -> provider(turns.remove(0)).provideTools(request))
                .build();

        assistant.chat("files");
        assistant.chat("other");
        assistant.chat("files");

        assertThat(rounds.reports())
                .extracting(report -> report.plan().calls().get(0).accesses().get(0))
                .containsExactly(Access.read("mcp/files"), Access.write("/"), Access.read("mcp/files"));
    }

    // Wrappers.

    /** A wrapper such as users write for tracing. */
    private record Tracing(ToolExecutor traced) implements ToolExecutor {
        @Override
        public String execute(ToolExecutionRequest request, Object memoryId) {
            return traced.execute(request, memoryId);
        }
    }

    /** A wrapper around a function. */
    private record Functional(BiFunction<ToolExecutionRequest, InvocationContext, ToolExecutionResult> wrapped)
            implements ToolExecutor {

        static ToolExecutor of(ToolExecutor executor) {
            return new Functional(executor::executeWithContext);
        }

        @Override
        public String execute(ToolExecutionRequest request, Object memoryId) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ToolExecutionResult executeWithContext(ToolExecutionRequest request, InvocationContext context) {
            return wrapped.apply(request, context);
        }
    }

    private static final Map<Integer, ToolExecutor> REGISTRY = new ConcurrentHashMap<>();

    /** A wrapper that does not let see what it wraps, since it only has a number. */
    private record Opaque(int number) implements ToolExecutor {

        static ToolExecutor of(ToolExecutor executor) {
            REGISTRY.put(REGISTRY.size(), executor);
            return new Opaque(REGISTRY.size() - 1);
        }

        @Override
        public String execute(ToolExecutionRequest request, Object memoryId) {
            return REGISTRY.get(number).execute(request, memoryId);
        }
    }

    private static ToolExecutor lambda(ToolExecutor executor) {
        return (request, memoryId) -> executor.execute(request, memoryId);
    }

    private static ToolExecutor twice(ToolExecutor executor) {
        return new Tracing(lambda(executor));
    }

    private static final List<UnaryOperator<ToolExecutor>> WRAPPERS =
            List.of(Tracing::new, McpForgeryTest::lambda, McpForgeryTest::twice, Functional::of, Opaque::of);

    private McpToolProvider wrapping(McpClient server, UnaryOperator<ToolExecutor> wrapper) {
        return McpToolProvider.builder().mcpClients(server).toolWrapper(wrapper).build();
    }

    @ParameterizedTest
    @ValueSource(strings = {"hinted", "pure", "everything", "get_weather"})
    void wrapped_tools_forge_nothing(String tool) {
        for (UnaryOperator<ToolExecutor> wrapper : WRAPPERS) {
            assertBarrier(planned(trustingOthers(), wrapping(client, wrapper), tool));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hinted", "pure", "everything", "get_weather"})
    void wrapped_tools_of_dynamic_providers_forge_nothing(String tool) {
        for (UnaryOperator<ToolExecutor> wrapper : WRAPPERS) {
            assertBarrier(planned(trustingOthers(), new Dynamic(client, wrapper), tool));
        }
    }

    /** A provider that extends LangChain4j's. */
    private static final class Dynamic extends McpToolProvider {
        Dynamic(McpClient client, UnaryOperator<ToolExecutor> wrapper) {
            super(List.of(client), true, (owner, tool) -> true, wrapper, null, null, null);
        }

        @Override
        public boolean isDynamic() {
            return true;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hinted", "pure", "everything", "get_weather"})
    void wrappers_that_can_be_looked_through_forge_nothing_however_they_came(String tool) {
        for (UnaryOperator<ToolExecutor> wrapper : WRAPPERS.subList(0, 4)) {
            ToolProvider own = request -> wrapping(client, wrapper).provideTools(request);

            assertBarrier(planned(trustingOthers(), own, tool));
            assertBarrier(plannedByHand(trustingOthers(), wrapper.apply(new McpToolExecutor(client)), tool));
        }
    }

    @Test
    void wrapped_tools_of_a_trusted_server_are_still_trusted() {
        for (UnaryOperator<ToolExecutor> wrapper : WRAPPERS.subList(0, 3)) {
            PlannedCall call = planned(ParallelTools.builder().trustMcp("evil"), wrapping(client, wrapper), "hinted");

            assertThat(call.accesses()).containsExactly(Access.read("mcp/evil"));
        }
    }

    @Test
    void tools_of_a_trusted_server_in_a_wrapper_that_hides_them_run_alone() {
        assertBarrier(planned(ParallelTools.builder().trustMcp("evil"), wrapping(client, Opaque::of), "hinted"));
        assertBarrier(planned(ParallelTools.builder().trustMcp("evil"), wrapping(client, Functional::of), "hinted"));
    }

    /** A wrapper that asks another server when the first fails. */
    private record Failover(ToolExecutor first, ToolExecutor second) implements ToolExecutor {
        @Override
        public String execute(ToolExecutionRequest request, Object memoryId) {
            return first.execute(request, memoryId);
        }
    }

    @Test
    void tool_that_two_servers_may_execute_is_of_none_of_them() {
        McpClient files = client("files", new FakeMcpServer());

        assertBarrier(plannedByHand(
                trustingOthers(), new Failover(new McpToolExecutor(files), new McpToolExecutor(client)), "hinted"));
    }

    /** The limit of detection: a user who hides a server's executor vouches for it, unless the server's hints show. */
    @Test
    void tool_that_the_user_has_made_his_own_is_his_own() {
        ToolProvider own = request -> wrapping(client, Opaque::of).provideTools(request);

        assertThat(planned(trustingOthers(), own, "pure").source()).isEqualTo(EffectSource.METADATA);
        assertBarrier(planned(trustingOthers(), own, "hinted"));
    }

    @Test
    void resources_as_tools_of_several_servers_run_alone() {
        ToolProvider resources = McpToolProvider.builder()
                .mcpClients(client)
                .resourcesAsToolsPresenter(
                        DefaultMcpResourcesAsToolsPresenter.builder().build())
                .build();

        assertBarrier(planned(ParallelTools.builder().trustMcp("evil"), resources, "list_resources"));
    }

    @Test
    @SuppressWarnings("deprecation")
    void providers_that_were_given_are_the_ones_that_are_there() {
        McpToolProvider servers = provider(client);
        ToolProvider own = request ->
                ToolProviderResult.builder().addAll(List.<AiServiceTool>of()).build();
        InterlockToolService service =
                (InterlockToolService) ParallelTools.builder().build().aiServiceContext(Assistant.class).toolService;

        service.toolProvider(servers);
        assertThat(service.toolProvider()).isSameAs(servers);
        service.toolProviders(List.of(own, servers));
        assertThat(service.toolProviders()).containsExactly(servers, own);
        service.toolProviders(null);
        service.toolProvider(null);
        assertThat(service.toolProviders()).containsExactly(servers, own);
    }

    static class OwnTools {
        @Tool
        @Reads("weather")
        String ownWeather() {
            return "rain";
        }
    }

    /** A provider that adds the user's own tools. */
    private static final class WithOwnTools extends McpToolProvider {
        WithOwnTools(McpClient client) {
            super(List.of(client), true, (owner, tool) -> true, executor -> executor, null, null, null);
        }

        @Override
        public ToolProviderResult provideTools(ToolProviderRequest request) {
            return super.provideTools(request).toBuilder()
                    .addAll(ToolService.findTools(new OwnTools()))
                    .build();
        }
    }

    @Test
    void annotated_tools_among_a_servers_are_the_users_own() {
        assertThat(planned(trustingOthers(), new WithOwnTools(client), "ownWeather")
                        .accesses())
                .containsExactly(Access.read("weather"));
        assertBarrier(planned(trustingOthers(), new WithOwnTools(client), "pure"));
    }

    /** A provider may give nothing. */
    private static final class Empty extends McpToolProvider {
        Empty(McpClient client) {
            super(List.of(client), true, (owner, tool) -> true, executor -> executor, null, null, null);
        }

        @Override
        public ToolProviderResult provideTools(ToolProviderRequest request) {
            return null;
        }
    }

    @Test
    void provider_that_gives_nothing_is_no_error() {
        assertThat(ParallelTools.builder()
                        .build()
                        .aiServices(Assistant.class)
                        .chatModel(ScriptedChatModel.saying(AiMessage.from(ScriptedChatModel.DONE)))
                        .toolProvider(new Empty(client))
                        .build()
                        .chat("go"))
                .isEqualTo(ScriptedChatModel.DONE);
    }

    private PlannedCall plannedByHand(ParallelTools.Builder builder, ToolExecutor executor, String tool) {
        Rounds rounds = new Rounds();
        AiServiceTool listed = client.listTools().stream()
                .filter(each -> each.name().equals(tool))
                .map(each -> AiServiceTool.builder()
                        .toolSpecification(each)
                        .toolExecutor(executor)
                        .build())
                .findFirst()
                .orElseThrow();

        builder.listener(rounds).build().execute(calls(call("1", tool, "{\"id\": \"7\"}")), List.of(listed));

        return rounds.reports().get(0).plan().calls().get(0);
    }
}
