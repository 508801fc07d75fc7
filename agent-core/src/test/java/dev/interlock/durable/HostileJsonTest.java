package dev.interlock.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.interlock.call.CallResult;
import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.durable.SuspendedCall.Asked;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is no suspended round is refused with words, whatever it is; what is taken for one can be used as one. */
@Timeout(120)
class HostileJsonTest {

    private static final int MUTATIONS = 1_000;
    private static final Instant SINCE = Instant.parse("2026-01-02T03:04:05Z");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private static SuspendedRound round() {
        ToolCall pay = ToolCall.parse("1", "pay", "{\"to\":\"a\",\"amount\":1.50,\"tags\":[1,{\"x\":null}]}");
        List<SuspendedCall> calls = new ArrayList<>();
        for (Outcome outcome : List.of(
                new Outcome.Succeeded("text"),
                new Outcome.Succeeded(NODES.arrayNode().add(1.5)),
                new Outcome.Failed(new IllegalStateException("no")),
                new Outcome.TimedOut("late", Duration.ofMillis(300), true),
                new Outcome.Cancelled("stopped", false))) {
            calls.add(new SuspendedCall.Ended(
                    new CallResult(pay, outcome, 1, SINCE, SINCE.plusMillis(5), ThreadKind.VIRTUAL)));
        }
        calls.add(new SuspendedCall.Pending(
                pay,
                false,
                PendingKind.APPROVAL,
                "the owner",
                List.of(new Asked(0, pay.arguments(), NODES.objectNode(), true)),
                0,
                SINCE));
        calls.add(new SuspendedCall.Pending(pay, true, PendingKind.EXTERNAL, "job 7", List.of(), 2, SINCE));
        calls.add(new SuspendedCall.Waiting(
                pay, false, "waits for approval of call 6", List.of(new Asked(0, NODES.objectNode(), null, false)), 5));
        return new SuspendedRound("round", 3, calls);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void changed_json_is_refused_with_words_or_is_a_round(long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        int refused = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            ObjectNode tree = (ObjectNode) JSON.readTree(round().toJson());
            for (int changes = random.nextInt(1, 4); changes > 0; changes--) {
                change(tree, random);
            }
            String json = JSON.writeValueAsString(tree);
            try {
                use(SuspendedRound.fromJson(json));
            } catch (IllegalArgumentException e) {
                refused++;
                assertThat(e.getMessage()).as(json).isNotBlank().hasSizeLessThan(1_000);
            } catch (Throwable e) {
                throw new AssertionError("seed " + seed + ", change " + i + ": " + json, e);
            }
        }
        assertThat(refused).isBetween(MUTATIONS / 4, MUTATIONS - 1);
    }

    /** What is read can be shown, decided and written, and is then what it was. */
    private static void use(SuspendedRound round) {
        assertThat(round.toString()).startsWith("round ");
        String json = round.toJson();
        assertThat(SuspendedRound.fromJson(json).toJson()).isEqualTo(json);
        Map<Integer, Decision> decisions = new HashMap<>();
        for (int place : round.pending()) {
            SuspendedCall.Pending pending =
                    (SuspendedCall.Pending) round.calls().get(place);
            decisions.put(
                    place,
                    pending.kind() == PendingKind.APPROVAL ? Decision.approved() : Decision.givenUp("nobody knows"));
        }
        assertThat(round.decide(decisions).pending()).isEmpty();
    }

    private static void change(ObjectNode tree, SplittableRandom random) {
        List<JsonNode> containers = new ArrayList<>();
        collect(tree, containers);
        JsonNode container = containers.get(random.nextInt(containers.size()));
        if (container instanceof ObjectNode object) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            if (names.isEmpty() || random.nextInt(6) == 0) {
                object.set("unknown" + random.nextInt(3), hostile(random));
                return;
            }
            String name = names.get(random.nextInt(names.size()));
            if (random.nextInt(4) == 0) {
                object.remove(name);
            } else {
                object.set(name, hostile(random));
            }
        } else if (container instanceof ArrayNode array && !array.isEmpty()) {
            int place = random.nextInt(array.size());
            if (random.nextInt(4) == 0) {
                array.remove(place);
            } else {
                array.set(place, hostile(random));
            }
        }
    }

    private static void collect(JsonNode node, List<JsonNode> containers) {
        if (node.isContainerNode()) {
            containers.add(node);
            node.forEach(child -> collect(child, containers));
        }
    }

    private static JsonNode hostile(SplittableRandom random) {
        return switch (random.nextInt(16)) {
            case 0 -> NODES.nullNode();
            case 1 -> NODES.numberNode(-1);
            case 2 -> NODES.numberNode(Integer.MIN_VALUE);
            case 3 -> NODES.numberNode(1L << 40);
            case 4 -> NODES.numberNode(BigInteger.TEN.pow(5_000));
            case 5 -> NODES.numberNode(new BigDecimal("1E+999999999"));
            case 6 -> NODES.numberNode(new BigDecimal("1E-999999999"));
            case 7 -> NODES.textNode("");
            case 8 -> NODES.textNode("x".repeat(5_000));
            case 9 -> NODES.textNode("+1000000000-12-31T23:59:59Z");
            case 10 -> NODES.textNode("PT9223372036854775807H");
            case 11 -> NODES.textNode("\u0000\ud800 'quoted' \"twice\"");
            case 12 -> NODES.booleanNode(random.nextBoolean());
            case 13 -> NODES.arrayNode().add(NODES.objectNode()).add(1);
            case 14 ->
                NODES.objectNode()
                        .put("outcome", "succeeded")
                        .put("as", "exact")
                        .put("value", "1e");
            default -> deep(200);
        };
    }

    private static JsonNode deep(int depth) {
        JsonNode node = NODES.numberNode(1);
        for (int i = 0; i < depth; i++) {
            node = i % 2 == 0 ? NODES.arrayNode().add(node) : NODES.objectNode().set("d", node);
        }
        return node;
    }

    @Test
    void what_is_nested_too_deeply_for_the_stack_is_refused_and_never_an_error() {
        // Many times what the stack of a thread has room for.
        String deep = "[".repeat(300_000) + "]".repeat(300_000);
        for (String json : List.of(
                deep,
                "{\"version\":1,\"id\":\"r\",\"calls\":" + deep + "}",
                "{\"version\":1,\"id\":" + deep + ",\"calls\":[]}",
                "{\"version\":1,\"id\":\"r\",\"calls\":[],\"unknown\":" + deep + "}",
                "{\"version\":1,\"id\":\"r\",\"calls\":[{\"tool\":\"t\",\"arguments\":" + deep
                        + ",\"waiting\":{\"reason\":\"w\",\"approved\":[{\"interceptor\":0,\"arguments\":" + deep
                        + "}]}}]}")) {
            try {
                assertThat(SuspendedRound.fromJson(json).toJson()).isNotEmpty();
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).hasSizeLessThan(1_000);
            }
        }
    }

    @Test
    void a_newer_version_is_told_before_anything_else_of_it_is_read() {
        assertThatThrownBy(() -> SuspendedRound.fromJson("{\"version\":2,\"rounds\":{\"a\":[]}}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the suspended round has version 2; this library reads versions 1 to 1");
        assertThatThrownBy(() -> SuspendedRound.fromJson("{\"version\":1e400}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("'version' must be a whole number, was ");
    }

    @Test
    void a_number_of_a_suspension_is_kept_and_one_that_is_none_is_refused() {
        assertThat(SuspendedRound.fromJson(round().toJson()).suspension()).isEqualTo(3);
        assertThat(new SuspendedRound("r", List.of()).toJson()).doesNotContain("suspension");
        assertThat(round().decide(Map.of(5, Decision.approved())).suspension()).isEqualTo(3);
        assertThatThrownBy(() ->
                        SuspendedRound.fromJson(round().toJson().replace("\"suspension\":3", "\"suspension\":-3")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("suspension must be >= 0, was -3");
    }
}
