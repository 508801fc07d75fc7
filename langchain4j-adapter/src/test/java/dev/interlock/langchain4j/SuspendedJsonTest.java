package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is no suspended task is refused with words, whatever it is; what is taken for one can be written again. */
@Timeout(120)
class SuspendedJsonTest {

    private static final int MUTATIONS = 1_500;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** With a round before the suspended one. */
    private static String task() {
        TaskAgent agent = TaskAgent.builder()
                .chatModel(ScriptedChatModel.saying(
                        calls(call("a", "balance", "{\"id\": \"1\"}")),
                        calls(
                                call("b", "balance", "{\"id\": \"2\"}"),
                                call("c", "pay", "{\"to\": \"2\", \"amount\": 30.10}"),
                                call("d", "balance", "{\"id\": \"2\"}"))))
                .tools(new PayDesk())
                .parallelTools(PayDesk::waitIn)
                .build();
        return Objects.requireNonNull(agent.execute("Pay").suspended()).toJson();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void changed_json_is_refused_with_words_or_is_a_task(long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        String whole = task();
        int refused = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            ObjectNode tree = (ObjectNode) JSON.readTree(whole);
            for (int changes = random.nextInt(1, 4); changes > 0; changes--) {
                change(tree, random);
            }
            String json = JSON.writeValueAsString(tree);
            try {
                String again = SuspendedTask.fromJson(json).toJson();
                assertThat(SuspendedTask.fromJson(again).toJson()).isEqualTo(again);
            } catch (IllegalArgumentException e) {
                refused++;
                assertThat(e.getMessage()).as(json).isNotBlank();
            } catch (Throwable e) {
                throw new AssertionError("seed " + seed + ", change " + i + ": " + json, e);
            }
        }
        assertThat(refused).isBetween(MUTATIONS / 4, MUTATIONS - 1);
    }

    @Test
    void what_is_nested_too_deeply_for_the_stack_is_refused_and_never_an_error() {
        String deep = "[".repeat(500_000) + "]".repeat(500_000);
        String whole = task();
        for (String json : List.of(
                deep,
                "{\"version\": 1, \"invocation\": " + deep + "}",
                whole.replaceFirst("\"memory\":", "\"unknown\":" + deep + ",\"memory\":"),
                whole.replaceFirst("\"arguments\":\\{", "\"arguments\":{\"deep\":" + deep + ","))) {
            try {
                assertThat(SuspendedTask.fromJson(json).toJson()).isNotEmpty();
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }

    private static void change(ObjectNode tree, SplittableRandom random) {
        List<JsonNode> containers = new ArrayList<>();
        collect(tree, containers);
        JsonNode container = containers.get(random.nextInt(containers.size()));
        if (container instanceof ObjectNode object) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            if (names.isEmpty() || random.nextInt(6) == 0) {
                object.set("unknown", hostile(random));
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
        return switch (random.nextInt(10)) {
            case 0 -> NODES.nullNode();
            case 1 -> NODES.numberNode(-1);
            case 2 -> NODES.numberNode(1L << 40);
            case 3 -> NODES.numberNode(new BigDecimal("1E+999999999"));
            case 4 -> NODES.textNode("");
            case 5 -> NODES.textNode("x".repeat(2_000));
            case 6 -> NODES.textNode("PT9223372036854775807H");
            case 7 -> NODES.booleanNode(random.nextBoolean());
            case 8 -> NODES.arrayNode().add(NODES.objectNode()).add(1);
            default -> NODES.objectNode().put("uuid", "none").put("type", "AI");
        };
    }
}
