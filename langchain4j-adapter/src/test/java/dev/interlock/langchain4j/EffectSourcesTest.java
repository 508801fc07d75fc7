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
import dev.interlock.effect.Undeclared;
import dev.interlock.effect.Writes;
import dev.interlock.plan.PlannedCall;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.service.IllegalConfigurationException;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolService;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where the effects of tools come from, and which source wins. */
@Timeout(60)
class EffectSourcesTest extends EffectSourcesFixture {

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

    private static List<Access> accesses(String tool, String arguments) {
        return planned(ParallelTools.builder(), new BankTools(), tool, arguments)
                .accesses();
    }
}
