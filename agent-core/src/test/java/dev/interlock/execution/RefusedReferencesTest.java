package dev.interlock.execution;

import static dev.interlock.execution.EchoTools.chaining;
import static dev.interlock.execution.EchoTools.echo;
import static dev.interlock.execution.EchoTools.json;
import static dev.interlock.execution.EchoTools.outcomesOf;
import static dev.interlock.execution.Fixtures.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls that are not run because of what they refer to, and tools that take no references. */
@Timeout(60)
class RefusedReferencesTest {

    private final EchoTools given = new EchoTools();
    private final ToolDefinition echo = given.echo;
    private final ToolSet tools = given.tools;
    private final AtomicInteger ran = given.ran;
    private final List<String> log = new CopyOnWriteArrayList<>();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "${2}          | ${2} refers to this call itself",
                "a ${2.b} c    | ${2.b} refers to this call itself",
                "${3}          | ${3} refers to a later call: this is call 2, and it can refer only to earlier ones",
                "${4}          | ${4} refers to a call that does not exist: the last call of this response is call 3",
                "${0}          | ${0} refers to call 0, but calls are numbered from 1",
                "${99999999999}| ${99999999999} refers to a call that does not exist: the last call of this"
                        + " response is call 3",
                "${1} ${3}     | ${3} refers to a later call: this is call 2, and it can refer only to earlier ones",
                "${1[*]}       | ${1[*]} is not a valid reference: only .name, [index] and ['name'] may"
                        + " follow the call's number"
            })
    void a_wrong_reference_fails_its_call_only(String argument, String why) {
        assertThat(given.run(echo("{'x': 1}"), echo("{'x': '" + argument.replace("'", "") + "'}"), echo("{'x': 3}")))
                .containsExactly(json("1"), "tool 'echo' was not run: " + why, json("3"));
        assertThat(ran).hasValue(2);
    }

    @Test
    void a_circle_fails_where_it_begins_and_the_rest_is_skipped() {
        assertThat(given.run(echo("{'x': '${3}'}"), echo("{'x': '${1}'}"), echo("{'x': '${2}'}"), echo("{'x': 4}")))
                .containsExactly(
                        "tool 'echo' was not run: ${3} refers to a later call: this is call 1, and it can refer only"
                                + " to earlier ones",
                        "tool 'echo' was not started: it uses the result of call 1 (tool 'echo'), which did not succeed:"
                                + " tool 'echo' was not run: ${3} refers to a later call: this is call 1, and it can"
                                + " refer only to earlier ones",
                        "tool 'echo' was not started: it uses the result of call 2 (tool 'echo'), which was skipped itself",
                        json("4"));
    }

    @Test
    void a_missing_part_fails_its_call_and_says_what_there_is() {
        assertThat(given.run(
                        echo("{'hits': [], 'total': 0}"),
                        echo("{'x': '${1.hits[0].title}'}"),
                        echo("{'x': 'in ${1.results}'}"),
                        echo("{'x': '${1.total}'}")))
                .containsExactly(
                        json("{'hits': [], 'total': 0}"),
                        "tool 'echo' was not run: ${1.hits[0].title} names no part of the result of call 1"
                                + " (tool 'echo'):"
                                + " hits is an array of 0 elements",
                        "tool 'echo' was not run: ${1.results} names no part of the result of call 1 (tool"
                                + " 'echo'): the result is"
                                + " an object with the fields [hits, total]",
                        json("0"));
    }

    @Test
    void a_call_that_was_not_run_has_made_no_attempt() {
        List<CallResult> results = chaining()
                .build()
                .execute(List.of(echo("{'x': 1}"), echo("{'x': '${1.a}'}"), echo("{'x': '${9}'}")), tools);
        assertThat(results).extracting(CallResult::attempts).containsExactly(1, 0, 0);
        assertThat(results.get(1).outcome()).isInstanceOf(Outcome.Failed.class);
        assertThat(results.get(1).end()).isAfterOrEqualTo(results.get(1).start());
    }

    @Test
    void what_refers_to_a_failed_call_is_skipped_and_all_else_goes_on() {
        List<CallResult> results = chaining()
                .build()
                .execute(
                        List.of(
                                echo("{'x': 1}"),
                                call("fails"),
                                echo("{'x': '${1} ${2}'}"),
                                echo("{'x': '${3}'}"),
                                echo("{'x': '${1}'}")),
                        tools);
        assertThat(outcomesOf(results))
                .containsExactly(
                        json("1"),
                        "no luck",
                        "tool 'echo' was not started: it uses the result of call 2 (tool 'fails'), which did not succeed:"
                                + " no luck",
                        "tool 'echo' was not started: it uses the result of call 3 (tool 'echo'), which was skipped itself",
                        json("1"));
        assertThat(results.get(2).outcome()).isInstanceOf(Outcome.Skipped.class);
        assertThat(results.get(3).outcome()).isInstanceOf(Outcome.Skipped.class);
    }

    @Test
    void messages_stay_short_whatever_a_model_or_a_tool_writes() {
        ToolSet verbose = ToolSet.of(echo, ToolDefinition.of("verbose", Effects.pure(), call -> {
            throw new IllegalStateException("x".repeat(100_000));
        }));
        List<CallResult> results = chaining()
                .build()
                .execute(
                        List.of(
                                call("verbose"),
                                call("echo", "x", "${1}"),
                                call("echo", "x", "${9" + ".a".repeat(100_000) + "}"),
                                call("echo", "x", "${1" + ".".repeat(100_000) + "}"),
                                call("echo", "x", 1),
                                call("echo", "x", "${5" + ".a".repeat(100_000) + "}")),
                        verbose);
        assertThat(outcomesOf(results).subList(1, 4))
                .allMatch(message -> String.valueOf(message).length() < 1_000);
        assertThat(results.get(5).outcome().message()).hasSizeLessThan(1_000);
    }

    @Test
    void arguments_that_are_no_object_and_unknown_tools_are_as_without_chaining() {
        assertThat(given.run(
                        echo("{'x': 1}"),
                        new ToolCall(null, "echo", json("['${1}']")),
                        new ToolCall(null, "nobody", json("{'x': '${9}'}"))))
                .containsExactly(
                        json("1"), json("['${1}']"), "there is no tool named 'nobody'; the tools are [echo, fails]");
    }

    // Who takes references.

    private static final Effects WRITES = Effects.writes("b");

    private ToolSet withWriter(ToolPolicy policy) {
        return ToolSet.of(
                echo,
                ToolDefinition.builder("write", call -> {
                            log.add(call.arguments().toString());
                            return "written";
                        })
                        .effects(WRITES)
                        .policy(policy)
                        .build());
    }

    @Test
    void a_tool_that_writes_takes_no_references_unless_its_policy_says_so() {
        List<ToolCall> calls = List.of(
                echo("{'x': 1}"),
                call("write", "text", "${1}"),
                call("write", "text", "$${1}"),
                call("write", "code", "${1}"));
        assertThat(outcomesOf(chaining().build().execute(calls, withWriter(ToolPolicy.DEFAULT))))
                .containsExactly(
                        json("1"),
                        "tool 'write' was not run: ${1} in 'text' refers to a result, but a tool that may change"
                                + " something takes no references: call it in the next response, with the"
                                + " value itself; to"
                                + " pass this very text, write $${1}",
                        "written",
                        "written");
        assertThat(log).containsExactly("{\"text\":\"${1}\"}", "{\"code\":\"${1}\"}");
    }

    @Test
    void a_policy_lets_a_tool_that_writes_take_references() {
        ToolPolicy allowed = ToolPolicy.builder().references(true).build();
        assertThat(outcomesOf(chaining()
                        .build()
                        .execute(List.of(echo("{'x': 1}"), call("write", "text", "${1}")), withWriter(allowed))))
                .containsExactly(json("1"), "written");
        assertThat(log).containsExactly("{\"text\":1}");
    }

    @Test
    void a_policy_lets_one_parameter_take_references() {
        ToolPolicy allowed = ToolPolicy.builder().references("id", true).build();
        List<CallResult> results = chaining()
                .build()
                .execute(
                        List.of(
                                echo("{'x': 1}"),
                                call("write", "id", "${1}"),
                                call("write", "id", "${1}", "text", "${1}")),
                        withWriter(allowed));
        assertThat(results).extracting(CallResult::isSuccess).containsExactly(true, true, false);
        assertThat(log).containsExactly("{\"id\":1}");
    }

    @Test
    void nothing_known_about_a_tool_is_no_leave_to_take_references() {
        ToolSet unknown = ToolSet.of(echo, ToolDefinition.of("mystery", call -> call.arguments()));
        List<CallResult> results =
                chaining().build().execute(List.of(echo("{'x': 1}"), call("mystery", "x", "${1}")), unknown);
        assertThat(results.get(1).outcome().message()).contains("a tool that may change something takes no references");
    }

    @Test
    void where_a_tool_or_parameter_opts_out_references_pass_unchanged() {
        ToolSet literal = ToolSet.of(
                echo,
                ToolDefinition.builder("bash", ToolCall::arguments)
                        .effects(Effects.reads("a"))
                        .build(),
                ToolDefinition.builder("raw", ToolCall::arguments)
                        .effects(Effects.reads("a"))
                        .policy(ToolPolicy.builder().references(false).build())
                        .build());
        List<CallResult> results = chaining()
                .build()
                .execute(
                        List.of(
                                echo("{'x': 1}"),
                                call("bash", "command", "echo ${1} ${9} $${2}", "directory", "d${1}"),
                                call("raw", "x", "${1} ${9} $${2} ${1[*]}")),
                        literal);
        assertThat(outcomesOf(results).subList(1, 3))
                .containsExactly(
                        json("{'command': 'echo ${1} ${9} $${2}', 'directory': 'd1'}"),
                        json("{'x': '${1} ${9} $${2} ${1[*]}'}"));
    }
}
