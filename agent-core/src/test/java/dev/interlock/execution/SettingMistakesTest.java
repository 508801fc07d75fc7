package dev.interlock.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Access;
import dev.interlock.effect.Effects;
import dev.interlock.effect.ParameterType;
import dev.interlock.effect.Reads;
import dev.interlock.effect.Writes;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is set and has no effect, or cannot be meant, is said when the tool is bound, not never. */
class SettingMistakesTest {

    private static final ToolPolicy RETRYING =
            ToolPolicy.builder().retry(RetryPolicy.builder().build()).build();

    /** SLF4J's simple logger writes to what System.err is at the time. */
    private static String logged(Runnable body) {
        PrintStream before = System.err;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            body.run();
        } finally {
            System.setErr(before);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static ToolDefinition tool(String name, Effects effects) {
        return ToolDefinition.of(name, effects, c -> null);
    }

    private static String bound(ToolCallExecutor.Builder settings, ToolDefinition... tools) {
        return logged(() -> {
            ToolCallExecutor executor = settings.build();
            List.of(tools).forEach(executor.rounds()::bind);
        });
    }

    @Test
    void a_retry_of_a_tool_that_writes_is_said_to_be_none() {
        String log = bound(
                ToolCallExecutor.builder().policy("transfer", RETRYING),
                tool("transfer", Effects.writes("account/{id}")));
        assertThat(log)
                .contains("Policy of tool 'transfer': its retry policy has no effect, because the tool"
                        + " writes (writes account/{id}) and is not declared idempotent");
    }

    @Test
    void a_retry_of_a_tool_of_which_nothing_is_known_is_said_to_be_none() {
        String log =
                bound(ToolCallExecutor.builder().policy("mystery", RETRYING), ToolDefinition.of("mystery", c -> null));
        assertThat(log).contains("because nothing is known about what it reads and writes");
    }

    @Test
    void a_retry_that_can_come_is_nothing_to_speak_of() {
        ToolPolicy idempotent = ToolPolicy.builder()
                .retry(RetryPolicy.builder().build())
                .idempotent(true)
                .build();
        String log = bound(
                ToolCallExecutor.builder()
                        .policy("read", RETRYING)
                        .policy("pure", RETRYING)
                        .policy("computed", RETRYING)
                        .policy("put", idempotent),
                tool("read", Effects.reads("a")),
                tool("pure", Effects.pure()),
                tool("computed", Effects.of(c -> List.of(Access.read("a")))),
                tool("put", Effects.writes("a")));
        assertThat(log).doesNotContain("Policy of tool");
    }

    @Test
    void a_limit_of_attempts_above_that_of_calls_is_said_to_be_none() {
        ToolPolicy wrong = ToolPolicy.builder()
                .timeout(Duration.ofSeconds(5))
                .callTimeout(Duration.ofSeconds(1))
                .build();
        assertThat(bound(ToolCallExecutor.builder().policy("read", wrong), tool("read", Effects.reads("a"))))
                .contains("Policy of tool 'read': the limit of its attempts has no effect, because the limit of its"
                        + " calls passes first: timeout is 5000 ms, callTimeout 1000 ms");
        ToolPolicy long5 = ToolPolicy.builder().timeout(Duration.ofSeconds(5)).build();
        assertThat(bound(
                        ToolCallExecutor.builder()
                                .callTimeout(Duration.ofSeconds(2))
                                .policy("read", long5),
                        tool("read", Effects.reads("a"))))
                .contains("timeout is 5000 ms, callTimeout 2000 ms");
        assertThat(bound(ToolCallExecutor.builder()
                        .timeout(Duration.ofSeconds(5))
                        .callTimeout(Duration.ofSeconds(2))))
                .contains("The limit of attempts has no effect, because the limit of calls passes first: timeout is"
                        + " 5000 ms, callTimeout 2000 ms");
    }

    @Test
    void limits_that_can_pass_are_nothing_to_speak_of() {
        ToolPolicy brief =
                ToolPolicy.builder().callTimeout(Duration.ofSeconds(1)).build();
        assertThat(bound(
                        ToolCallExecutor.builder()
                                .timeout(Duration.ofSeconds(5))
                                .callTimeout(Duration.ofSeconds(5))
                                .policy("read", brief),
                        tool("read", Effects.reads("a"))))
                .doesNotContain("the limit of calls passes first");
    }

    @Test
    void a_mistake_is_said_once_for_a_tool() {
        ToolDefinition transfer = tool("transfer", Effects.writes("a"));
        String log = bound(ToolCallExecutor.builder().policy("transfer", RETRYING), transfer, transfer, transfer);
        assertThat(log.split("Policy of tool", -1)).hasSize(2);
    }

    @Test
    void a_group_of_tools_that_are_not_there_is_named() {
        String log = logged(() -> ToolCallExecutor.builder()
                .groupConcurrency(2, "serch", "file_*", "read")
                .build()
                .execute(List.of(), ToolSet.of(tool("read", Effects.reads("a")), tool("search", Effects.reads("b")))));
        assertThat(log)
                .contains("There is no tool for 'file_*' (group of 2), 'serch' (group of 2); the tools so far are"
                        + " [read, search]");
    }

    @Test
    void a_template_that_names_nothing_is_rejected() {
        assertThatThrownBy(() -> Effects.writes(""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("template '' names no resource; for a tool that may write anything, use"
                        + " Effects.exclusive() or @Exclusive");
        assertThatThrownBy(() -> Effects.reads("account/{id}", "  "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("template '  ' names no resource; for a tool that may read anything, use Effects.reads() or"
                        + " @Reads");
        assertThat(Effects.exclusive("")).hasToString("exclusive");
        assertThat(Effects.writes("/")).hasToString("exclusive");
    }

    static final class Annotated {
        @Writes("")
        void write() {}

        @Reads({"a", ""})
        void read() {}
    }

    @Test
    void an_annotation_that_names_nothing_is_rejected() throws Exception {
        for (String name : List.of("write", "read")) {
            var method = Annotated.class.getDeclaredMethod(name);
            assertThatThrownBy(() -> Effects.fromAnnotations(method))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("Annotated." + name + ": template '' names no resource");
        }
    }

    @Test
    void a_template_of_a_tool_whose_parameters_have_no_names_says_how_they_get_them() {
        ToolDefinition unnamed = ToolDefinition.builder("transfer", c -> null)
                .parameters(Map.of("arg0", ParameterType.STRING, "arg1", ParameterType.STRING))
                .build();
        assertThat(bound(ToolCallExecutor.builder().effects("transfer", Effects.writes("account/{from}")), unnamed))
                .contains("takes {from}, but the parameters are [arg0, arg1]; the class file lacks their real names,"
                        + " so compile with -parameters");
        ToolDefinition named = ToolDefinition.builder("transfer", c -> null)
                .parameters(Map.of("to", ParameterType.STRING))
                .build();
        assertThat(bound(ToolCallExecutor.builder().effects("transfer", Effects.writes("account/{from}")), named))
                .contains("but the parameters are [to]")
                .doesNotContain("-parameters");
    }
}
