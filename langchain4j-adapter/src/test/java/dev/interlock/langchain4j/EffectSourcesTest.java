package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.effect.Access;
import dev.interlock.effect.EffectSource;
import dev.interlock.effect.Effects;
import dev.interlock.effect.Exclusive;
import dev.interlock.effect.Pure;
import dev.interlock.effect.Reads;
import dev.interlock.effect.Resource;
import dev.interlock.effect.Undeclared;
import dev.interlock.effect.Writes;
import dev.interlock.langchain4j.mcp.MetadataEffects;
import dev.interlock.plan.PlannedCall;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.IllegalConfigurationException;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolProviderResult;
import dev.langchain4j.service.tool.ToolService;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where the effects of tools come from, and which source wins. */
@Timeout(60)
class EffectSourcesTest {

    static class BankTools {
        @Tool
        @Reads("account/{id}")
        String balance(@P(name = "id") String id) {
            return "balance of " + id;
        }

        @Tool
        @Writes({"account/{from}", "account/{to}"})
        String transfer(@P(name = "from") String from, @P(name = "to") String to) {
            return from + " to " + to;
        }

        @Tool
        @Pure
        String add(@P(name = "a") int a, @P(name = "b") int b) {
            return String.valueOf(a + b);
        }

        @Tool
        @Exclusive
        String reboot() {
            return "rebooted";
        }

        @Tool
        String doSomething() {
            return "something";
        }

        @Tool("Lists the accounts of the customer")
        String listAccounts() {
            return "7, 8";
        }
    }

    @Test
    void annotations_speak() {
        assertThat(planned(ParallelTools.builder(), new BankTools(), "balance", "{\"id\": \"7\"}"))
                .satisfies(call -> {
                    assertThat(call.accesses()).containsExactly(Access.read("account/7"));
                    assertThat(call.source()).isEqualTo(EffectSource.ANNOTATION);
                });
        assertThat(accesses("transfer", "{\"from\": \"7\", \"to\": \"8\"}"))
                .containsExactlyInAnyOrder(Access.write("account/7"), Access.write("account/8"));
        assertThat(accesses("add", "{\"a\": 1, \"b\": 2}")).isEmpty();
        assertThat(accesses("reboot", "{}")).containsExactly(Access.write("/"));
    }

    @Test
    void what_says_nothing_is_inferred_to_only_read_or_undeclared() {
        assertThat(planned(ParallelTools.builder(), new BankTools(), "listAccounts", "{}"))
                .satisfies(call -> {
                    assertThat(call.accesses()).containsExactly(Access.read("/"));
                    assertThat(call.source()).isEqualTo(EffectSource.INFERENCE);
                });
        assertThat(planned(ParallelTools.builder(), new BankTools(), "doSomething", "{}"))
                .satisfies(call -> {
                    assertThat(call.accesses()).containsExactly(Access.write("/"));
                    assertThat(call.source()).isEqualTo(EffectSource.UNDECLARED);
                });
    }

    @Test
    void inference_can_be_turned_off() {
        assertThat(planned(ParallelTools.builder().inference(false), new BankTools(), "listAccounts", "{}")
                        .source())
                .isEqualTo(EffectSource.UNDECLARED);
    }

    @Test
    void undeclared_tools_can_be_parallel() {
        assertThat(planned(
                                ParallelTools.builder().undeclared(Undeclared.PARALLEL),
                                new BankTools(),
                                "doSomething",
                                "{}")
                        .accesses())
                .isEmpty();
    }

    @Test
    void builder_wins_over_annotations() {
        ParallelTools.Builder builder = ParallelTools.builder().effects("balance", Effects.writes("ledger/{id}"));

        assertThat(planned(builder, new BankTools(), "balance", "{\"id\": \"7\"}"))
                .satisfies(call -> {
                    assertThat(call.accesses()).containsExactly(Access.write("ledger/7"));
                    assertThat(call.source()).isEqualTo(EffectSource.PROGRAMMATIC);
                });
    }

    @Test
    void builder_wins_over_metadata() {
        ParallelTools.Builder builder = ParallelTools.builder().effects("note", Effects.reads("notes"));
        AiServiceTool tool = noting(Map.of("writes", List.of("notes/{id}")));

        assertThat(planned(builder, List.of(tool), "note", "{\"id\": \"7\"}").accesses())
                .containsExactly(Access.read("notes"));
    }

    @Test
    void metadata_speak() {
        assertThat(planned(
                        ParallelTools.builder(),
                        List.of(noting(Map.of("reads", List.of("book/{id}"), "writes", List.of("notes/{id}", "log")))),
                        "note",
                        "{\"id\": \"7\"}"))
                .satisfies(call -> {
                    assertThat(call.accesses())
                            .containsExactlyInAnyOrder(
                                    Access.read("book/7"), Access.write("notes/7"), Access.write("log"));
                    assertThat(call.source()).isEqualTo(EffectSource.METADATA);
                });
    }

    static class InferredTools {
        @Tool("Returns the accounts")
        void getAccounts() {}

        @Tool("Calculates the hypotenuse of a triangle")
        double hypotenuse(@P(name = "a") double a, @P(name = "b") double b) {
            return Math.hypot(a, b);
        }
    }

    @Test
    void method_without_a_result_is_not_inferred_to_only_read() {
        assertThat(planned(ParallelTools.builder(), new InferredTools(), "getAccounts", "{}")
                        .source())
                .isEqualTo(EffectSource.UNDECLARED);
    }

    @Test
    void what_computes_from_its_arguments_alone_is_inferred_to_be_pure() {
        assertThat(planned(ParallelTools.builder(), new InferredTools(), "hypotenuse", "{\"a\": 3, \"b\": 4}"))
                .satisfies(call -> {
                    assertThat(call.accesses()).isEmpty();
                    assertThat(call.source()).isEqualTo(EffectSource.INFERENCE);
                });
    }

    static class DescribedTools {
        @Tool(metadata = "{\"dev.interlock/effects\": {\"writes\": [\"all\"]}}")
        @Reads("notes/{id}")
        String annotated(@P(name = "id") String id) {
            return id;
        }

        @Tool(metadata = "{\"dev.interlock/effects\": {\"reads\": [\"notes/{id}\"]}}")
        String described(@P(name = "id") String id) {
            return id;
        }
    }

    @Test
    void metadata_of_annotated_tools_speak_where_annotations_do_not() {
        assertThat(planned(ParallelTools.builder(), new DescribedTools(), "described", "{\"id\": \"7\"}"))
                .satisfies(call -> {
                    assertThat(call.accesses()).containsExactly(Access.read("notes/7"));
                    assertThat(call.source()).isEqualTo(EffectSource.METADATA);
                });
        assertThat(planned(ParallelTools.builder(), new DescribedTools(), "annotated", "{\"id\": \"7\"}"))
                .satisfies(call -> {
                    assertThat(call.accesses()).containsExactly(Access.read("notes/7"));
                    assertThat(call.source()).isEqualTo(EffectSource.ANNOTATION);
                });
    }

    @Test
    void metadata_with_reads_only_write_nothing() {
        assertThat(accessesByMetadata(Map.of("reads", List.of("notes/{id}")))).containsExactly(Access.read("notes/7"));
        assertThat(accessesByMetadata(Map.of("reads", List.of("notes/{id}"), "writes", List.of())))
                .containsExactly(Access.read("notes/7"));
    }

    @Test
    void metadata_with_writes_only_read_nothing_else() {
        assertThat(accessesByMetadata(Map.of("writes", List.of("notes/{id}"))))
                .containsExactly(Access.write("notes/7"));
        assertThat(accessesByMetadata(Map.of("reads", List.of(), "writes", List.of("notes/{id}"))))
                .containsExactly(Access.write("notes/7"));
    }

    @Test
    void metadata_say_what_paths_are_relative_to() {
        Map<String, Object> effects = Map.of("writes", List.of("file/{id}"), "paths", Map.of("id", "/data"));
        assertThat(planned(ParallelTools.builder(), List.of(noting(effects)), "note", "{\"id\": \"7\"}")
                        .accesses())
                .containsExactly(Access.write(Resource.of("file").resolve("/data/7")));
        assertThatThrownBy(() -> register(noting(Map.of("writes", List.of("file/{id}"), "paths", "/data"))))
                .isInstanceOf(IllegalConfigurationException.class)
                .hasMessageContainingAll("'note'", "'paths'", "/data");
        assertThatThrownBy(
                        () -> register(noting(Map.of("writes", List.of("file/{id}"), "paths", Map.of("id", "work")))))
                .isInstanceOf(IllegalConfigurationException.class)
                .hasMessageContaining("'work'");
    }

    @Test
    void metadata_with_neither_are_pure() {
        assertThat(accessesByMetadata(Map.of("reads", List.of(), "writes", List.of())))
                .isEmpty();
    }

    @Test
    void wrong_metadata_are_an_error_at_registration() {
        assertThatThrownBy(() -> register(noting("reads everything")))
                .isInstanceOf(IllegalConfigurationException.class)
                .hasMessageContainingAll("note", MetadataEffects.KEY, "reads everything");
        assertThatThrownBy(() -> register(noting(Map.of("read", List.of("notes")))))
                .isInstanceOf(IllegalConfigurationException.class)
                .hasMessageContainingAll("note", "read");
        assertThatThrownBy(() -> register(noting(Map.of("reads", "notes"))))
                .isInstanceOf(IllegalConfigurationException.class)
                .hasMessageContainingAll("note", "reads", "notes");
        assertThatThrownBy(() -> register(noting(Map.of("reads", List.of("notes/{title}")))))
                .isInstanceOf(IllegalConfigurationException.class)
                .hasMessageContainingAll("'note'", "notes/{title}", "title");
    }

    @Test
    void wrong_metadata_of_a_provided_tool_make_it_a_barrier() {
        Rounds rounds = new Rounds();
        AiServiceTool tool = noting(Map.of("reads", "notes"));
        StringBuilder log = new StringBuilder();

        String answer = logged(
                () -> ParallelTools.builder()
                        .listener(rounds)
                        .build()
                        .aiServices(Assistant.class)
                        .chatModel(ScriptedChatModel.asking(call("1", "note", "{}")))
                        .toolProvider(request -> ToolProviderResult.builder()
                                .add(tool.toolSpecification(), tool.toolExecutor())
                                .build())
                        .build()
                        .chat("go"),
                log);

        assertThat(answer).isEqualTo(ScriptedChatModel.DONE);
        assertThat(rounds.reports().get(0).plan().calls().get(0).accesses()).containsExactly(Access.write("/"));
        assertThat(log).contains("WARN", "'note'", MetadataEffects.KEY);
    }

    static class MistakenTools {
        @Tool
        @Writes("account/{account}")
        String close(@P(name = "id") String id) {
            return id;
        }
    }

    static class MistakenToolsWithoutParameters {
        @Tool
        @Writes("account/{account}")
        String closeAll() {
            return "closed";
        }
    }

    @Test
    void annotated_template_naming_no_parameter_is_an_error_at_registration() {
        assertThatThrownBy(() -> ParallelTools.builder()
                        .build()
                        .aiServices(Assistant.class)
                        .tools(new MistakenTools()))
                .isInstanceOf(IllegalConfigurationException.class)
                .hasMessageContainingAll("'close'", "account/{account}", "account");
    }

    @Test
    void annotated_template_of_a_tool_without_parameters_is_an_error_at_registration() {
        assertThatThrownBy(() -> ParallelTools.builder()
                        .build()
                        .aiServices(Assistant.class)
                        .tools(new MistakenToolsWithoutParameters()))
                .isInstanceOf(IllegalConfigurationException.class)
                .hasMessageContainingAll("'closeAll'", "account/{account}", "account");
    }

    @Test
    void builder_template_naming_no_parameter_is_a_warning_and_a_barrier() {
        ParallelTools.Builder builder = ParallelTools.builder().effects("balance", Effects.reads("account/{account}"));
        StringBuilder log = new StringBuilder();

        PlannedCall call = logged(() -> planned(builder, new BankTools(), "balance", "{\"id\": \"7\"}"), log);

        assertThat(call.accesses()).containsExactly(Access.write("/"));
        assertThat(call.barrierReason()).contains("account/{account}");
        assertThat(log).contains("WARN", "'balance'", "account/{account}");
    }

    @Exclusive("session")
    static class SessionTools extends BankTools {}

    @Test
    void annotation_of_the_objects_class_holds_for_inherited_tools() {
        assertThat(planned(ParallelTools.builder(), new SessionTools(), "balance", "{\"id\": \"7\"}")
                        .accesses())
                .containsExactlyInAnyOrder(Access.read("account/7"), Access.write("session"));
        assertThat(planned(
                                ParallelTools.builder(),
                                ToolService.findTools(new SessionTools()),
                                "balance",
                                "{\"id\": \"7\"}")
                        .accesses())
                .containsExactlyInAnyOrder(Access.read("account/7"), Access.write("session"));
    }

    @Test
    void annotation_of_the_objects_class_holds_for_inherited_tools_in_a_hand_written_loop() {
        Rounds rounds = new Rounds();
        ParallelTools parallel = ParallelTools.builder().listener(rounds).build();

        parallel.execute(calls(call("1", "balance", "{\"id\": \"7\"}")), ToolService.findTools(new SessionTools()));

        assertThat(rounds.reports().get(0).plan().calls().get(0).accesses())
                .containsExactlyInAnyOrder(Access.read("account/7"), Access.write("session"));
    }

    private static AiServiceTool noting(Object effects) {
        return tool("note", Map.of(MetadataEffects.KEY, effects), request -> "noted");
    }

    private static void register(AiServiceTool tool) {
        List<AiServiceTool> tools = List.of(tool);
        ParallelTools.builder().build().aiServices(Assistant.class).tools(tools);
    }

    private static List<Access> accesses(String tool, String arguments) {
        return planned(ParallelTools.builder(), new BankTools(), tool, arguments)
                .accesses();
    }

    private static List<Access> accessesByMetadata(Map<String, List<String>> effects) {
        return planned(ParallelTools.builder(), List.of(noting(effects)), "note", "{\"id\": \"7\"}")
                .accesses();
    }

    /** How an AI service with these tools plans a call: an object with annotated tools, or a list of tools. */
    private static PlannedCall planned(ParallelTools.Builder builder, Object tools, String tool, String arguments) {
        Rounds rounds = new Rounds();
        AiServices<Assistant> services = builder.listener(rounds)
                .build()
                .aiServices(Assistant.class)
                .chatModel(ScriptedChatModel.asking(call("1", tool, arguments)));
        if (tools instanceof List<?> list) {
            services.tools(list.stream().map(AiServiceTool.class::cast).toList());
        } else {
            services.tools(tools);
        }
        services.build().chat("go");
        return rounds.reports().get(0).plan().calls().get(0);
    }

    /** SLF4J's simple logger writes to what System.err is at the time. */
    private static <T> T logged(Supplier<T> body, StringBuilder log) {
        PrintStream before = System.err;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            return body.get();
        } finally {
            System.setErr(before);
            log.append(bytes.toString(StandardCharsets.UTF_8));
        }
    }
}
