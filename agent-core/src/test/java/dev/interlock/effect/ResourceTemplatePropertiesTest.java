package dev.interlock.effect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What must hold for any template and any arguments. */
class ResourceTemplatePropertiesTest {

    private static final int CASES = 2_000;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> NAMES = List.of("x", "y", "z.w", "v");
    private static final List<String> TEMPLATE_PIECES =
            List.of("a", "b", "/", "/", "/", "{x}", "{y}", "{z.w}", "{v}", ".", "-", "{{", "}}", "//");
    private static final List<String> VALUE_PIECES = List.of(
            "a", "b", "/", "/", ".", "..", "../", "*", "?", "[", "4", "2", "4.0", " ", "\\", "{", "é", "~", "C:",
            "x://");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void every_resource_lies_at_or_below_the_fixed_prefix(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < CASES; i++) {
            ResourceTemplate template = template(random);
            ObjectNode arguments = arguments(random);
            List<Resource> resources = template.resolve(arguments, types(random));
            assertThat(resources)
                    .as("seed %s: %s with %s", seed, template, arguments)
                    .isNotEmpty()
                    .doesNotHaveDuplicates()
                    .allMatch(template.fixedPrefix()::contains)
                    .allMatch(resource -> resource.segments().contains("")
                            || Resource.of(resource.toString()).equals(resource));
        }
    }

    /** If an argument is left out or uncertain, what it might have been is covered. */
    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void a_widened_access_contains_every_narrow_one(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < CASES; i++) {
            ResourceTemplate template = template(random);
            ObjectNode narrow = arguments(random);
            ObjectNode wide = narrow.deepCopy();
            for (int changes = 1 + random.nextInt(2); changes > 0; changes--) {
                String name = List.of("x", "y", "z", "v").get(random.nextInt(4));
                narrow.set(name, withoutLeadingOut(narrow.get(name)));
                switch (random.nextInt(4)) {
                    case 0 -> wide.remove(name);
                    case 1 -> wide.putNull(name);
                    case 2 -> wide.putObject(name);
                    default -> wide.put(name, "*");
                }
            }
            Map<String, ParameterType> types = types(random);
            assertCovered(seed, template, template.resolve(wide, types), template.resolve(narrow, types));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24})
    void an_array_covers_each_of_its_elements(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < CASES; i++) {
            ResourceTemplate template = template(random);
            ObjectNode one = arguments(random);
            ObjectNode many = one.deepCopy();
            String element = value(random);
            one.put("x", element);
            many.putArray("x").add(value(random)).add(element).add(random.nextInt(50));
            Map<String, ParameterType> types = types(random);
            assertCovered(seed, template, template.resolve(many, types), template.resolve(one, types));
        }
    }

    /** A shorter path for the last placeholder covers a longer one below it; one that is absolute may be elsewhere. */
    @ParameterizedTest
    @ValueSource(longs = {31, 32})
    void a_directory_covers_what_is_in_it(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        ResourceTemplate template = ResourceTemplate.parse("file/{p}");
        for (int i = 0; i < CASES; i++) {
            String directory = value(random).stripLeading();
            String below = directory + "/" + value(random).replaceAll("\\.\\.|[*?\\[]", "c");
            ObjectNode outer = JSON.createObjectNode().put("p", directory);
            ObjectNode inner = JSON.createObjectNode().put("p", below);
            Map<String, ParameterType> types = Map.of("p", ParameterType.STRING);
            List<Resource> wide = template.resolve(outer, types);
            List<Resource> narrow = template.resolve(inner, types);
            boolean mayBeElsewhere = below.matches(".*[\\\\:~].*");
            assertThat(narrow)
                    .as("seed %s: %s and %s", seed, directory, below)
                    .allMatch(resource ->
                            wide.stream().anyMatch(w -> mayBeElsewhere ? w.overlaps(resource) : w.contains(resource)));
        }
    }

    /** A value that rises or is absolute widens by itself, and further than one that is not there. */
    private static JsonNode withoutLeadingOut(@Nullable JsonNode value) {
        return value == null
                        || Pattern.compile("\\.\\.|\"[ /\\\\]")
                                .matcher(value.toString())
                                .find()
                ? JSON.getNodeFactory().textNode("c")
                : value;
    }

    private static void assertCovered(
            long seed, ResourceTemplate template, List<Resource> wide, List<Resource> narrow) {
        assertThat(narrow)
                .as("seed %s: %s, covered by %s", seed, template, wide)
                .allMatch(resource -> wide.stream().anyMatch(w -> w.contains(resource)));
    }

    private static ResourceTemplate template(SplittableRandom random) {
        return ResourceTemplate.parse("p/" + pieces(random, TEMPLATE_PIECES, 8).replaceAll("\\.+", "."));
    }

    private static ObjectNode arguments(SplittableRandom random) {
        ObjectNode arguments = JSON.createObjectNode();
        for (String name : NAMES) {
            switch (random.nextInt(6)) {
                case 0 -> {}
                case 1 -> arguments.put(name, random.nextInt(100));
                case 2 -> arguments.putArray(name).add(value(random)).add(value(random));
                default -> {
                    if (name.equals("z.w") && random.nextBoolean()) {
                        arguments.putObject("z").put("w", value(random));
                    } else {
                        arguments.put(name, value(random));
                    }
                }
            }
        }
        return arguments;
    }

    private static String value(SplittableRandom random) {
        return pieces(random, random.nextBoolean() ? VALUE_PIECES : VALUE_PIECES.subList(0, 7), 6);
    }

    private static Map<String, ParameterType> types(SplittableRandom random) {
        ParameterType[] types = ParameterType.values();
        return NAMES.stream()
                .filter(name -> random.nextBoolean())
                .collect(Collectors.toMap(name -> name, name -> types[random.nextInt(types.length)]));
    }

    private static String pieces(SplittableRandom random, List<String> pieces, int most) {
        return IntStream.range(0, random.nextInt(most + 1))
                .mapToObj(i -> pieces.get(random.nextInt(pieces.size())))
                .collect(Collectors.joining());
    }
}
