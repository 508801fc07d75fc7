package dev.interlock.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.interlock.call.CallResult;
import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.durable.SuspendedCall.Asked;
import java.math.BigDecimal;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/** Suspended rounds through JSON. */
class SuspendedRoundTest {

    private static final Instant SINCE = Instant.parse("2026-01-02T03:04:05.678901234Z");
    private static final ObjectMapper JSON = new ObjectMapper();

    static final List<Outcome> OUTCOMES = List.of(
            new Outcome.Succeeded(null),
            new Outcome.Succeeded("text with \"quotes\" and ${1}"),
            new Outcome.Succeeded(""),
            new Outcome.Succeeded(true),
            new Outcome.Succeeded(7),
            new Outcome.Succeeded(Long.MAX_VALUE),
            new Outcome.Succeeded(0.1),
            new Outcome.Succeeded(Double.NaN),
            new Outcome.Succeeded(json("{\"a\":[1,2.5,null],\"b\":{\"c\":\"d\"}}")),
            new Outcome.Succeeded(json("null")),
            new Outcome.Succeeded(json("1.0E10")),
            new Outcome.Succeeded(JsonNodeFactory.instance.numberNode(new BigDecimal("1.2345678901234567890123"))),
            new Outcome.TimedOut("tool 'a' timed out", Duration.ofMillis(300), true),
            new Outcome.Cancelled("tool 'a' was interrupted; it may have taken effect", true),
            new Outcome.Cancelled("tool 'a' was not started", false),
            new Outcome.Skipped("call 1 failed"));

    @ParameterizedTest
    @FieldSource("OUTCOMES")
    void an_outcome_comes_back_as_it_was(Outcome outcome) {
        Outcome read = OutcomeJson.read(json(OutcomeJson.write(outcome).toString()));
        assertThat(read).isEqualTo(outcome);
        if (outcome instanceof Outcome.Succeeded(Object value) && value instanceof JsonNode node) {
            assertThat(((Outcome.Succeeded) read).value()).hasToString(node.toString());
        }
    }

    @Test
    void a_failure_comes_back_with_its_kind_and_message() {
        Outcome read = OutcomeJson.read(OutcomeJson.write(new Outcome.Failed(new IllegalStateException("no money"))));
        Outcome again = OutcomeJson.read(OutcomeJson.write(read));
        assertThat(again.message()).isEqualTo("no money");
        assertThat(again)
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.error())
                                .isInstanceOfSatisfying(
                                        RecordedFailure.class,
                                        recorded -> assertThat(recorded.type())
                                                .isEqualTo("java.lang.IllegalStateException")));
        assertThat(OutcomeJson.read(OutcomeJson.write(new Outcome.Failed(new NullPointerException())))
                        .message())
                .isEqualTo("java.lang.NullPointerException");
    }

    @Test
    void a_result_of_another_class_comes_back_as_json_or_as_its_text() {
        assertThat(throughJson(new Asked(1, json("{\"a\":1}"), null, true)))
                .isEqualTo(json("{\"interceptor\":1,\"arguments\":{\"a\":1},\"instead\":null,\"always\":true}"));
        assertThat(throughJson(List.of("a", Map.of("b", 1)))).isEqualTo(json("[\"a\",{\"b\":1}]"));
        assertThat(throughJson(CharBuffer.wrap("built"))).isEqualTo("built");
        List<Object> circular = new ArrayList<>();
        circular.add(circular);
        assertThat(throughJson(circular)).isEqualTo(circular.toString());
    }

    private static @Nullable Object throughJson(Object value) {
        return ((Outcome.Succeeded) OutcomeJson.read(OutcomeJson.write(new Outcome.Succeeded(value)))).value();
    }

    @Test
    void a_round_comes_back_as_it_was() {
        SuspendedRound round = new SuspendedRound("round-1", calls());
        assertThat(SuspendedRound.fromJson(round.toJson())).isEqualTo(round);
        assertThat(SuspendedRound.fromJson(
                        SuspendedRound.fromJson(round.toJson()).toJson()))
                .isEqualTo(round);
        assertThat(round.pending()).containsExactly(1, 3);
    }

    private static List<SuspendedCall> calls() {
        ToolCall pay = ToolCall.parse("id-2", "pay", "{\"from\":\"${1}\",\"amount\":1.50}");
        JsonNode resolved = json("{\"from\":\"a\",\"amount\":1.50}");
        return List.of(
                ended(ToolCall.parse("id-1", "find", "{\"name\":\"x\"}"), new Outcome.Succeeded("a")),
                new SuspendedCall.Pending(
                        pay,
                        false,
                        PendingKind.APPROVAL,
                        "the owner's approval",
                        List.of(new Asked(0, pay.arguments(), resolved, true), new Asked(2, resolved, null, false)),
                        0,
                        SINCE),
                new SuspendedCall.Waiting(
                        ToolCall.parse(null, "look", "no json"),
                        true,
                        "waits for approval of call 2",
                        List.of(new Asked(0, json("{}"), null, false)),
                        1),
                new SuspendedCall.Pending(
                        ToolCall.parse("id-2", "print", "{}"),
                        true,
                        PendingKind.EXTERNAL,
                        "job 7",
                        List.of(),
                        2,
                        SINCE),
                new SuspendedCall.Ended(
                        new CallResult(
                                ToolCall.parse("id-5", "", ""),
                                new Outcome.Skipped("none"),
                                0,
                                SINCE,
                                SINCE,
                                ThreadKind.NONE),
                        true));
    }

    private static SuspendedCall ended(ToolCall call, Outcome outcome) {
        return new SuspendedCall.Ended(
                new CallResult(call, outcome, 1, SINCE, SINCE.plusMillis(5), ThreadKind.VIRTUAL));
    }

    @Test
    void beside_arguments_and_results_a_round_of_ordinary_size_takes_less_than_4_kib() {
        List<SuspendedCall> calls = new ArrayList<>();
        long payload = 0;
        for (int i = 0; i < 12; i++) {
            String arguments =
                    "{\"account\":\"account-" + i + "\",\"amount\":" + i + ",\"text\":\"" + "x".repeat(300) + "\"}";
            String result = "y".repeat(500);
            ToolCall call = ToolCall.parse("call_AbCdEfGhIjKlMnOpQrStUvWx", "transfer_money_to_account", arguments);
            payload += arguments.length();
            if (i % 3 == 0) {
                calls.add(ended(call, new Outcome.Succeeded(result)));
                payload += result.length();
            } else if (i % 3 == 1) {
                calls.add(new SuspendedCall.Pending(
                        call,
                        false,
                        PendingKind.APPROVAL,
                        "the approval of the account's owner, who was asked by mail",
                        List.of(new Asked(0, call.arguments(), null, false)),
                        0,
                        SINCE));
            } else {
                calls.add(new SuspendedCall.Waiting(call, "waits for approval of call " + i));
            }
        }
        String json = new SuspendedRound("0b5c1f0e-6c2c-4df1-9a37-0d5e4b1f7a11", calls).toJson();
        assertThat(json.getBytes(StandardCharsets.UTF_8).length - payload)
                .isPositive()
                .isLessThanOrEqualTo(4 * 1024);
    }

    @Test
    void results_and_arguments_of_any_length_and_depth_come_back() {
        String deep = "[".repeat(5_000) + "]".repeat(5_000);
        String wide = "x".repeat(25_000_000);
        Outcome read = OutcomeJson.read(ValueJson.parse(
                ValueJson.JSON,
                ValueJson.text(OutcomeJson.write(new Outcome.Succeeded(ValueJson.parse(ValueJson.JSON, deep))))));
        assertThat(ValueJson.text((JsonNode) ((Outcome.Succeeded) read).value()))
                .isEqualTo(deep);
        SuspendedRound round = new SuspendedRound(
                "r", List.of(ended(new ToolCall("1", "t", JsonNodeFactory.instance.textNode(wide)), read)));
        assertThat(SuspendedRound.fromJson(round.toJson())
                        .calls()
                        .get(0)
                        .call()
                        .arguments()
                        .textValue())
                .hasSize(wide.length());
    }

    @Test
    void a_newer_version_is_refused_and_the_message_says_which() {
        String newer = new SuspendedRound("r", calls()).toJson().replace("\"version\":1", "\"version\":2");
        assertThatThrownBy(() -> SuspendedRound.fromJson(newer))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("version 2")
                .hasMessageContaining("1 to 1");
    }

    @Test
    void members_that_are_not_known_are_left_alone() {
        SuspendedRound round = new SuspendedRound("r", calls());
        String more = round.toJson()
                .replace("\"version\":1", "\"version\":1,\"tenant\":\"x\"")
                .replace("\"kind\":", "\"color\":{},\"kind\":");
        assertThat(SuspendedRound.fromJson(more)).isEqualTo(round);
    }

    static final List<String> WRONG = List.of(
            "",
            "no json",
            "[]",
            "{}",
            "{\"version\":\"1\"}",
            "{\"version\":0,\"id\":\"r\",\"calls\":[]}",
            "{\"version\":1,\"calls\":[]}",
            "{\"version\":1,\"id\":\"r\"}",
            "{\"version\":1,\"id\":\"r\",\"calls\":[{\"tool\":\"t\"}]}",
            "{\"version\":1,\"id\":\"r\",\"calls\":[{\"waiting\":{\"reason\":\"w\"}}]}",
            "{\"version\":1,\"id\":\"r\",\"calls\":[{\"tool\":\"t\",\"waiting\":{\"reason\":\"w\",\"follows\":0}}]}",
            "{\"version\":1,\"id\":\"r\",\"calls\":[{\"tool\":\"t\",\"ended\":{\"outcome\":\"lost\"}}]}",
            "{\"version\":1,\"id\":\"r\",\"calls\":[{\"tool\":\"t\",\"pending\":{\"kind\":\"LATER\",\"reason\":\"r\"}}]}");

    @ParameterizedTest
    @FieldSource("WRONG")
    void what_is_no_suspended_round_is_refused(String json) {
        assertThatThrownBy(() -> SuspendedRound.fromJson(json)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void in_words_it_says_which_calls_are_pending_and_why() {
        assertThat(new SuspendedRound("r", calls()))
                .hasToString("round r is suspended: approval of call 2 ('pay'): the owner's approval;"
                        + " what call 4 waits for ('print'): job 7");
    }

    @Test
    void those_who_decide_see_the_call_as_it_will_run() {
        SuspendedCall.Pending pending = (SuspendedCall.Pending) calls().get(1);
        assertThat(pending.shown().arguments()).isEqualTo(json("{\"from\":\"a\",\"amount\":1.50}"));
        assertThat(((SuspendedCall.Pending) calls().get(3)).shown())
                .isEqualTo(calls().get(3).call());
    }

    @Test
    void calls_are_the_same_by_tool_and_json_whatever_their_ids_and_the_order_of_members() {
        Approvals approvals = Approvals.inMemory();
        approvals.remember(ToolCall.parse("1", "pay", "{\"a\":1.0,\"b\":{\"c\":[1,2],\"d\":\"x\"}}"));
        List<String> same = Arrays.asList(
                "{\"b\":{\"d\":\"x\",\"c\":[1,2]},\"a\":1}", "{\"a\":10e-1,\"b\":{\"c\":[1.00,2],\"d\":\"x\"}}");
        List<String> others = Arrays.asList(
                "{\"a\":1.1,\"b\":{\"c\":[1,2],\"d\":\"x\"}}",
                "{\"a\":\"1\",\"b\":{\"c\":[1,2],\"d\":\"x\"}}",
                "{\"a\":1,\"b\":{\"c\":[2,1],\"d\":\"x\"}}",
                "{\"a\":1,\"b\":{\"c\":[1,2],\"d\":\"x\"},\"e\":null}",
                "no json",
                null);
        assertThat(same).allMatch(arguments -> approvals.isApproved(ToolCall.parse("2", "pay", arguments)));
        assertThat(others).noneMatch(arguments -> approvals.isApproved(ToolCall.parse("1", "pay", arguments)));
        assertThat(approvals.isApproved(ToolCall.parse("1", "pay2", same.get(0))))
                .isFalse();
        assertThat(Approvals.key(ToolCall.parse("1", "a b", "{}")))
                .isNotEqualTo(Approvals.key(ToolCall.parse("1", "a", "\"b {}\"")));
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "waits for approval of call 2, waits for approval of call 1",
        "waits for what call 3 waits for, waits for what call 2 waits for",
        "'equals call 2, and will share its outcome', 'equals call 1, and will share its outcome'",
        "waits for approval of call 1, waits for approval of call 1",
        "waits for others, waits for others"
    })
    void call_that_waits_names_others_by_their_new_places(String reason, String moved) {
        ToolCall look = new ToolCall("a", "look", JsonNodeFactory.instance.objectNode());

        SuspendedCall.Waiting waiting = new SuspendedCall.Waiting(look, false, reason, List.of(), 1, true);

        assertThat(waiting.moved(place -> place - 1))
                .isEqualTo(new SuspendedCall.Waiting(look, false, moved, List.of(), 0, true));
        assertThat(new SuspendedCall.Waiting(look, reason).moved(place -> place - 1))
                .isEqualTo(new SuspendedCall.Waiting(look, moved));
    }
}
