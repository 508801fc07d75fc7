package dev.interlock.effect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TemplateParserTest {

    @ParameterizedTest
    @CsvSource({
        "account, account",
        "/account//x/, account/x",
        "'', /",
        "/, /",
        "a/../b, b",
        "../a, a",
        "a/{{b}}, a/{b}",
        "a/}}{{, a/}{",
        "{{{{x}}}}, {{x}}",
    })
    void a_template_without_placeholder_is_constant(String text, String expected) {
        ResourceTemplate template = ResourceTemplate.parse(text);
        assertThat(template.isConstant()).isTrue();
        assertThat(template.fixedPrefix()).hasToString(expected);
        assertThat(template).hasToString(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "account/{id}, account",
        "{id}, /",
        "/{id}/x, /",
        "a/b/pre{id}, a/b",
        "a/./b/../{id}post/c, a",
        "a/{x/y}/c, a",
        "a/{{{x}}}, a",
    })
    void the_fixed_prefix_ends_before_the_first_placeholder(String text, String expected) {
        ResourceTemplate template = ResourceTemplate.parse(text);
        assertThat(template.isConstant()).isFalse();
        assertThat(template.fixedPrefix()).hasToString(expected);
        assertThat(template).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"file/*", "file/*.txt", "file/a?/{x}", "file/[ab]", "file/pre*{x}", "file/{x}*", "file/**/x"})
    void a_wildcard_ends_the_template(String text) {
        ResourceTemplate template = ResourceTemplate.parse(text);
        assertThat(template.isConstant()).isTrue();
        assertThat(template.fixedPrefix()).hasToString("file");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "account/{id, '{' without '}', 8",
                "account/{, '{' without '}', 8",
                "account/{a{b}}, '{' without '}', 8",
                "account/id}, '}' without '{', 10",
                "}, '}' without '{', 0",
                "{{a}, '}' without '{', 3",
                "{a}}, '}' without '{', 3",
                "a/{}, '{}' has no name, 2",
                "a/{x}/../b, '..' is not allowed behind a placeholder, 6",
                "a/{x}/.., '..' is not allowed behind a placeholder, 6",
                "a/*/.., '..' is not allowed behind a placeholder or wildcard, 4",
            })
    void a_malformed_template_says_where(String text, String what, int index) {
        assertThatThrownBy(() -> ResourceTemplate.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("template '" + text + "': ")
                .hasMessageContaining(what)
                .hasMessageEndingWith(", at index " + index);
    }

    @ParameterizedTest
    @CsvSource({"{id}, id", "{a.b}, a.b", "{a.b}, a", "{a.b.c}, a", "x, y", "{a b/c}, a b/c"})
    void a_placeholder_takes_a_parameter_or_a_part_of_it(String text, String parameter) {
        assertThatNoException()
                .isThrownBy(() -> ResourceTemplate.parse(text).validate("tool", Set.of(parameter, "other")));
    }

    @ParameterizedTest
    @CsvSource({"{id}, Id", "{a.b}, b", "{a.b.c}, a.b", "*/{id}, ide"})
    void a_placeholder_that_takes_no_parameter_is_refused(String text, String parameter) {
        assertThatThrownBy(() -> ResourceTemplate.parse(text).validate("tool", Set.of(parameter)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void the_refusal_names_tool_template_placeholder_and_parameters() {
        assertThatThrownBy(() -> ResourceTemplate.parse("account/{frm}").validate("transfer", Set.of("to", "from")))
                .hasMessage("tool 'transfer': template 'account/{frm}' takes {frm}, but the parameters are [from, to]");
    }
}
