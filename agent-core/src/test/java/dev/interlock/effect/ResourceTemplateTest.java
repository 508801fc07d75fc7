package dev.interlock.effect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceTemplateTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "account/{id}         | {\"id\":\"alice\"}              | account/alice",
                "account/{id}/balance | {\"id\":\"alice\"}              | account/alice/balance",
                "{id}                 | {\"id\":\"alice\"}              | alice",
                "a/pre{x}post/c       | {\"x\":\"-\"}                  | a/pre-post/c",
                "a/{x}-{y}            | {\"x\":\"1\",\"y\":\"2\"}       | a/1-2",
                "a/{x}/{y}/{x}        | {\"x\":\"1\",\"y\":\"2\"}       | a/1/2/1",
                "a/{{{x}}}            | {\"x\":\"1\"}                   | a/{1}",
                "a/{x}                | {\"x\":\"12:30\"}               | a/12:30",
                "a/{x}                | {\"x\":\"$5\"}                  | a/$5",
                "a/{x}                | {\"x\":\"{y}\"}                 | a/{y}",
                "a/{x}                | {\"x\":true}                    | a/true",
            })
    void a_placeholder_takes_an_argument(String template, String arguments, String expected) {
        assertThat(resolve(template, arguments)).containsExactly(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a/{x}            | {}                       | a",
                "a/{x}            | {\"x\":null}             | a",
                "a/{x}            | {\"x\":\"\"}             | a",
                "a/{x}            | {\"x\":{\"y\":1}}        | a",
                "a/{x}            | {\"x\":[]}               | a",
                "a/{x}            | {\"x\":[1,[2]]}          | a",
                "a/{x}            | {\"x\":[1,{}]}           | a",
                "a/{x}            | {\"x\":[1,null]}         | a",
                "a/{x}            | {\"x\":\"*.txt\"}        | a",
                "a/{x}            | {\"x\":\"b?\"}           | a",
                "a/{x}            | {\"x\":\"[b]\"}          | a",
                "a/{x}            | {\"x\":\"d/*\"}          | a",
                "a/{x}            | {\"x\":\".\"}            | a",
                "a/{x}            | {\"x\":\"/\"}            | a",
                "a/{x}            | {\"x\":\"b/..\"}         | a",
                "a/{x}/c          | {}                       | a",
                "a/{x}/c          | {\"x\":\".\"}            | a",
                "a/pre{x}post/c   | {}                       | a",
                "a/pre{x}post/c   | {\"x\":\"\"}             | a",
                "a/pre{x}post/c   | {\"x\":\"b*\"}           | a",
                "{x}              | {}                       | /",
                "{x}/a            | {}                       | /",
                "a/{x}/c/{y}/d    | {\"x\":\"b\"}            | a/b/c",
                "a/{x}/c/{y}/d    | {\"y\":\"b\"}            | a",
                "a/{x}-{y}/d      | {\"x\":\"b\"}            | a",
            })
    void an_uncertain_value_widens_to_the_segments_before_it(String template, String arguments, String expected) {
        assertThat(resolve(template, arguments)).containsExactly(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "file/{p}          | docs/a.txt         | file/docs/a.txt",
                "file/{p}          | docs//a.txt/       | file/docs/a.txt",
                "file/{p}          | docs\\a.txt         | file/docs/a.txt",
                "file/{p}          | docs/.\\a.txt\\     | file/docs/a.txt",
                "file/{p}          | ./docs/./a.txt     | file/docs/a.txt",
                "file/{p}          | docs/../a.txt      | file/a.txt",
                "file/{p}          | ...                | file/...",
                "file/{p}          | a..b               | file/a..b",
                "file/{p}/meta     | docs/a             | file/docs/a/meta",
                "file/pre{p}post   | docs/a             | file/predocs/apost",
                "file/.{p}         | .                  | file",
                "file/.{p}         | git/x              | file/.git/x",
                "file/pre{p}       | a/../b             | file",
                "file/pre{p}       | a//b               | file",
                "file/pre{p}       | /a                 | file",
                "file/pre{p}       | /                  | file",
            })
    void a_value_with_slashes_becomes_segments(String template, String value, String expected) {
        ObjectNode arguments = JSON.createObjectNode().put("p", value);
        assertThat(resolve(template, arguments, Map.of())).containsExactly(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "../x", "../../etc", "a/../../b", "a/../..", "./..", "/..", "../*", "..//"})
    void a_value_that_rises_widens_to_the_fixed_prefix(String value) {
        ObjectNode arguments = JSON.createObjectNode().put("p", value).put("x", "y");
        assertThat(resolve("file/{p}", arguments, Map.of())).containsExactly("file");
        assertThat(resolve("file/{x}/b/{p}/c", arguments, Map.of())).containsExactly("file");
        assertThat(resolve("file/{x}/pre{p}", arguments, Map.of())).containsExactly("file");
        assertThat(resolve("file/{missing}/b/{p}", arguments, Map.of())).containsExactly("file");
        assertThat(resolve("file/{x}/{missing}/{p}", arguments, Map.of())).containsExactly("file");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "t/{a.b}     | {\"a\":{\"b\":\"x\"}}                       | t/x",
                "t/{a.b.c}   | {\"a\":{\"b\":{\"c\":\"x\"}}}               | t/x",
                "t/{a.b.c}   | {\"a\":{\"b.c\":\"x\"}}                     | t/x",
                "t/{a.b}     | {\"a.b\":\"exact\",\"a\":{\"b\":\"x\"}}     | t/exact",
                "t/{a.b}     | {\"a.b\":null,\"a\":{\"b\":\"x\"}}          | t",
                "t/{a.b}     | {\"a\":{}}                                  | t",
                "t/{a.b}     | {\"a\":\"x\"}                               | t",
                "t/{a.b}     | {\"a\":null}                                | t",
                "t/{a.b}     | {\"a\":[{\"b\":\"x\"}]}                     | t",
                "t/{a.b}     | {\"b\":\"x\"}                               | t",
                "t/{a..b}    | {\"a\":{\"\":{\"b\":\"x\"}}}                | t/x",
                "t/{a.b/c d} | {\"a\":{\"b/c d\":\"x\"}}                   | t/x",
            })
    void dots_lead_into_nested_objects(String template, String arguments, String expected) {
        assertThat(resolve(template, arguments)).containsExactly(expected);
    }

    @Test
    void blanks_are_characters_like_others() {
        assertThat(resolve("a/{x}/b", "{\"x\":\"  \"}")).containsExactly("a/  /b");
        assertThat(resolve("a/{x}", "{\"x\":\" b c \"}")).containsExactly("a/ b c ", "a/b c");
    }

    @Test
    void an_array_gives_one_resource_for_each_element() {
        assertThat(resolve("a/{x}", "{\"x\":[\"p\",\"q\",\"p\"]}")).containsExactlyInAnyOrder("a/p", "a/q");
        assertThat(resolve("a/{x}/{x}", "{\"x\":[1,2]}")).containsExactlyInAnyOrder("a/1/1", "a/2/2");
    }

    @Test
    void arrays_give_all_combinations() {
        assertThat(resolve("a/{x}/{y}", "{\"x\":[1,2],\"y\":[3,4,5]}"))
                .containsExactlyInAnyOrder("a/1/3", "a/1/4", "a/1/5", "a/2/3", "a/2/4", "a/2/5");
        assertThat(resolve("a/{x}-{y}-{z}", "{\"x\":[1,2],\"y\":3,\"z\":[5,6]}"))
                .containsExactlyInAnyOrder("a/1-3-5", "a/1-3-6", "a/2-3-5", "a/2-3-6");
    }

    @Test
    void an_element_that_rises_widens_to_the_fixed_prefix() {
        assertThat(resolve("a/{y}/{x}", "{\"x\":[\"\",\"../q\"],\"y\":1}")).containsExactly("a");
        assertThat(resolve("a/{y}/{x}", "{\"x\":[\"p\",\"../q\"],\"y\":1}")).containsExactly("a");
    }

    @Test
    void at_most_1000_combinations_are_told_apart() {
        ObjectNode arguments = JSON.createObjectNode();
        ArrayNode x = arguments.putArray("x");
        for (int i = 0; i < 1000; i++) {
            x.add(i);
        }
        arguments.putArray("y").add(1).add(2);
        assertThat(resolve("a/{x}", arguments, Map.of())).hasSize(1000);
        assertThat(resolve("a/{x}/{y}", arguments, Map.of())).containsExactly("a");
        x.add(1000);
        assertThat(resolve("a/b{x}", arguments, Map.of())).containsExactly("a");
        assertThat(resolve("a/{y}/{x}", arguments, Map.of())).containsExactlyInAnyOrder("a/1", "a/2");
    }

    @Test
    void several_keys_of_one_value_are_one_combination() {
        ObjectNode arguments = JSON.createObjectNode();
        ArrayNode x = arguments.putArray("x");
        for (int i = 0; i < 1000; i++) {
            x.add("A" + i);
        }
        assertThat(resolve("a/{x}", arguments, Map.of())).hasSize(2000).contains("a/A7", "a/a7");
        x.add("A1000");
        assertThat(resolve("a/{x}", arguments, Map.of())).containsExactly("a");
    }

    @Test
    void the_type_of_a_parameter_decides_about_its_key() {
        Map<String, ParameterType> types = Map.of("i", ParameterType.INTEGER, "s", ParameterType.STRING);
        JsonNode arguments = parse("{\"i\":\"042\",\"s\":\"042\",\"u\":\"042\"}");
        assertThat(resolve("a/{i}", arguments, types)).containsExactly("a/42");
        assertThat(resolve("a/{s}", arguments, types)).containsExactly("a/042");
        assertThat(resolve("a/{u}", arguments, types)).containsExactly("a/042", "a/42");
        JsonNode name = parse("{\"s\":\"Alice\",\"u\":\"Alice\"}");
        assertThat(resolve("a/{s}", name, types)).containsExactly("a/Alice");
        assertThat(resolve("a/{u}", name, types)).containsExactly("a/Alice", "a/alice");
    }

    @Test
    void any_value_that_is_huge_or_deep_is_resolved() {
        ObjectNode arguments = JSON.createObjectNode();
        arguments.put("text", "x".repeat(1 << 20));
        arguments.put("path", "x/".repeat(1 << 19));
        arguments.put("up", "../".repeat(1 << 18));
        arguments.put("digits", "7".repeat(1 << 20));
        arguments.put("fraction", "0." + "7".repeat(1 << 20));
        arguments.put("blank", " ".repeat(1 << 20));
        JsonNode deep = JsonNodeFactory.instance.textNode("x");
        for (int i = 0; i < 100_000; i++) {
            deep = i % 2 == 0
                    ? JSON.createArrayNode().add(deep)
                    : JSON.createObjectNode().set("a", deep);
        }
        arguments.set("deep", deep);
        assertThat(resolve("a/{text}/b", arguments, Map.of()).get(0)).hasSize((1 << 20) + 4);
        assertThat(resolve("a/{path}/b", arguments, Map.of())).containsExactly("a" + "/x".repeat(100));
        assertThat(resolve("a/{up}/b", arguments, Map.of())).containsExactly("a");
        assertThat(resolve("a/{deep}/b", arguments, Map.of())).containsExactly("a");
        assertThat(resolve("a/{deep" + ".a".repeat(1000) + "}", arguments, Map.of()))
                .containsExactly("a");
        for (ParameterType type : ParameterType.values()) {
            for (String name : List.of("text", "path", "up", "digits", "fraction", "blank")) {
                assertThat(resolve("a/{" + name + "}", arguments, Map.of(name, type)))
                        .as("%s as %s", name, type)
                        .allMatch(path -> path.equals("a") || path.startsWith("a/"));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {99, 100, 101})
    void the_first_100_segments_of_a_value_count(int count) {
        ObjectNode arguments = JSON.createObjectNode().put("p", "x/".repeat(count));
        Resource resource =
                ResourceTemplate.parse("a/{p}/b").resolve(arguments, Map.of()).get(0);
        assertThat(resource.depth()).isEqualTo(count <= 100 ? count + 2 : 101);
        ObjectNode mixed = JSON.createObjectNode().put("p", "x" + "/x".repeat(count - 1));
        Resource ofMixed =
                ResourceTemplate.parse("a/pre{p}/b").resolve(mixed, Map.of()).get(0);
        assertThat(ofMixed.depth()).isEqualTo(count <= 100 ? count + 2 : 101);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1,2]", "42", "\"x\"", "true", "null"})
    void arguments_that_are_no_object_widen(String arguments) {
        assertThat(resolve("a/{x}", arguments)).containsExactly("a");
    }

    private static List<String> resolve(String template, String arguments) {
        return resolve(template, parse(arguments), Map.of());
    }

    private static List<String> resolve(String template, JsonNode arguments, Map<String, ParameterType> types) {
        return ResourceTemplate.parse(template).resolve(arguments, types).stream()
                .map(Resource::toString)
                .toList();
    }

    private static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
