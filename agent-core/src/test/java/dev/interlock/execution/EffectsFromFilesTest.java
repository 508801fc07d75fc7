package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.interlock.call.CallResult;
import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Access;
import dev.interlock.effect.EffectSource;
import dev.interlock.effect.Effects;
import dev.interlock.effect.ParameterType;
import dev.interlock.effect.file.DeclaredBy;
import dev.interlock.effect.file.EffectsEntry;
import dev.interlock.effect.file.EffectsFile;
import dev.interlock.plan.CallPlan;
import dev.interlock.plan.PlannedCall;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Effects that files declare, beside all other sources. */
@Timeout(60)
class EffectsFromFilesTest {

    private static final RetryPolicy AT_ONCE =
            RetryPolicy.builder().initialDelay(Duration.ofNanos(1)).jitter(0).build();

    private static EffectsFile file(String tools) {
        return EffectsFile.parse("effects.json", "{\"tools\": {\n" + tools + "}}");
    }

    private static PlannedCall planned(ToolCallExecutor.Builder builder, ToolDefinition tool) {
        return builder.build()
                .plan(List.of(call(tool.name(), "id", "7")), ToolSet.of(tool))
                .calls()
                .get(0);
    }

    private static ToolDefinition.Builder tool(String name) {
        return ToolDefinition.builder(name, call -> "done").parameter("id", ParameterType.STRING);
    }

    @Test
    void a_file_speaks_for_a_tool_that_says_nothing_and_the_plan_says_where_and_who() {
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .effectsFrom(
                        file("\"alter\": {\"writes\": [\"thing/{id}\"]},\n\"undo\": {\"writes\": [\"thing/{id}\"]}"))
                .build();
        CallPlan plan = executor.plan(
                List.of(call("alter", "id", "7"), call("undo", "id", "7")),
                ToolSet.of(tool("alter").build(), tool("undo").build()));

        assertThat(plan.calls()).extracting(PlannedCall::source).containsOnly(EffectSource.FILE);
        assertThat(plan).hasToString("""
                        call 1 alter: writes thing/7 (effects file effects.json:2, declared)
                        call 2 undo: writes thing/7 (effects file effects.json:3, declared)
                          call 2 waits for call 1: both write thing/7""");
    }

    @ParameterizedTest
    @EnumSource(
            value = EffectSource.class,
            names = {"PROGRAMMATIC", "ANNOTATION"})
    void what_the_tools_author_declares_wins(EffectSource source) {
        ToolDefinition own = tool("alter").effects(Effects.reads("own"), source).build();

        PlannedCall call =
                planned(ToolCallExecutor.builder().effectsFrom(file("\"alter\": {\"writes\": [\"file\"]}")), own);

        assertThat(call.accesses()).containsExactly(Access.read("own"));
        assertThat(call.source()).isEqualTo(source);
    }

    @ParameterizedTest
    @EnumSource(
            value = EffectSource.class,
            names = {"METADATA", "MCP_HINT", "INFERENCE"})
    void what_others_say_of_the_tool_does_not(EffectSource source) {
        ToolDefinition own = tool("alter").effects(Effects.reads("own"), source).build();

        PlannedCall call =
                planned(ToolCallExecutor.builder().effectsFrom(file("\"alter\": {\"writes\": [\"file\"]}")), own);

        assertThat(call.accesses()).containsExactly(Access.write("file"));
        assertThat(call.source()).isEqualTo(EffectSource.FILE);
    }

    @Test
    void inference_does_not_win_and_effects_of_the_builder_do() {
        EffectsFile file = file("\"get_thing\": {\"writes\": [\"file\"]}");
        ToolDefinition tool = tool("get_thing").description("Returns a thing").build();

        assertThat(planned(ToolCallExecutor.builder().effectsFrom(file), tool).accesses())
                .containsExactly(Access.write("file"));
        assertThat(planned(ToolCallExecutor.builder().effectsFrom(file).effects("get_thing", Effects.pure()), tool)
                        .accesses())
                .isEmpty();
    }

    @Test
    void of_a_tool_of_which_nothing_is_inferred_the_users_file_speaks() {
        ToolDefinition untrusted = tool("alter").inferable(false).build();

        assertThat(planned(ToolCallExecutor.builder().effectsFrom(file("\"alt*\": {\"pure\": true}")), untrusted)
                        .accesses())
                .isEmpty();
    }

    @Test
    void what_nobody_has_declared_does_not_count() {
        EffectsFile file = file("""
                "learnt": {"pure": true, "by": "learnt"},
                "suggested": {"pure": true, "by": "suggested"},
                "catalogue": {"pure": true, "by": "catalogue"}
                """);
        for (String tool : List.of("learnt", "suggested", "catalogue")) {
            assertThat(planned(
                                    ToolCallExecutor.builder().effectsFrom(file),
                                    tool(tool).build())
                            .source())
                    .isEqualTo(EffectSource.UNDECLARED);
        }
    }

    @Test
    void what_was_learnt_counts_where_it_is_accepted() {
        EffectsFile file = file("""
                "learnt": {"reads": ["a/{id}"], "by": "learnt", "calls": 3},
                "both": {"reads": ["a"], "proposals": [{"reads": ["a/{id}"], "by": "learnt"}]},
                "guessed": {"pure": true, "by": "suggested", "proposals": [{"reads": ["a/{id}"], "by": "learnt"}]}
                """);
        ToolCallExecutor.Builder accepting =
                ToolCallExecutor.builder().effectsFrom(file).accept(DeclaredBy.LEARNT);

        assertThat(planned(accepting, tool("learnt").build()).said()).isEqualTo("effects file effects.json:2, learnt");
        assertThat(planned(accepting, tool("both").build()).said()).isEqualTo("effects file effects.json:3, declared");
        assertThat(planned(accepting, tool("guessed").build()).accesses()).containsExactly(Access.read("a/7"));
    }

    /** An entry that does not count is not there: it does not hide one that does. */
    @Test
    void an_exact_name_that_does_not_count_does_not_hide_a_glob() {
        EffectsFile file = file("\"alter\": {\"pure\": true, \"by\": \"learnt\"},\n\"*\": {\"writes\": [\"file\"]}");

        assertThat(planned(
                                ToolCallExecutor.builder().effectsFrom(file),
                                tool("alter").build())
                        .accesses())
                .containsExactly(Access.write("file"));
    }

    @ParameterizedTest
    @EnumSource(
            value = DeclaredBy.class,
            names = {"SUGGESTED", "CATALOGUE"})
    void suggestions_and_catalogues_are_not_accepted_as_a_whole(DeclaredBy by) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ToolCallExecutor.builder().accept(by))
                .withMessageContaining("'" + by.word() + "'");
    }

    @Test
    void what_is_declared_is_accepted_anyway() {
        assertThat(planned(
                                ToolCallExecutor.builder()
                                        .accept(DeclaredBy.DECLARED)
                                        .effectsFrom(file("\"alter\": {\"pure\": true}")),
                                tool("alter").build())
                        .accesses())
                .isEmpty();
    }

    @Test
    void a_file_that_is_added_later_wins_even_by_a_glob() {
        ToolCallExecutor.Builder builder = ToolCallExecutor.builder()
                .effectsFrom(file("\"alter\": {\"reads\": [\"first\"]},\n\"other\": {\"reads\": [\"first\"]}"))
                .effectsFrom(file("\"alt*\": {\"reads\": [\"second\"]}"));

        assertThat(planned(builder, tool("alter").build()).accesses()).containsExactly(Access.read("second"));
        assertThat(planned(builder, tool("other").build()).accesses()).containsExactly(Access.read("first"));
    }

    @Test
    void a_template_that_names_no_parameter_makes_calls_run_alone_with_a_warning() {
        StringBuilder log = new StringBuilder();

        PlannedCall call = logged(
                log,
                () -> planned(
                        ToolCallExecutor.builder().effectsFrom(file("\"al*\": {\"reads\": [\"file/{path}\"]}")),
                        tool("alter").build()));

        assertThat(call.accesses()).containsExactly(Access.write("/"));
        assertThat(call.source()).isEqualTo(EffectSource.FILE);
        assertThat(call.barrierReason()).contains("'alter'", "{path}", "[id]");
        assertThat(log.toString())
                .contains("WARN", "Calls of tool 'alter' run alone", "{path}", "effects file effects.json:2, declared");
    }

    @Test
    void a_path_and_a_resource_are_read_when_they_are_given(@TempDir Path folder) throws IOException {
        Path path = Files.writeString(folder.resolve("effects.json"), "{\"tools\": {\"alter\": {\"pure\": true}}}");
        ToolCallExecutor.Builder byPath = ToolCallExecutor.builder().effectsFrom(path);
        ToolCallExecutor.Builder byUrl =
                ToolCallExecutor.builder().effectsFrom(path.toUri().toURL());
        Files.delete(path);

        assertThat(planned(byPath, tool("alter").build()).said()).isEqualTo("effects file " + path + ":1, declared");
        assertThat(planned(byUrl, tool("alter").build()).source()).isEqualTo(EffectSource.FILE);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ToolCallExecutor.builder().effectsFromResource("none/effects.json"))
                .withMessageContaining("none/effects.json");
    }

    @Test
    void entries_made_by_a_program_count_too() {
        EffectsFile made = EffectsFile.empty("made")
                .with(EffectsEntry.of("alter").reads("a").build());

        assertThat(planned(
                                ToolCallExecutor.builder().effectsFrom(made),
                                tool("alter").build())
                        .said())
                .isEqualTo("effects file made, declared");
    }

    private static List<CallResult> retried(ToolCallExecutor.Builder builder, ToolDefinition.Builder tool) {
        return builder.policy("put", ToolPolicy.builder().retry(AT_ONCE).build())
                .build()
                .execute(List.of(call("put", "id", "7")), ToolSet.of(tool.build()));
    }

    private static ToolDefinition.Builder failingOnce() {
        AtomicInteger attempts = new AtomicInteger();
        return ToolDefinition.builder("put", call -> {
            if (attempts.incrementAndGet() == 1) {
                throw new IOException("down");
            }
            return "done";
        });
    }

    @Test
    void a_tool_that_a_file_says_is_idempotent_is_tried_again() {
        EffectsFile file = file("\"put\": {\"writes\": [\"a\"], \"idempotent\": true}");
        assertThat(retried(ToolCallExecutor.builder().effectsFrom(file), failingOnce())
                        .get(0)
                        .isSuccess())
                .isTrue();
        assertThat(retried(
                                ToolCallExecutor.builder().effectsFrom(file("\"put\": {\"writes\": [\"a\"]}")),
                                failingOnce())
                        .get(0)
                        .isSuccess())
                .isFalse();
    }

    @Test
    void what_an_entry_leaves_open_the_next_says() {
        EffectsFile open = file("\"put\": {\"writes\": [\"a\"]},\n\"*\": {\"pure\": true, \"idempotent\": true}");
        assertThat(retried(ToolCallExecutor.builder().effectsFrom(open), failingOnce())
                        .get(0)
                        .isSuccess())
                .isTrue();
        assertThat(planned(
                                ToolCallExecutor.builder().effectsFrom(open),
                                tool("put").build())
                        .accesses())
                .containsExactly(Access.write("a"));

        EffectsFile only = file("\"put\": {\"idempotent\": true},\n\"*\": {\"writes\": [\"a\"]}");
        assertThat(planned(
                                ToolCallExecutor.builder().effectsFrom(only),
                                tool("put").build())
                        .accesses())
                .containsExactly(Access.write("a"));

        EffectsFile takenBack =
                file("\"put\": {\"writes\": [\"a\"], \"idempotent\": false},\n\"*\": {\"idempotent\": true}");
        assertThat(retried(ToolCallExecutor.builder().effectsFrom(takenBack), failingOnce())
                        .get(0)
                        .isSuccess())
                .isFalse();
    }

    @Test
    void idempotence_that_was_learnt_counts_where_it_is_accepted_only() {
        EffectsFile file = file("\"put\": {\"writes\": [\"a\"], \"idempotent\": true, \"by\": \"learnt\"}");
        assertThat(retried(ToolCallExecutor.builder().effectsFrom(file), failingOnce())
                        .get(0)
                        .isSuccess())
                .isFalse();
        assertThat(retried(ToolCallExecutor.builder().effectsFrom(file).accept(DeclaredBy.LEARNT), failingOnce())
                        .get(0)
                        .isSuccess())
                .isTrue();
    }

    @Test
    void settings_for_tools_that_are_not_there_are_named_once() {
        StringBuilder log = new StringBuilder();
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .effectsFrom(file("""
                        "alter": {"pure": true},
                        "altre": {"pure": true},
                        "zip_*": {"pure": true},
                        "al*": {"pure": true},
                        "not_accepted": {"pure": true, "by": "learnt"}
                        """))
                .effects("undoo", Effects.pure())
                .policy("serch", ToolPolicy.DEFAULT)
                .build();
        ToolSet tools = ToolSet.of(tool("alter").build(), tool("search").build());

        logged(log, () -> executor.execute(List.of(call("alter", "id", "7")), tools));
        logged(log, () -> executor.execute(List.of(call("search", "id", "7")), tools));

        assertThat(log.toString())
                .containsOnlyOnce("There is no tool for 'undoo' (effects set), 'serch' (policy set), "
                        + "'altre' (effects file effects.json:3), 'zip_*' (effects file effects.json:4); "
                        + "the tools so far are [alter, search]")
                .doesNotContain("not_accepted");
    }

    @Test
    void nothing_is_said_where_all_settings_are_for_tools_that_are_there_or_no_tool_is() {
        StringBuilder log = new StringBuilder();
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .effectsFrom(file("\"alt*\": {\"pure\": true}"))
                .build();

        logged(log, () -> executor.execute(List.of(), ToolSet.of()));
        logged(log, () -> executor.execute(List.of(), ToolSet.of(tool("alter").build())));

        assertThat(log.toString()).doesNotContain("There is no tool");
    }

    /** Tools that an integration has bound before count, though they are not among those offered. */
    @Test
    void tools_that_were_bound_before_are_there() {
        StringBuilder log = new StringBuilder();
        ToolCallExecutor executor =
                ToolCallExecutor.builder().effects("bound", Effects.pure()).build();

        executor.rounds().bind(tool("bound").build());
        logged(log, () -> executor.execute(List.of(), ToolSet.of(tool("other").build())));

        assertThat(log.toString()).doesNotContain("There is no tool");
    }

    @Test
    void of_very_many_settings_the_first_are_named() {
        StringBuilder log = new StringBuilder();
        ToolCallExecutor.Builder builder = ToolCallExecutor.builder();
        for (int i = 10; i < 35; i++) {
            builder.effects("t" + i, Effects.pure());
        }

        logged(
                log,
                () -> builder.build()
                        .execute(List.of(), ToolSet.of(tool("other").build())));

        assertThat(log.toString()).contains("'t29' (effects set), 5 more;").doesNotContain("'t30'");
    }

    /** SLF4J's simple logger writes to what System.err is at the time. */
    private static <T> T logged(StringBuilder log, Supplier<T> body) {
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
