package dev.interlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.EffectSource;
import dev.interlock.effect.Effects;
import dev.interlock.effect.Undeclared;
import dev.interlock.execution.SettingsBuilder;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The settings that builders of executors share, as an integration of another package sees them. */
class SettingsBuilderTest {

    /** An integration's builder, with a setting of its own. */
    static final class OwnBuilder extends SettingsBuilder<OwnBuilder> {
        private String greeting = "";

        @Override
        protected OwnBuilder self() {
            return this;
        }

        OwnBuilder greeting(String greeting) {
            this.greeting = greeting;
            return this;
        }
    }

    private static final ToolDefinition FETCH = ToolDefinition.of("fetchIt", call -> "fetched");
    private static final ToolSet TOOLS = ToolSet.of(FETCH);
    private static final List<ToolCall> ONE_CALL = List.of(ToolCall.parse("1", "fetchIt", "{}"));

    private static Stream<Method> setters(Predicate<Class<?>> parameter) {
        List<Method> setters = Arrays.stream(OwnBuilder.class.getMethods())
                .filter(method -> SettingsBuilder.class.isAssignableFrom(method.getDeclaringClass()))
                .filter(method -> !Modifier.isAbstract(method.getModifiers()))
                .filter(method -> Arrays.stream(method.getParameterTypes()).anyMatch(parameter))
                .toList();
        assertThat(setters).isNotEmpty();
        return setters.stream();
    }

    static Stream<Method> settersOfObjects() {
        return setters(type -> !type.isPrimitive());
    }

    static Stream<Method> settersOfDurations() {
        return setters(type -> type == Duration.class);
    }

    static Stream<Method> settersOfNumbers() {
        return setters(type -> type == int.class);
    }

    /** Calls a setter; what it needs beside {@code value} is valid. */
    private static Object set(SettingsBuilder<?> builder, Method setter, Class<?> type, @Nullable Object value)
            throws Throwable {
        @Nullable
        Object[] arguments = Arrays.stream(setter.getParameterTypes())
                .map(parameter -> parameter == type ? value : valid(parameter))
                .toArray();
        try {
            return setter.invoke(builder, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static final Map<Class<?>, Object> VALID = Map.of(
            int.class,
            2,
            boolean.class,
            true,
            String.class,
            "fetchIt",
            String[].class,
            new String[] {"fetchIt"},
            Effects.class,
            Effects.pure(),
            ToolPolicy.class,
            ToolPolicy.DEFAULT);

    private static Object valid(Class<?> type) {
        return Objects.requireNonNull(VALID.get(type), () -> "no valid " + type);
    }

    @Test
    void every_setting_returns_the_integrations_own_builder() {
        OwnBuilder builder = new OwnBuilder();

        assertThat(builder.maxConcurrency(3)
                        .timeout(Duration.ofSeconds(1))
                        .effects("fetchIt", Effects.pure())
                        .undeclared(Undeclared.PARALLEL)
                        .groupConcurrency(2, "fetch*")
                        .chaining(true)
                        .greeting("hello"))
                .isSameAs(builder);
        assertThat(builder.greeting).isEqualTo("hello");
    }

    @Test
    void an_executor_has_the_settings_of_an_integrations_builder() {
        OwnBuilder builder = new OwnBuilder()
                .maxCallsPerBatch(1)
                .effects("fetchIt", Effects.reads("web"))
                .chaining(true)
                .inference(false);
        ToolCallExecutor executor = ToolCallExecutor.of(builder);

        assertThat(executor.rounds().chaining()).isTrue();
        assertThat(executor.rounds().inference()).isFalse();
        assertThat(executor.rounds().bind(FETCH).source()).isEqualTo(EffectSource.PROGRAMMATIC);
        List<CallResult> results =
                executor.execute(List.of(ONE_CALL.getFirst(), ToolCall.parse("2", "fetchIt", "{}")), TOOLS);
        assertThat(results.get(0).outcome()).isEqualTo(new Outcome.Succeeded("fetched"));
        assertThat(results.get(1).outcome().message()).contains("exceeds the limit of 1 calls in one batch");
    }

    @Test
    void what_its_builder_is_told_later_does_not_reach_an_executor() {
        OwnBuilder builder = new OwnBuilder();
        ToolCallExecutor executor = ToolCallExecutor.of(builder);

        builder.effects("fetchIt", Effects.pure())
                .interceptor(call -> "intercepted")
                .inference(false)
                .chaining(true)
                .maxArgumentBytes(1);

        assertThat(executor.rounds().bind(FETCH).source()).isNotEqualTo(EffectSource.PROGRAMMATIC);
        assertThat(executor.rounds().inference()).isTrue();
        assertThat(executor.rounds().chaining()).isFalse();
        assertThat(executor.execute(ONE_CALL, TOOLS).getFirst().outcome()).isEqualTo(new Outcome.Succeeded("fetched"));
        assertThat(ToolCallExecutor.of(builder.maxArgumentBytes(100))
                        .execute(ONE_CALL, TOOLS)
                        .getFirst()
                        .outcome())
                .isEqualTo(new Outcome.Succeeded("intercepted"));
    }

    /** Abandoned calls, caps and the closing are each executor's own. */
    @Test
    void executors_of_one_builder_share_nothing() {
        OwnBuilder builder = new OwnBuilder().totalConcurrency(1);
        ToolCallExecutor closed = ToolCallExecutor.of(builder);
        ToolCallExecutor other = ToolCallExecutor.of(builder);

        closed.close();

        assertThat(closed.execute(ONE_CALL, TOOLS).getFirst().isSuccess()).isFalse();
        assertThat(other.execute(ONE_CALL, TOOLS).getFirst().isSuccess()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("settersOfObjects")
    void no_setter_takes_null(Method setter) {
        for (Class<?> type : setter.getParameterTypes()) {
            if (!type.isPrimitive()) {
                assertThatThrownBy(() -> set(new OwnBuilder(), setter, type, null))
                        .isInstanceOf(NullPointerException.class)
                        .message()
                        .matches("[a-zA-Z]+");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("settersOfDurations")
    void limits_of_time_are_more_than_zero(Method setter) throws Throwable {
        for (Duration limit : List.of(Duration.ZERO, Duration.ofMillis(-5), Duration.ofSeconds(Long.MIN_VALUE))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> set(new OwnBuilder(), setter, Duration.class, limit))
                    .withMessageMatching(setter.getName() + " must be > 0 ms, was (0|-\\d+) ms");
        }
        OwnBuilder builder = new OwnBuilder();
        assertThat(set(builder, setter, Duration.class, Duration.ofNanos(1))).isSameAs(builder);
        assertThat(set(builder, setter, Duration.class, Duration.ofSeconds(Long.MAX_VALUE)))
                .isSameAs(builder);
    }

    @ParameterizedTest
    @MethodSource("settersOfNumbers")
    void limits_of_numbers_are_at_least_1(Method setter) throws Throwable {
        for (int limit : new int[] {0, Integer.MIN_VALUE}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> set(new OwnBuilder(), setter, int.class, limit))
                    .withMessageEndingWith(" must be >= 1, was " + limit);
        }
        OwnBuilder builder = new OwnBuilder();
        assertThat(set(builder, setter, int.class, 1)).isSameAs(builder);
    }
}
