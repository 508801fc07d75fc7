package dev.interlock.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.ParameterType;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** References of one call, without any engine. */
class ArgumentReferencesTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final OptionalInt FIVE = OptionalInt.of(5);

    /** A call of a tool that only reads, whose results are known. */
    private record Known(ToolCall call, ToolPolicy policy, Map<Integer, Object> results) implements ReferringCall {

        @Override
        public boolean isReadOnly() {
            return true;
        }

        @Override
        public ParameterType typeOf(String parameter) {
            return parameter.equals("text") ? ParameterType.STRING : ParameterType.OTHER;
        }

        @Override
        public String toolOf(int number) {
            return "tool" + number;
        }

        @Override
        public ReferredResult resultOf(int number) {
            return ReferredResult.of(results.get(number));
        }
    }

    private static @Nullable ArgumentReferences find(OptionalInt calls, ObjectNode arguments) {
        return ArgumentReferences.in(
                new Known(new ToolCall("id", "t", arguments), ToolPolicy.DEFAULT, Map.of(1, 42, 3, "{\"a\": [7]}")),
                4,
                calls);
    }

    private static ArgumentReferences in(OptionalInt calls, String value) {
        ArgumentReferences found =
                find(calls, JSON.createObjectNode().put("x", value).put("y", "plain"));
        assertThat(found).isNotNull();
        return found;
    }

    @Test
    void the_numbers_are_ascending_and_each_once() {
        ArgumentReferences found = in(FIVE, "${3.a} ${1} ${3}");
        assertThat(found.problem()).isNull();
        assertThat(found.numbers()).containsExactly(1, 3);
        found.numbers()[0] = 9;
        assertThat(found.numbers()).containsExactly(1, 3);
        assertThat(found.isOpen()).isTrue();
        assertThat(found.known().arguments())
                .isEqualTo(JSON.createObjectNode().putNull("x").put("y", "plain"));
        assertThat(found.resolved(Long.MAX_VALUE).arguments())
                .isEqualTo(
                        JSON.createObjectNode().put("x", "[7] 42 {\"a\": [7]}").put("y", "plain"));
        assertThat(found.resolved(Long.MAX_VALUE).id()).isEqualTo("id");
    }

    @Test
    void an_escape_is_to_be_replaced_but_waits_for_nothing() {
        ArgumentReferences found = in(FIVE, "$${1}");
        assertThat(found.numbers()).isEmpty();
        assertThat(found.isOpen()).isFalse();
        assertThat(found.resolved(0).arguments().get("x").textValue()).isEqualTo("${1}");
    }

    @Test
    void nothing_to_be_replaced_is_nothing() {
        assertThat(find(FIVE, JSON.createObjectNode().put("x", "${HOME}").put("code", "${1}")))
                .isNull();
    }

    @Test
    void the_first_wrong_one_is_the_problem_and_then_nothing_is_waited_for() {
        ArgumentReferences found = in(FIVE, "${1} ${5} ${4}");
        assertThat(found.problem())
                .isEqualTo("${5} refers to a later call: this is call 4, and it can refer only to earlier ones");
        assertThat(found.numbers()).isEmpty();
        assertThat(in(FIVE, "${6}").problem())
                .isEqualTo("${6} refers to a call that does not exist: the last call of this response is call 5");
        assertThat(in(OptionalInt.empty(), "${5}").problem())
                .isEqualTo("${5} refers to a call that is not earlier: this is call 4");
    }

    @Test
    void what_cannot_be_put_in_is_said() {
        assertThatExceptionOfType(UnresolvableException.class)
                .isThrownBy(() -> in(FIVE, "${3.b}").resolved(Long.MAX_VALUE))
                .withMessage("${3.b} names no part of the result of call 3 (tool 'tool3'): the result is an"
                        + " object with the fields"
                        + " [a]");
        assertThatExceptionOfType(UnresolvableException.class)
                .isThrownBy(() -> in(FIVE, "<${3}>").resolved(2))
                .withMessage(
                        "the results that its arguments refer to have more than 2 characters together, the limit of"
                                + " one call's arguments");
    }
}
