package dev.interlock.springai;

import static dev.interlock.springai.Asked.callbacks;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.EffectSource;
import dev.interlock.effect.Effects;
import dev.interlock.effect.Exclusive;
import dev.interlock.effect.Idempotent;
import dev.interlock.effect.Pure;
import dev.interlock.effect.Reads;
import dev.interlock.effect.Writes;
import dev.interlock.effect.file.EffectsFile;
import dev.interlock.execution.ToolBinding;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.ai.tool.augment.AugmentedToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.aop.framework.ProxyFactory;

/** What is known of a tool, and who says so. */
class EffectsTest {

    static class Bank {
        @Tool
        @Reads("account/{id}")
        String balance(int id) {
            return "" + id;
        }

        @Tool
        @Writes({"account/{from}", "account/{to}"})
        @Idempotent
        String transfer(int from, int to) {
            return "done";
        }

        @Tool
        @Pure
        int add(int a, int b) {
            return a + b;
        }

        @Tool(description = "Gets the rate of the day")
        String getRate(String currency) {
            return currency;
        }

        @Tool(description = "Lists what was seen")
        void listSeen() {}

        @Tool(description = "Gets the history of this user")
        String getHistory(ToolContext context) {
            return "";
        }

        @Tool
        @Writes("account/{nobody}")
        String getNothing(int id) {
            return "";
        }
    }

    @Exclusive("session")
    static class Session {
        @Tool
        @Reads("page")
        String read() {
            return "";
        }
    }

    private static ToolCallback callback(Object object, String name) {
        return callbacks(object).stream()
                .filter(each -> each.getToolDefinition().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static ToolBinding binding(ToolCallback callback) {
        return InterlockToolCallingManager.builder().build().binding(callback);
    }

    private static void hasEffects(ToolBinding binding, EffectSource source, Effects effects) {
        assertThat(binding.source()).isEqualTo(source);
        assertThat(binding.effects()).hasToString(effects.toString());
    }

    @Test
    void annotations_of_a_method_say_it() {
        Bank bank = new Bank();
        hasEffects(binding(callback(bank, "balance")), EffectSource.ANNOTATION, Effects.reads("account/{id}"));
        hasEffects(
                binding(callback(bank, "transfer")),
                EffectSource.ANNOTATION,
                Effects.writes("account/{from}", "account/{to}"));
        hasEffects(binding(callback(bank, "add")), EffectSource.ANNOTATION, Effects.pure());
        assertThat(binding(callback(bank, "transfer")).policy().idempotent()).isTrue();
        assertThat(binding(callback(bank, "balance")).policy().idempotent()).isFalse();
    }

    @Test
    void annotation_of_the_class_counts_beside_that_of_the_method() {
        ToolBinding binding = binding(callback(new Session(), "read"));
        assertThat(binding.source()).isEqualTo(EffectSource.ANNOTATION);
        assertThat(binding.isReadOnly()).isFalse();
    }

    @Test
    void annotations_are_found_behind_a_proxy() {
        ProxyFactory proxies = new ProxyFactory(new Bank());
        proxies.setProxyTargetClass(true);
        Object proxy = proxies.getProxy();
        assertThat(proxy.getClass()).isNotEqualTo(Bank.class);
        hasEffects(binding(callback(proxy, "balance")), EffectSource.ANNOTATION, Effects.reads("account/{id}"));

        ProxyFactory sessions = new ProxyFactory(new Session());
        sessions.setProxyTargetClass(true);
        assertThat(binding(callback(sessions.getProxy(), "read")).isReadOnly()).isFalse();
    }

    private record Reason(String reason) {}

    @Test
    void annotations_are_found_behind_wrappers() {
        ToolCallback transfer = callback(new Bank(), "transfer");
        ToolCallback wrapped =
                new LoggedCallback(new AugmentedToolCallback<>(transfer, Reason.class, reason -> {}, true));
        hasEffects(binding(wrapped), EffectSource.ANNOTATION, Effects.writes("account/{from}", "account/{to}"));
    }

    private static final class Circle implements ToolCallback {
        private final ToolCallback inner = this;

        @Override
        public ToolDefinition getToolDefinition() {
            return Asked.tool("getRate", () -> inner).getToolDefinition();
        }

        @Override
        public String call(String input) {
            return "";
        }
    }

    @Test
    void nothing_is_inferred_of_what_cannot_be_seen() {
        ToolCallback rate = callback(new Bank(), "getRate");
        ToolCallback other = Asked.tool("getOther", () -> "");
        record Two(ToolCallback first, ToolCallback second) implements ToolCallback {
            @Override
            public ToolDefinition getToolDefinition() {
                return first.getToolDefinition();
            }

            @Override
            public String call(String input) {
                return first.call(input);
            }
        }
        assertThat(binding(rate).source()).isEqualTo(EffectSource.INFERENCE);
        assertThat(binding(new LoggedCallback(rate)).source()).isEqualTo(EffectSource.INFERENCE);
        assertThat(binding(new Two(rate, other)).source()).isEqualTo(EffectSource.UNDECLARED);
        ToolCallback proxy = (ToolCallback) java.lang.reflect.Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ToolCallback.class},
                (self, method, arguments) -> method.invoke(rate, arguments));
        assertThat(binding(proxy).source()).isEqualTo(EffectSource.UNDECLARED);
        assertThat(binding(new Circle()).source()).isEqualTo(EffectSource.UNDECLARED);
    }

    @Test
    void metadata_say_it_for_tools_that_are_built_in_code() {
        ToolCallback forecast = FunctionToolCallback.builder("forecast", (Map<String, Object> in) -> "rain")
                .inputType(Map.class)
                .inputSchema("{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}}}")
                .toolMetadata(EffectsMetadata.of(Effects.reads("weather/{city}")))
                .build();
        hasEffects(binding(forecast), EffectSource.METADATA, Effects.reads("weather/{city}"));
        assertThat(new EffectsMetadata(Effects.pure(), true).returnDirect()).isTrue();
    }

    @Test
    void name_and_description_say_that_a_tool_only_reads() {
        ToolBinding binding = binding(callback(new Bank(), "getRate"));
        hasEffects(binding, EffectSource.INFERENCE, Effects.reads("/"));
        assertThat(InterlockToolCallingManager.builder()
                        .inference(false)
                        .build()
                        .binding(callback(new Bank(), "getRate"))
                        .source())
                .isEqualTo(EffectSource.UNDECLARED);
    }

    @Test
    void tool_that_returns_nothing_is_called_for_what_it_does() {
        assertThat(binding(callback(new Bank(), "listSeen")).source()).isEqualTo(EffectSource.UNDECLARED);
    }

    @Test
    void tool_that_gets_what_others_may_change_is_not_known_to_read() {
        InterlockToolCallingManager manager =
                InterlockToolCallingManager.builder().build();
        ToolBindings bindings = new ToolBindings(manager.engine().rounds(), new McpTrust.Builder().build(true));
        Bank bank = new Bank();
        assertThat(bindings.of(callback(bank, "getHistory"), false).source()).isEqualTo(EffectSource.INFERENCE);
        assertThat(bindings.of(callback(bank, "getHistory"), true).source()).isEqualTo(EffectSource.UNDECLARED);
        assertThat(bindings.of(callback(bank, "getRate"), true).source()).isEqualTo(EffectSource.INFERENCE);
        ToolCallback function = Asked.tool("getWeather", () -> "");
        assertThat(bindings.of(function, false).source()).isEqualTo(EffectSource.INFERENCE);
        assertThat(bindings.of(function, true).source()).isEqualTo(EffectSource.UNDECLARED);

        assertThat(SharedContext.mayChange(Arrays.asList("ann", 1, null, java.time.LocalDate.EPOCH)))
                .isFalse();
        assertThat(SharedContext.mayChange(Arrays.asList("ann", new AtomicInteger())))
                .isTrue();
    }

    @Test
    void builder_and_file_win_in_their_order(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("effects.json");
        Files.writeString(file, """
                {"version": 1, "tools": {
                  "getRate": {"reads": ["rate/{currency}"]},
                  "balance": {"writes": ["elsewhere"]}
                }}""");
        InterlockToolCallingManager manager = InterlockToolCallingManager.builder()
                .effectsFrom(EffectsFile.read(file))
                .effects("add", Effects.reads("calculator"))
                .build();
        Bank bank = new Bank();
        hasEffects(manager.binding(callback(bank, "getRate")), EffectSource.FILE, Effects.reads("rate/{currency}"));
        hasEffects(manager.binding(callback(bank, "balance")), EffectSource.ANNOTATION, Effects.reads("account/{id}"));
        hasEffects(manager.binding(callback(bank, "add")), EffectSource.PROGRAMMATIC, Effects.reads("calculator"));
    }

    @Test
    void calls_of_a_tool_with_mistaken_effects_run_alone() {
        hasEffects(binding(callback(new Bank(), "getNothing")), EffectSource.ANNOTATION, Effects.exclusive());
        ToolCallback mistaken = FunctionToolCallback.builder("find", (Map<String, Object> in) -> "rain")
                .inputType(Map.class)
                .inputSchema("{\"type\":\"object\",\"properties\":{}}")
                .toolMetadata(EffectsMetadata.of(Effects.reads("weather/{city}")))
                .build();
        hasEffects(binding(mistaken), EffectSource.METADATA, Effects.exclusive());
    }

    /** Chat clients make new callbacks of an object for each request. */
    @Test
    void what_was_learnt_of_a_tool_outlives_its_callback() {
        InterlockToolCallingManager manager =
                InterlockToolCallingManager.builder().build();
        assertThat(manager.binding(callback(new Bank(), "balance")))
                .isSameAs(manager.binding(callback(new Bank(), "balance")));
    }

    @Test
    void tools_that_are_made_anew_for_each_request_are_not_kept_for_ever() {
        InterlockToolCallingManager manager =
                InterlockToolCallingManager.builder().build();
        ToolBindings bindings = new ToolBindings(manager.engine().rounds(), new McpTrust.Builder().build(true));
        IntStream.range(0, 3000).forEach(i -> bindings.of(Asked.tool("getPage" + i, () -> ""), false));
        assertThat(bindings.size()).isEqualTo(1000);
    }
}
