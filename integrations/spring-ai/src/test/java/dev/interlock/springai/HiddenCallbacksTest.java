package dev.interlock.springai;

import static dev.interlock.springai.Asked.callbacks;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.EffectSource;
import dev.interlock.effect.Effects;
import dev.interlock.effect.Writes;
import dev.interlock.execution.ToolBinding;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.spec.McpSchema;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.ai.mcp.SyncMcpToolCallback;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.ai.tool.metadata.ToolMetadata;
import org.springframework.aop.framework.ProxyFactory;

/** Callbacks that hide what they wrap: the library infers nothing about them. */
class HiddenCallbacksTest {

    private static final ToolDefinition BALANCE = ToolDefinition.builder()
            .name("get_balance")
            .description("Returns the balance of an account")
            .inputSchema("{\"type\":\"object\",\"properties\":{\"id\":{\"type\":\"string\"}}}")
            .build();

    private static final McpSyncClient CLIENT =
            McpClient.sync(new McpTrustTest.Unconnected()).build();

    private static final ToolCallback SERVED = SyncMcpToolCallback.builder()
            .mcpClient(CLIENT)
            .tool(McpSchema.Tool.builder(BALANCE.name(), Map.of("type", "object"))
                    .description(BALANCE.description())
                    .build())
            .build();

    static final class Bank {
        @Tool(name = "get_balance", description = "Returns the balance of an account")
        @Writes("account/{id}")
        String balance(String id) {
            return id;
        }
    }

    private static final ToolCallback ANNOTATED = callbacks(new Bank()).get(0);

    /** What all callbacks of these tests have in common. */
    abstract static class Base implements ToolCallback {
        @Override
        public ToolDefinition getToolDefinition() {
            return BALANCE;
        }

        @Override
        public String call(String input) {
            throw new UnsupportedOperationException();
        }
    }

    static class Lazy extends Base {
        private final Supplier<ToolCallback> inner;

        Lazy(Supplier<ToolCallback> inner) {
            this.inner = inner;
        }

        @Override
        public String call(String input) {
            return inner.get().call(input);
        }
    }

    /** Has something in a field whose type says nothing. */
    static class Holding extends Base {
        private final Object held;

        Holding(Object held) {
            this.held = held;
        }

        @Override
        public String toString() {
            return "holding " + held.getClass();
        }
    }

    static class Decorator extends Holding {
        private final ToolCallback inner;

        Decorator(ToolCallback inner, Object held) {
            super(held);
            this.inner = inner;
        }

        @Override
        public String call(String input) {
            return inner.call(input);
        }
    }

    private record Gateway(McpSyncClient client) {}

    private record Wiring(List<ToolCallback> tools, String name) {}

    private static ToolBinding binding(ToolCallback callback) {
        return InterlockToolCallingManager.builder().build().binding(callback);
    }

    private static ToolCallback function(Function<Map<String, Object>, String> function) {
        return FunctionToolCallback.builder(BALANCE.name(), function)
                .description(BALANCE.description())
                .inputType(Map.class)
                .inputSchema(BALANCE.inputSchema())
                .build();
    }

    static List<ToolCallback> hiding() {
        List<ToolCallback> hiding = new ArrayList<>();
        for (ToolCallback inner : List.of(SERVED, ANNOTATED)) {
            Supplier<String> supplier = () -> inner.call("{}");
            hiding.add(new Lazy(() -> inner));
            hiding.add(new Holding(supplier));
            hiding.add(new Holding(List.of(inner)));
            hiding.add(new Holding(new ToolCallback[] {inner}));
            hiding.add(new Holding(new HashMap<>(Map.of("inner", inner))));
            hiding.add(new Holding(new AtomicReference<>(inner)));
            hiding.add(new Holding(Optional.of(List.of(supplier))));
            hiding.add(new Holding(ToolCallbackProvider.from(inner)));
            hiding.add(new Holding(new Wiring(List.of(inner), "wiring")));
            hiding.add(new Decorator(Asked.tool("get_other", () -> ""), List.of(inner)));
            hiding.add(function(input -> inner.call("{}")));
            hiding.add(function(input -> supplier.get()));
        }
        McpSyncClient client = CLIENT;
        hiding.add(new Lazy(() -> SERVED));
        hiding.add(new Holding(client));
        hiding.add(new Holding(new Gateway(client)));
        hiding.add(new Decorator(Asked.tool("get_other", () -> ""), client));
        hiding.add(function(input -> client.getServerInstructions()));
        return hiding;
    }

    @ParameterizedTest
    @MethodSource("hiding")
    void nothing_is_inferred_of_a_callback_that_hides_another(ToolCallback callback) {
        ToolBinding binding = binding(callback);

        assertThat(binding.source()).isEqualTo(EffectSource.UNDECLARED);
        assertThat(binding.effects()).hasToString(Effects.exclusive().toString());
    }

    @Test
    void decorator_with_another_callback_is_no_servers_even_if_the_user_trusts_one() {
        ToolCallback decorator = new Decorator(SERVED, List.of(ANNOTATED));

        assertThat(InterlockToolCallingManager.builder()
                        .trustMcp(CLIENT.getClientInfo().name(), "bank")
                        .build()
                        .binding(decorator)
                        .source())
                .isEqualTo(EffectSource.UNDECLARED);
    }

    @Test
    void users_word_counts_for_a_callback_that_hides_another() {
        ToolCallback declared = new Holding(List.of(SERVED)) {
            @Override
            public ToolMetadata getToolMetadata() {
                return EffectsMetadata.of(Effects.reads("account/{id}"));
            }
        };

        assertThat(binding(declared).source()).isEqualTo(EffectSource.METADATA);
        assertThat(InterlockToolCallingManager.builder()
                        .effects("get_balance", Effects.reads("account/{id}"))
                        .build()
                        .binding(new Holding(List.of(SERVED)))
                        .source())
                .isEqualTo(EffectSource.PROGRAMMATIC);
    }

    @Test
    void proxy_of_springs_does_what_its_target_does() {
        for (ToolCallback target : List.of(new Lazy(() -> SERVED), new Decorator(ANNOTATED, "log"), own("rates"))) {
            ProxyFactory proxies = new ProxyFactory(target);
            proxies.setProxyTargetClass(true);

            ToolBinding proxied = binding((ToolCallback) proxies.getProxy());

            assertThat(proxied.source()).isEqualTo(binding(target).source());
            assertThat(proxied.effects()).hasToString(binding(target).effects().toString());
        }
    }

    // What stays the user's own.

    /** Stands for a repository. */
    private static final class Repository {
        private final Map<String, List<String>> rows = new HashMap<>(Map.of("7", List.of("row")));
        private final List<Supplier<String>> clocks = List.of(() -> "now");

        String find(Object id) {
            return rows.getOrDefault(String.valueOf(id), List.of())
                    + clocks.get(0).get();
        }
    }

    private static ToolCallback own(Object held) {
        return new Holding(held);
    }

    static List<ToolCallback> own() {
        Repository repository = new Repository();
        HttpClient http = HttpClient.newHttpClient();
        Supplier<String> supplier = () -> repository.find("7");
        record Chat(ToolCallbackProvider served) {}
        Chat chat = new Chat(ToolCallbackProvider.from(SERVED));
        Wiring wiring = new Wiring(List.of(Asked.tool("send_mail", () -> "")), "wiring");
        return List.of(
                own("text"),
                own(repository),
                own(http),
                own(supplier),
                own(List.of(repository, "text")),
                own(wiring),
                own(chat),
                function(input -> "100"),
                function(input -> repository.find(input)),
                function(input -> http.version() + supplier.get()),
                function(input -> wiring.name()),
                new Decorator(function(input -> repository.find(input)), repository));
    }

    @ParameterizedTest
    @MethodSource("own")
    void callback_of_the_users_own_is_inferred(ToolCallback callback) {
        ToolBinding binding = binding(callback);

        assertThat(binding.source()).isEqualTo(EffectSource.INFERENCE);
        assertThat(binding.isReadOnly()).isTrue();
    }
}
