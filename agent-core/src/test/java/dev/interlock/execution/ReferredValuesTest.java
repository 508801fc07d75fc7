package dev.interlock.execution;

import static dev.interlock.execution.EchoTools.JSON;
import static dev.interlock.execution.EchoTools.chaining;
import static dev.interlock.execution.EchoTools.echo;
import static dev.interlock.execution.EchoTools.json;
import static dev.interlock.execution.EchoTools.outcomeOf;
import static dev.interlock.execution.EchoTools.outcomesOf;
import static dev.interlock.execution.Fixtures.call;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.Effects;
import dev.interlock.effect.ParameterType;
import java.nio.CharBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of references to results: values, types, sizes. */
@Timeout(60)
class ReferredValuesTest {

    private final EchoTools given = new EchoTools();
    private final ToolDefinition echo = given.echo;
    private final ToolSet tools = given.tools;

    /** What becomes of the argument "x" of a second call when the first has the given result. */
    private static JsonNode argument(@Nullable Object result, ParameterType type, String x) {
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("gives", Effects.pure(), call -> result),
                ToolDefinition.builder("takes", call -> call.arguments().get("x"))
                        .effects(Effects.pure())
                        .parameter("x", type)
                        .build());
        List<CallResult> results = chaining().build().execute(List.of(call("gives"), call("takes", "x", x)), tools);
        return results.get(1).outcome() instanceof Outcome.Succeeded(JsonNode node)
                ? node
                : JSON.valueToTree(results.get(1).outcome().message());
    }

    @Test
    void without_chaining_a_reference_is_text() {
        assertThat(outcomesOf(ToolCallExecutor.builder()
                        .build()
                        .execute(List.of(echo("{'x': 1}"), echo("{'x': '${1} $${1}'}")), tools)))
                .containsExactly(json("1"), "${1} $${1}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'a': [1, 'b', null]} | ${1}       | {'a': [1, 'b', null]}",
                "{'a': [1, 'b', null]} | ${1.a}     | [1, 'b', null]",
                "{'a': [1, 'b', null]} | ${1.a[0]}  | 1",
                "{'a': [1, 'b', null]} | ${1.a[1]}  | 'b'",
                "{'a': [1, 'b', null]} | ${1.a[2]}  | null",
                "{'a': [1, 'b', null]} | <${1.a}>   | '<[1,\\'b\\',null]>'",
                "{'a': [1, 'b', null]} | <${1.a[1]}${1.a[0]}> | '<b1>'",
                "true                  | ${1}       | true",
                "5                     | ${1}       | 5",
                "5                     | $${1}      | '${1}'",
                "5                     | $$${1}     | '$${1}'",
                "5                     | ${1}${1}   | '55'",
                "'$${2}'               | ${1}       | '${2}'",
                "'$${2} $${1}'         | a ${1} b   | 'a ${2} ${1} b'",
                "'$'                   | ${1}{1}    | '${1}'",
                "5                     | ${HOME}    | '${HOME}'"
            })
    void a_whole_value_keeps_its_type_and_part_of_a_text_is_text(String result, String argument, String expected) {
        assertThat(given.run(echo("{'x': " + result + "}"), echo("{'y': '" + argument + "'}"))
                        .get(1))
                .isEqualTo(json("{'y': " + expected.replace("\\'", "\\\"") + "}"));
    }

    @Test
    void values_within_arguments_are_replaced_too() {
        assertThat(given.run(echo("{'x': 7}"), echo("{'a': {'b': ['${1}', 'n ${1}', 3]}}"))
                        .get(1))
                .isEqualTo(json("{'a': {'b': [7, 'n 7', 3]}}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "STRING  | 42.10            | ${1}   | '42.10'",
                "STRING  | {'a': 42.10}     | ${1.a} | '42.10'",
                "STRING  | {'a': [1.50]}    | ${1.a} | '[1.50]'",
                "STRING  | {'a': 12}        | ${1.a} | '12'",
                "STRING  | null             | ${1}   | null",
                "STRING  | {'a': true}      | ${1.a} | 'true'",
                "STRING  | {'a': 5}         | ${1}   | '{\\'a\\': 5}'",
                "ENUM    | {'a': 5}         | ${1.a} | '5'",
                "INTEGER | 42               | ${1}   | 42",
                "INTEGER | {'a': '42'}      | ${1.a} | 42",
                "INTEGER | {'a': ' 42 '}    | ${1.a} | 42",
                "INTEGER | {'a': '42 EUR'}  | ${1.a} | '42 EUR'",
                "NUMBER  | {'a': '-1.5e3'}  | ${1.a} | -1500.0",
                "NUMBER  | {'a': 'true'}    | ${1.a} | 'true'",
                "NUMBER  | {'a': 'NaN'}     | ${1.a} | 'NaN'",
                "BOOLEAN | {'a': 'true'}    | ${1.a} | true",
                "BOOLEAN | {'a': 'False'}   | ${1.a} | false",
                "BOOLEAN | {'a': 'yes'}     | ${1.a} | 'yes'",
                "BOOLEAN | {'a': '1'}       | ${1.a} | '1'",
                "OTHER   | {'a': '42'}      | ${1.a} | '42'",
                "OTHER   | 42.5             | ${1}   | 42.5",
                "STRING  | it is 42         | ${1}   | 'it is 42'",
                "STRING  | '007'            | ${1}   | '007'",
                "OTHER   | 007              | ${1}   | '007'",
                "OTHER   | {'a': 1} and     | ${1}   | '{\\'a\\': 1} and'",
                "OTHER   | {'a': 1          | ${1}   | '{\\'a\\': 1'",
                "OTHER   | ``               | ${1}   | ''",
                "OTHER   | tomorrow         | ${1}   | 'tomorrow'"
            })
    void text_of_a_tool_is_json_if_it_is_and_the_declared_type_counts(
            ParameterType type, String result, String argument, String expected) {
        assertThat(argument(result.replace('\'', '"'), type, argument))
                .isEqualTo(json(expected.replace("\\'", "\\\"")));
    }

    private record Hit(String title, int score) {}

    private static final class Opaque {
        @Override
        public String toString() {
            return "opaque";
        }
    }

    private static final class Hostile {
        @Override
        public String toString() {
            throw new IllegalStateException("never");
        }
    }

    @Test
    void results_that_are_objects_are_written_as_json() {
        assertThat(argument(List.of(new Hit("T", 3)), ParameterType.STRING, "${1[0].title} ${1[0].score}"))
                .isEqualTo(json("'T 3'"));
        assertThat(argument(Map.of("a", List.of(1)), ParameterType.OTHER, "${1.a}"))
                .isEqualTo(json("[1]"));
        assertThat(argument(null, ParameterType.OTHER, "${1}")).isEqualTo(json("null"));
        assertThat(argument(null, ParameterType.OTHER, "<${1}>")).isEqualTo(json("'<null>'"));
        assertThat(argument(CharBuffer.wrap("[5]"), ParameterType.OTHER, "${1[0]}"))
                .isEqualTo(json("5"));
        assertThat(argument(new Opaque(), ParameterType.OTHER, "${1}")).isEqualTo(json("'opaque'"));
        assertThat(argument(new Hostile(), ParameterType.OTHER, "${1}").textValue())
                .isEqualTo(
                        "tool 'takes' was not run: the result of call 1 (tool 'gives') is neither JSON nor text: never");
        assertThat(argument(TimeUnit.DAYS, ParameterType.OTHER, "${1}")).isEqualTo(json("'DAYS'"));
    }

    // Sizes.

    @Test
    void a_result_of_a_mebibyte_is_referred_to_a_thousand_times() {
        StringBuilder items = new StringBuilder("{\"items\": [");
        for (int i = 0; items.length() < 1 << 20; i++) {
            items.append("{\"title\": \"title ")
                    .append(i)
                    .append("\", \"text\": \"")
                    .append("x".repeat(990))
                    .append("\"},");
        }
        items.append("{}]}");
        ToolSet large = ToolSet.of(ToolDefinition.of("large", Effects.pure(), call -> items.toString()), echo);
        List<ToolCall> calls = new ArrayList<>();
        calls.add(call("large"));
        for (int i = 0; i < 998; i++) {
            calls.add(echo("{'x': 'the ${1.items[" + i + "].title}'}"));
        }
        calls.add(echo("{'x': '<${1}>'}"));
        List<CallResult> results = chaining().build().execute(calls, large);
        assertThat(outcomeOf(results.get(998))).isEqualTo("the title 997");
        assertThat(outcomeOf(results.get(999))).isEqualTo("<" + items + ">");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'x': '${N}${N}'}", "{'x': ['${N}', '${N}']}", "{'x': 'a${N}${N}'}"})
    void calls_that_double_each_others_results_come_to_an_end(String argument) {
        List<ToolCall> calls = new ArrayList<>();
        calls.add(echo("{'x': 'xxxxxxxxxxxxxxxx'}"));
        for (int i = 1; i < 40; i++) {
            calls.add(echo(argument.replace("N", Integer.toString(i))));
        }
        List<CallResult> results = chaining().build().execute(calls, tools);
        assertThat(results.get(15).isSuccess()).isTrue();
        assertThat(results)
                .filteredOn(result -> result.outcome() instanceof Outcome.Failed)
                .singleElement()
                .satisfies(result -> assertThat(result.outcome().message())
                        .isEqualTo("tool 'echo' was not run: the results that its arguments refer to have more than"
                                + " 16777216 characters together, the limit of one call's arguments"));
        assertThat(results.get(39).outcome()).isInstanceOf(Outcome.Skipped.class);
    }

    @Test
    void calls_that_nest_each_others_results_come_to_an_end() {
        List<ToolCall> calls = new ArrayList<>();
        calls.add(echo("{'x': 1}"));
        for (int i = 1; i < 1200; i++) {
            calls.add(echo("{'x': ['${" + i + "}']}"));
        }
        List<CallResult> results = chaining().build().execute(calls, tools);
        assertThat(results)
                .filteredOn(result -> result.outcome() instanceof Outcome.Failed)
                .singleElement()
                .satisfies(result ->
                        assertThat(result.outcome().message()).endsWith("is nested more than 1000 levels deep"));
    }

    @Test
    void the_limit_of_arguments_holds_for_what_is_put_in() {
        List<CallResult> results = chaining()
                .maxArgumentBytes(40)
                .build()
                .execute(
                        List.of(
                                echo("{'x': 'ääääääääääääääää'}"),
                                echo("{'x': '${1}'}"),
                                echo("{'x': ['${1}', '${1[*]']}"),
                                echo("{'x': 'abcdef ${1}'}"),
                                echo("{'x': '${1}${1}${1}'}")),
                        tools);
        assertThat(outcomesOf(results).get(1)).isEqualTo("ä".repeat(16));
        assertThat(results.get(3).outcome().message())
                .isEqualTo("tool 'echo' was not run: arguments of 47 bytes exceed the limit of 40 bytes");
        assertThat(results.get(4).outcome().message()).contains("more than 40 characters together");
    }
}
