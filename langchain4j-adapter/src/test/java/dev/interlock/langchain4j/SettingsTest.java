package dev.interlock.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.interlock.execution.SettingsBuilder;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the builders of this module have from the engine's, and what they check. */
class SettingsTest {

    private static Set<String> signatures(Stream<Method> methods) {
        return methods.filter(
                        method -> !method.isSynthetic() && !method.getName().equals("self"))
                .map(method -> method.getName() + Arrays.toString(method.getParameterTypes()))
                .collect(Collectors.toSet());
    }

    /** So that there is one description of each, and one default. */
    @Test
    void no_setting_of_the_engine_is_declared_again() {
        Set<String> engine = signatures(Stream.<Class<?>>iterate(SettingsBuilder.class, Class::getSuperclass)
                .takeWhile(type -> !type.equals(Object.class))
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods())));
        Set<String> adapter = signatures(Stream.concat(
                Arrays.stream(AdapterSettings.class.getDeclaredMethods()),
                Arrays.stream(ParallelTools.Builder.class.getDeclaredMethods())));

        assertThat(engine).contains("inference[boolean]", "maxConcurrency[int]");
        // Made to be overridden.
        engine.remove("toolsOfOtherSettings[]");
        assertThat(adapter).contains("trustMcp[class java.lang.String]").doesNotContainAnyElementsOf(engine);
    }

    @Test
    void an_agent_checks_its_limits_when_they_are_set() {
        TaskAgent.Builder agent = TaskAgent.builder();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> agent.maxCallsPerTool("search", 0))
                .withMessage("maxCallsPerTool of 'search' must be >= 1, was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> agent.maxRepeatedCalls(1))
                .withMessage("maxRepeatedCalls must be >= 2, was 1");
        for (Duration timeout : new Duration[] {Duration.ZERO, Duration.ofSeconds(Long.MIN_VALUE)}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> agent.timeout(timeout))
                    .withMessageMatching("timeout must be > 0, was PT.*");
        }
    }
}
