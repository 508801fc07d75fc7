package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.blockUntilInterrupted;
import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.start;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Access;
import dev.interlock.effect.Effects;
import dev.interlock.effect.ParameterType;
import dev.interlock.event.RoundEvent;
import dev.interlock.plan.CallPlan;
import dev.interlock.plan.Dependency;
import dev.interlock.plan.DependencyReason;
import java.nio.CharBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls whose arguments refer to results of earlier calls of their batch. */
@Timeout(60)
class ChainingTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final FakeTime time = new FakeTime();
    private final CountDownLatch started = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger ran = new AtomicInteger();
    private final List<String> log = new CopyOnWriteArrayList<>();

    /** Gives what it is given: the value of "x", or all arguments. */
    private final ToolDefinition echo = ToolDefinition.of("echo", Effects.pure(), call -> {
        ran.incrementAndGet();
        JsonNode x = call.arguments().get("x");
        return x == null ? call.arguments() : x.isTextual() ? x.textValue() : x;
    });

    private final ToolDefinition fails = ToolDefinition.of("fails", Effects.reads("a"), call -> {
        throw new IllegalStateException("no luck");
    });

    private final ToolSet tools = ToolSet.of(echo, fails);

    private static ToolCallExecutor.Builder builder() {
        return ToolCallExecutor.builder().chaining(true);
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }

    private static ToolCall echo(String arguments) {
        return new ToolCall(null, "echo", json(arguments));
    }

    private static @Nullable Object value(CallResult result) {
        return result.outcome() instanceof Outcome.Succeeded(Object value)
                ? value
                : result.outcome().message();
    }

    private static List<@Nullable Object> values(List<CallResult> results) {
        List<@Nullable Object> values = new ArrayList<>();
        results.forEach(result -> values.add(value(result)));
        return values;
    }

    private List<@Nullable Object> run(ToolCall... calls) {
        return values(builder().build().execute(List.of(calls), tools));
    }

    /** What becomes of the argument "x" of a second call when the first has the given result. */
    private static JsonNode argument(@Nullable Object result, ParameterType type, String x) {
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("gives", Effects.pure(), call -> result),
                ToolDefinition.builder("takes", call -> call.arguments().get("x"))
                        .effects(Effects.pure())
                        .parameter("x", type)
                        .build());
        List<CallResult> results = builder().build().execute(List.of(call("gives"), call("takes", "x", x)), tools);
        return results.get(1).outcome() instanceof Outcome.Succeeded(JsonNode node)
                ? node
                : JSON.valueToTree(results.get(1).outcome().message());
    }

    // What is put in.

    @Test
    void without_chaining_a_reference_is_text() {
        assertThat(values(ToolCallExecutor.builder()
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
        assertThat(run(echo("{'x': " + result + "}"), echo("{'y': '" + argument + "'}"))
                        .get(1))
                .isEqualTo(json("{'y': " + expected.replace("\\'", "\\\"") + "}"));
    }

    @Test
    void values_within_arguments_are_replaced_too() {
        assertThat(run(echo("{'x': 7}"), echo("{'a': {'b': ['${1}', 'n ${1}', 3]}}"))
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

    // Wrong references.

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "${2}          | ${2} refers to this call itself",
                "a ${2.b} c    | ${2.b} refers to this call itself",
                "${3}          | ${3} refers to a later call: this is call 2, only earlier ones can be referred to",
                "${4}          | ${4} refers to a call that does not exist: there are 3 in this response",
                "${0}          | ${0} refers to call 0, but calls are counted from 1",
                "${99999999999}| ${99999999999} refers to a call that does not exist: there are 3 in this response",
                "${1} ${3}     | ${3} refers to a later call: this is call 2, only earlier ones can be referred to",
                "${1[*]}       | ${1[*]} is no reference: after the number of the call there may be .name, [index] and"
                        + " ['name'] only"
            })
    void a_wrong_reference_fails_its_call_only(String argument, String why) {
        assertThat(run(echo("{'x': 1}"), echo("{'x': '" + argument.replace("'", "") + "'}"), echo("{'x': 3}")))
                .containsExactly(json("1"), "tool 'echo' was not run: " + why, json("3"));
        assertThat(ran).hasValue(2);
    }

    @Test
    void a_circle_fails_where_it_begins_and_the_rest_is_skipped() {
        assertThat(run(echo("{'x': '${3}'}"), echo("{'x': '${1}'}"), echo("{'x': '${2}'}"), echo("{'x': 4}")))
                .containsExactly(
                        "tool 'echo' was not run: ${3} refers to a later call: this is call 1, only earlier ones can be"
                                + " referred to",
                        "tool 'echo' was not started: it uses the result of call 1 (tool 'echo'), which did not succeed:"
                                + " tool 'echo' was not run: ${3} refers to a later call: this is call 1, only earlier"
                                + " ones can be referred to",
                        "tool 'echo' was not started: it uses the result of call 2 (tool 'echo'), which was skipped itself",
                        json("4"));
    }

    @Test
    void a_missing_part_fails_its_call_and_says_what_there_is() {
        assertThat(run(
                        echo("{'hits': [], 'total': 0}"),
                        echo("{'x': '${1.hits[0].title}'}"),
                        echo("{'x': 'in ${1.results}'}"),
                        echo("{'x': '${1.total}'}")))
                .containsExactly(
                        json("{'hits': [], 'total': 0}"),
                        "tool 'echo' was not run: ${1.hits[0].title} is no part of the result of call 1 (tool 'echo'):"
                                + " hits is an array of 0 elements",
                        "tool 'echo' was not run: ${1.results} is no part of the result of call 1 (tool 'echo'): it is"
                                + " an object with the fields [hits, total]",
                        json("0"));
    }

    @Test
    void a_call_that_was_not_run_has_made_no_attempt() {
        List<CallResult> results = builder()
                .build()
                .execute(List.of(echo("{'x': 1}"), echo("{'x': '${1.a}'}"), echo("{'x': '${9}'}")), tools);
        assertThat(results).extracting(CallResult::attempts).containsExactly(1, 0, 0);
        assertThat(results.get(1).outcome()).isInstanceOf(Outcome.Failed.class);
        assertThat(results.get(1).end()).isAfterOrEqualTo(results.get(1).start());
    }

    @Test
    void what_refers_to_a_failed_call_is_skipped_and_all_else_goes_on() {
        List<CallResult> results = builder()
                .build()
                .execute(
                        List.of(
                                echo("{'x': 1}"),
                                call("fails"),
                                echo("{'x': '${1} ${2}'}"),
                                echo("{'x': '${3}'}"),
                                echo("{'x': '${1}'}")),
                        tools);
        assertThat(values(results))
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
        List<CallResult> results = builder()
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
        assertThat(values(results).subList(1, 4))
                .allMatch(message -> String.valueOf(message).length() < 1_000);
        assertThat(results.get(5).outcome().message()).hasSizeLessThan(1_000);
    }

    @Test
    void arguments_that_are_no_object_and_unknown_tools_are_as_without_chaining() {
        assertThat(run(
                        echo("{'x': 1}"),
                        new ToolCall(null, "echo", json("['${1}']")),
                        new ToolCall(null, "nobody", json("{'x': '${9}'}"))))
                .containsExactly(
                        json("1"), json("['${1}']"), "there is no tool named 'nobody', there are [echo, fails]");
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
        assertThat(values(builder().build().execute(calls, withWriter(ToolPolicy.DEFAULT))))
                .containsExactly(
                        json("1"),
                        "tool 'write' was not run: ${1} in 'text' refers to a result, which is not allowed for a tool that"
                                + " may change something: ask for it in the next response, with the value itself; $${1}"
                                + " stands for that very text",
                        "written",
                        "written");
        assertThat(log).containsExactly("{\"text\":\"${1}\"}", "{\"code\":\"${1}\"}");
    }

    @Test
    void a_policy_lets_a_tool_that_writes_take_references() {
        ToolPolicy allowed = ToolPolicy.builder().references(true).build();
        assertThat(values(builder()
                        .build()
                        .execute(List.of(echo("{'x': 1}"), call("write", "text", "${1}")), withWriter(allowed))))
                .containsExactly(json("1"), "written");
        assertThat(log).containsExactly("{\"text\":1}");
    }

    @Test
    void a_policy_lets_one_parameter_take_references() {
        ToolPolicy allowed = ToolPolicy.builder().references("id", true).build();
        List<CallResult> results = builder()
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
                builder().build().execute(List.of(echo("{'x': 1}"), call("mystery", "x", "${1}")), unknown);
        assertThat(results.get(1).outcome().message()).contains("not allowed for a tool that may change something");
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
        List<CallResult> results = builder()
                .build()
                .execute(
                        List.of(
                                echo("{'x': 1}"),
                                call("bash", "command", "echo ${1} ${9} $${2}", "directory", "d${1}"),
                                call("raw", "x", "${1} ${9} $${2} ${1[*]}")),
                        literal);
        assertThat(values(results).subList(1, 3))
                .containsExactly(
                        json("{'command': 'echo ${1} ${9} $${2}', 'directory': 'd1'}"),
                        json("{'x': '${1} ${9} $${2} ${1[*]}'}"));
    }

    // Order.

    @Test
    void fan_out_runs_at_once_and_fan_in_waits_for_all() throws Exception {
        CyclicBarrier meet = new CyclicBarrier(3);
        ToolSet fan = ToolSet.of(echo, ToolDefinition.of("meet", Effects.pure(), call -> {
            meet.await(20, TimeUnit.SECONDS);
            return call.arguments().get("x").intValue()
                    + call.arguments().get("n").intValue();
        }));
        List<CallResult> results = builder()
                .build()
                .execute(
                        List.of(
                                echo("{'x': 10}"),
                                new ToolCall(null, "meet", json("{'x': '${1}', 'n': 1}")),
                                new ToolCall(null, "meet", json("{'x': '${1}', 'n': 2}")),
                                new ToolCall(null, "meet", json("{'x': '${1}', 'n': 3}")),
                                echo("{'x': ['${2}', '${3}', '${4}', '${1}']}")),
                        fan);
        assertThat(value(results.get(4))).isEqualTo(json("[11, 12, 13, 10]"));
    }

    @Test
    void a_chain_of_four_hands_its_value_on() {
        assertThat(run(echo("{'x': 'a'}"), echo("{'x': '${1}b'}"), echo("{'x': '${2}c'}"), echo("{'x': '${3}d'}")))
                .containsExactly("a", "ab", "abc", "abcd");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, Concurrency.UNLIMITED})
    void long_chains_run_at_any_concurrency(int concurrency) {
        List<ToolCall> calls = new ArrayList<>();
        calls.add(echo("{'x': 0}"));
        for (int i = 1; i < 500; i++) {
            calls.add(echo("{'x': '${" + Math.max(1, i - 2) + "}'}"));
        }
        assertThat(values(builder().maxConcurrency(concurrency).build().execute(calls, tools)))
                .hasSize(500)
                .containsOnly(json("0"));
    }

    @Test
    void conflicting_calls_keep_their_order_whatever_they_refer_to() {
        Map<String, Integer> accounts = new ConcurrentHashMap<>(Map.of("7", 100));
        ToolSet bank = ToolSet.of(
                echo,
                ToolDefinition.of(
                        "balance",
                        Effects.reads("account/{id}"),
                        call -> accounts.get(call.arguments().get("id").asText())),
                ToolDefinition.builder(
                                "charge",
                                call -> accounts.merge(
                                        call.arguments().get("id").asText(),
                                        -call.arguments().get("amount").intValue(),
                                        Integer::sum))
                        .effects(Effects.writes("account/{id}"))
                        .policy(ToolPolicy.builder().references(true).build())
                        .build());
        // The second charge is not yet known to be of account 7, and must not overtake the reads of any account.
        List<ToolCall> calls = List.of(
                echo("{'x': '7'}"),
                call("balance", "id", "7"),
                new ToolCall(null, "charge", json("{'id': '${1}', 'amount': 30}")),
                call("balance", "id", "7"),
                new ToolCall(null, "charge", json("{'id': '7', 'amount': '${4}'}")),
                call("balance", "id", "${1}"));
        for (int i = 0; i < 50; i++) {
            accounts.put("7", 100);
            assertThat(values(builder().build().execute(calls, bank))).containsExactly("7", 100, 70, 70, 0, 0);
        }
    }

    @Test
    void the_plan_shows_references_and_accesses_as_far_as_they_are_known() {
        ToolSet bank = ToolSet.of(
                echo,
                ToolDefinition.of("balance", Effects.reads("account/{id}/{part}"), call -> 1),
                ToolDefinition.of("function", Effects.of(call -> List.of(Access.read("x"))), call -> 1),
                ToolDefinition.of("other", Effects.reads("other"), call -> 1));
        ToolCallExecutor executor = builder()
                .policy("function", ToolPolicy.builder().references(true).build())
                .build();
        CallPlan plan = executor.plan(
                List.of(
                        echo("{'x': '7'}"),
                        call("balance", "id", "7", "part", "${1}"),
                        call("balance", "id", "a${1}", "part", "b"),
                        call("balance", "id", "$${1}", "part", "c"),
                        call("function", "x", "${1}"),
                        call("other", "x", "${9}")),
                bank);
        assertThat(plan.calls().get(1).accesses()).containsExactly(Access.read("account/7"));
        assertThat(plan.calls().get(2).accesses()).containsExactly(Access.read("account"));
        assertThat(plan.calls().get(3).accesses()).containsExactly(Access.read("account/${1}/c"));
        assertThat(plan.calls().get(4).accesses()).containsExactly(Access.write("/"));
        assertThat(plan.calls().get(4).barrierReason())
                .isEqualTo("what it reads and writes is computed from results that are not there yet");
        assertThat(plan.calls())
                .extracting(planned -> planned.call().arguments().toString())
                .contains("{\"id\":\"7\",\"part\":\"${1}\"}");
        assertThat(plan.dependencies(1)).containsExactly(new Dependency(0, 1, new DependencyReason.Reference()));
        assertThat(plan.dependencies(3)).isEmpty();
        assertThat(plan.dependencies(4)).extracting(Dependency::earlier).containsExactly(1, 2, 3);
        assertThat(plan.dependencies(5)).extracting(Dependency::earlier).containsExactly(4);
    }

    @Test
    void the_report_of_a_round_has_the_same_plan() {
        List<CallPlan> plans = new CopyOnWriteArrayList<>();
        ToolCallExecutor executor = builder()
                .listener(event -> {
                    if (event instanceof RoundEvent.RoundEnded ended) {
                        plans.add(ended.report().plan());
                    }
                })
                .build();
        List<ToolCall> calls = List.of(echo("{'x': 1}"), echo("{'x': '${1}'}"));
        List<CallResult> results = executor.execute(calls, tools);
        assertThat(plans)
                .singleElement()
                .satisfies(plan -> assertThat(plan.dependencies())
                        .containsExactly(new Dependency(0, 1, new DependencyReason.Reference())));
        assertThat(results).extracting(CallResult::call).isEqualTo(calls);
    }

    // Waiting.

    private final ToolSet slow = ToolSet.of(echo, ToolDefinition.of("slow", Effects.reads("a"), call -> {
        started.countDown();
        blockUntilInterrupted();
        return null;
    }));

    @Test
    void a_call_that_refers_to_one_that_timed_out_is_skipped() throws Exception {
        var running = start(
                builder().time(time).timeout(Duration.ofMillis(300)).build(),
                slow,
                call("slow"),
                echo("{'x': '${1}'}"));
        await(started);
        time.awaitParkedUntil(Duration.ofMillis(300));
        time.advance(Duration.ofMillis(300));
        assertThat(values(running.get()).get(1))
                .isEqualTo("tool 'echo' was not started: it uses the result of call 1 (tool 'slow'), which did not"
                        + " succeed: tool 'slow' timed out: the attempt exceeded 300 ms");
    }

    @Test
    void the_limit_of_a_call_counts_while_it_waits_for_what_it_refers_to() throws Exception {
        var running = start(
                builder()
                        .time(time)
                        .policy(
                                "echo",
                                ToolPolicy.builder()
                                        .callTimeout(Duration.ofMillis(200))
                                        .build())
                        .timeout(Duration.ofMillis(300))
                        .build(),
                slow,
                call("slow"),
                echo("{'x': '${1}'}"));
        await(started);
        time.awaitParkedUntil(Duration.ofMillis(200));
        time.advance(Duration.ofMillis(200));
        time.awaitParkedUntil(Duration.ofMillis(300));
        time.advance(Duration.ofMillis(100));
        assertThat(values(running.get()).get(1))
                .isEqualTo("tool 'echo' timed out: the call exceeded 200 ms before the tool could start");
    }

    @Test
    void a_cancelled_round_does_not_start_what_waits_for_a_result() throws Exception {
        var running = start(builder().build(), slow, call("slow"), echo("{'x': '${1}'}"));
        await(started);
        running.owner().interrupt();
        assertThat(running.get()).extracting(CallResult::outcome).allMatch(Outcome.Cancelled.class::isInstance);
        assertThat(ran).hasValue(0);
        assertThat(running.flag().get()).isTrue();
    }

    @Test
    void a_chained_call_is_tried_again_with_the_same_results() {
        AtomicInteger produced = new AtomicInteger();
        ToolSet flaky = ToolSet.of(
                ToolDefinition.of("produce", Effects.reads("a"), call -> produced.incrementAndGet()),
                ToolDefinition.builder("flaky", call -> {
                            log.add(call.arguments().toString());
                            if (log.size() < 3) {
                                throw new IllegalStateException("not yet");
                            }
                            return "done";
                        })
                        .effects(Effects.reads("b"))
                        .policy(ToolPolicy.builder()
                                .retry(RetryPolicy.builder()
                                        .maxAttempts(3)
                                        .initialDelay(Duration.ofMillis(1))
                                        .build())
                                .build())
                        .build());
        List<CallResult> results =
                builder().build().execute(List.of(call("produce"), call("flaky", "x", "${1}")), flaky);
        assertThat(value(results.get(1))).isEqualTo("done");
        assertThat(results.get(1).attempts()).isEqualTo(3);
        assertThat(log).containsExactly("{\"x\":1}", "{\"x\":1}", "{\"x\":1}");
        assertThat(produced).hasValue(1);
    }

    @Test
    void a_reference_that_cannot_be_resolved_is_not_tried_again() {
        ToolCallExecutor executor = builder()
                .policy(
                        "echo",
                        ToolPolicy.builder()
                                .retry(RetryPolicy.builder().maxAttempts(3).build())
                                .build())
                .build();
        List<CallResult> results = executor.execute(List.of(echo("{'x': 1}"), echo("{'x': '${1.a}'}")), tools);
        assertThat(results.get(1).attempts()).isZero();
        assertThat(ran).hasValue(1);
    }

    @Test
    void equal_calls_with_equal_references_are_one() {
        List<CallResult> results = builder()
                .coalescing(true)
                .build()
                .execute(
                        List.of(
                                echo("{'x': 1}"),
                                echo("{'x': ['${1}']}"),
                                echo("{'x': ['${1}']}"),
                                echo("{'x': '${3}'}"),
                                echo("{'x': '${3.a}'}"),
                                echo("{'x': '${3.a}'}")),
                        tools);
        assertThat(values(results).subList(0, 4)).containsExactly(json("1"), json("[1]"), json("[1]"), json("[1]"));
        assertThat(results.get(5).outcome()).isEqualTo(results.get(4).outcome());
        assertThat(ran).hasValue(3);
    }

    @Test
    void interceptors_see_the_resolved_call_and_may_change_it() {
        ToolCallExecutor executor = builder()
                .interceptor(intercepted -> {
                    log.add(intercepted.index() + " " + intercepted.call().arguments());
                    if (intercepted.index() != 1) {
                        return intercepted.proceed();
                    }
                    ObjectNode changed = intercepted.call().arguments().deepCopy();
                    return intercepted.proceed(new ToolCall(null, "echo", changed.put("x", "${1}!")));
                })
                .build();
        assertThat(values(executor.execute(List.of(echo("{'x': 5}"), echo("{'x': '${1}'}")), tools)))
                .containsExactly(json("5"), "${1}!");
        assertThat(log).containsExactly("0 {\"x\":5}", "1 {\"x\":5}");
    }

    @Test
    void what_an_interceptor_gives_in_place_of_a_result_is_what_is_referred_to() {
        ToolCallExecutor executor = builder()
                .interceptor(intercepted -> intercepted.index() == 0 ? "{\"a\": 8}" : intercepted.proceed())
                .build();
        assertThat(value(executor.execute(List.of(echo("{'x': 5}"), echo("{'x': '${1.a}'}")), tools)
                        .get(1)))
                .isEqualTo(json("8"));
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
        List<CallResult> results = builder().build().execute(calls, large);
        assertThat(value(results.get(998))).isEqualTo("the title 997");
        assertThat(value(results.get(999))).isEqualTo("<" + items + ">");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'x': '${N}${N}'}", "{'x': ['${N}', '${N}']}", "{'x': 'a${N}${N}'}"})
    void calls_that_double_each_others_results_come_to_an_end(String argument) {
        List<ToolCall> calls = new ArrayList<>();
        calls.add(echo("{'x': 'xxxxxxxxxxxxxxxx'}"));
        for (int i = 1; i < 40; i++) {
            calls.add(echo(argument.replace("N", Integer.toString(i))));
        }
        List<CallResult> results = builder().build().execute(calls, tools);
        assertThat(results.get(15).isSuccess()).isTrue();
        assertThat(results)
                .filteredOn(result -> result.outcome() instanceof Outcome.Failed)
                .singleElement()
                .satisfies(result -> assertThat(result.outcome().message())
                        .isEqualTo("tool 'echo' was not run: the results that it refers to are longer than 16777216"
                                + " characters together, which is the limit of one call's arguments"));
        assertThat(results.get(39).outcome()).isInstanceOf(Outcome.Skipped.class);
    }

    @Test
    void calls_that_nest_each_others_results_come_to_an_end() {
        List<ToolCall> calls = new ArrayList<>();
        calls.add(echo("{'x': 1}"));
        for (int i = 1; i < 1200; i++) {
            calls.add(echo("{'x': ['${" + i + "}']}"));
        }
        List<CallResult> results = builder().build().execute(calls, tools);
        assertThat(results)
                .filteredOn(result -> result.outcome() instanceof Outcome.Failed)
                .singleElement()
                .satisfies(result ->
                        assertThat(result.outcome().message()).endsWith("is nested more than 1000 levels deep"));
    }

    @Test
    void the_limit_of_arguments_holds_for_what_is_put_in() {
        List<CallResult> results = builder()
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
        assertThat(values(results).get(1)).isEqualTo("ä".repeat(16));
        assertThat(results.get(3).outcome().message())
                .isEqualTo("tool 'echo' was not run: arguments of 47 bytes are over the limit of 40 bytes");
        assertThat(results.get(4).outcome().message()).contains("longer than 40 characters together");
    }

    // Parts of a batch.

    @Test
    void chunks_count_the_calls_of_the_whole_batch() {
        List<CallResult> results = builder()
                .build()
                .executeInChunks(
                        List.of(
                                echo("{'x': 1}"),
                                call("fails"),
                                echo("{'x': 3}"),
                                echo("{'x': '${1} ${3}'}"),
                                echo("{'x': '${2}'}"),
                                echo("{'x': '${6}'}")),
                        tools,
                        2);
        assertThat(values(results).subList(3, 6))
                .containsExactly(
                        "1 3",
                        "tool 'echo' was not started: it uses the result of call 2 (tool 'fails'), which did not succeed:"
                                + " no luck",
                        "tool 'echo' was not run: ${6} refers to this call itself");
    }

    @Test
    void what_is_tried_again_gets_the_results_that_were_there_and_they_are_not_run_again() {
        AtomicInteger tries = new AtomicInteger();
        AtomicInteger produced = new AtomicInteger();
        ToolSet healing = ToolSet.of(
                echo,
                fails,
                ToolDefinition.of("produce", Effects.reads("a"), call -> produced.incrementAndGet()),
                ToolDefinition.of("heals", Effects.reads("a"), call -> {
                    if (tries.incrementAndGet() == 1) {
                        throw new IllegalStateException("not yet");
                    }
                    return call.arguments().get("x").intValue() * 10;
                }));
        ToolCallExecutor executor = builder().build();
        List<CallResult> first = executor.execute(
                List.of(
                        call("produce"),
                        call("fails"),
                        call("heals", "x", "${1}"),
                        echo("{'x': '${3}/${1}'}"),
                        echo("{'x': '${2}'}")),
                healing);
        assertThat(first).extracting(CallResult::isSuccess).containsExactly(true, false, false, false, false);
        List<CallResult> second = executor.retryFailed(
                first, healing, result -> !result.call().tool().equals("fails"));
        assertThat(values(second))
                .containsExactly(
                        1,
                        "no luck",
                        10,
                        "10/1",
                        "tool 'echo' was not started: it uses the result of call 2 (tool 'fails'), which did not succeed:"
                                + " no luck");
        assertThat(produced).hasValue(1);
    }

    @Test
    void a_task_of_a_round_has_its_outcome_from_there() {
        ToolCallExecutor executor = builder().build();
        CallTask task = new StreamedTask(executor, echo, echo("{'x': 1}"));
        Round round = executor.round(List.of(task));
        assertThatIllegalStateException()
                .isThrownBy(() -> task.cameTo(new Outcome.Succeeded(1)))
                .withMessage("tool 'echo' belongs to a round, which settles its outcome");
        round.execute();
        assertThat(task.outcome().isSuccess()).isTrue();
    }

    // Rounds whose calls come one at a time.

    private static final class StreamedTask extends CallTask {
        private final ToolCall call;
        private final ToolBody body;

        StreamedTask(ToolCallExecutor executor, ToolDefinition tool, ToolCall call) {
            super(executor.bind(tool));
            this.call = call;
            this.body = tool.body();
        }

        @Override
        protected ToolCall call() {
            return call;
        }

        @Override
        protected @Nullable Object run() throws Exception {
            ToolCall changed = changedCall();
            return body.run(changed == null ? call : changed);
        }
    }

    @Test
    void in_a_stream_a_call_starts_when_what_it_refers_to_is_done() throws Exception {
        ToolCallExecutor executor = builder().build();
        StreamedRound round = executor.streamedRound(null, null, executor.captureContext());
        ToolDefinition waits = ToolDefinition.of("waits", Effects.pure(), call -> {
            await(release);
            return 5;
        });
        ToolDefinition tells = ToolDefinition.of("tells", Effects.pure(), call -> {
            started.countDown();
            return call.arguments().get("x");
        });
        round.admit(new StreamedTask(executor, waits, call("waits")));
        round.admit(new StreamedTask(executor, tells, call("tells", "x", "${1}")));
        round.admit(new StreamedTask(executor, echo, echo("{'x': '${3}'}")));
        round.admit(new StreamedTask(executor, echo, echo("{'x': '${5}'}")));
        round.admit(new StreamedTask(executor, echo, echo("{'x': 6}")));
        assertThat(started.getCount()).isEqualTo(1);
        release.countDown();
        await(started);
        round.admit(new StreamedTask(executor, echo, echo("{'x': '${2}${1}'}")));
        round.await();
        assertThat(values(round.results()))
                .containsExactly(
                        5,
                        json("5"),
                        "tool 'echo' was not run: ${3} refers to this call itself",
                        "tool 'echo' was not run: ${5} refers to a call that is not an earlier one: this is call 4",
                        json("6"),
                        "55");
    }

    @Test
    void a_cancelled_stream_does_not_start_what_waits_for_a_result() throws Exception {
        ToolCallExecutor executor = builder().build();
        StreamedRound round = executor.streamedRound(null, null, executor.captureContext());
        ToolDefinition blocks = ToolDefinition.of("blocks", Effects.pure(), call -> {
            started.countDown();
            blockUntilInterrupted();
            return null;
        });
        round.admit(new StreamedTask(executor, blocks, call("blocks")));
        round.admit(new StreamedTask(executor, echo, echo("{'x': '${1}'}")));
        await(started);
        round.cancel("enough");
        round.await();
        assertThat(round.results()).extracting(CallResult::outcome).allMatch(Outcome.Cancelled.class::isInstance);
        assertThat(ran).hasValue(0);
    }
}
