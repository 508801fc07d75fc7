package dev.interlock.effect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.interlock.effect.EffectInference.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tools of invented servers, labelled before the inference saw them; about every second one is a trap. */
class InventedToolsTest {

    /**
     * What it takes for reads and is none: nothing but knowledge of the matter tells. Remove those that a rule finds.
     */
    private static final Set<String> KNOWN_FAULTS = Set.of("measure_air", "daily_reward", "get_assignee", "next_track");

    private record Invented(String label, String tool, String description, Map<String, ParameterType> parameters) {

        static Invented of(String line) {
            String[] columns = line.split("\\|", 5);
            Map<String, ParameterType> parameters = new LinkedHashMap<>();
            for (String each : columns[3].strip().split(" ", -1)) {
                if (!each.isEmpty()) {
                    String[] parts = each.split(":", -1);
                    parameters.put(parts[0], ParameterType.valueOf(parts[1].toUpperCase(Locale.ROOT)));
                }
            }
            return new Invented(columns[0].strip(), columns[2].strip(), columns[4].strip(), parameters);
        }

        Answer inferred() {
            return EffectInference.infer(tool, description, parameters);
        }
    }

    private static List<Invented> tools(String set) {
        try (InputStream in = InventedToolsTest.class.getResourceAsStream("/inference/" + set + ".txt")) {
            String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            return text.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(Invented::of)
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"first", "second", "third"})
    void what_changes_something_is_not_taken_for_a_read(String set) {
        Set<String> mistaken = tools(set).stream()
                .filter(tool -> tool.label().equals("write") && tool.inferred() != Answer.UNKNOWN)
                .map(Invented::tool)
                .collect(Collectors.toSet());

        Set<String> expected = tools(set).stream()
                .map(Invented::tool)
                .filter(KNOWN_FAULTS::contains)
                .collect(Collectors.toSet());
        assertThat(mistaken).isEqualTo(expected);
    }

    /** The shares are those reached, so that a rule that is lost shows. */
    @ParameterizedTest
    @CsvSource({"first, 0.878", "second, 0.894", "third, 0.871"})
    void what_reads_or_computes_is_found(String set, double share) {
        List<Invented> harmless = tools(set).stream()
                .filter(tool -> !tool.label().equals("write"))
                .toList();
        long found = harmless.stream()
                .filter(tool -> tool.inferred() != Answer.UNKNOWN)
                .count();

        assertThat((double) found / harmless.size()).isCloseTo(share, within(0.001));
    }

    @ParameterizedTest
    @CsvSource({"first, 16", "second, 16", "third, 3"})
    void only_what_computes_is_pure(String set, int found) {
        List<Invented> pure = tools(set).stream()
                .filter(tool -> tool.inferred() == Answer.PURE)
                .toList();

        assertThat(pure).allMatch(tool -> tool.label().equals("pure")).hasSize(found);
    }
}
