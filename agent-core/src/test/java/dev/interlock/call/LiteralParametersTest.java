package dev.interlock.call;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which parameters take references to results. */
class LiteralParametersTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "code", "Code", "source_code", "sourceCode", "python_code", "script", "shellScript", "command", "cmd",
                "shell_command", "bash", "sql", "sql_query", "raw-sql", "regex", "fileRegex", "template", "replacement",
                "program", "jq", "newCode"
            })
    void code_and_shell_text_takes_none_by_default(String parameter) {
        assertThat(ToolPolicy.DEFAULT.isLiteral(parameter)).isTrue();
        assertThat(ToolPolicy.DEFAULT.allowsReferences(parameter, true)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "query", "text", "country_code", "zipCode", "postal_code", "status_code", "expression", "message",
                        "path",
                "description", "", "_", "commandment", "data", "arguments", "program_path", "pattern",
                        "javascriptEnabled"
            })
    void other_parameters_take_them(String parameter) {
        assertThat(ToolPolicy.DEFAULT.isLiteral(parameter)).isFalse();
        assertThat(ToolPolicy.DEFAULT.allowsReferences(parameter, true)).isTrue();
        assertThat(ToolPolicy.DEFAULT.allowsReferences(parameter, false)).isFalse();
    }

    @Test
    void a_policy_decides_for_the_tool_and_for_single_parameters() {
        ToolPolicy writes = ToolPolicy.builder().references(true).build();
        assertThat(writes.allowsReferences("text", false)).isTrue();
        assertThat(writes.allowsReferences("code", false)).isFalse();

        ToolPolicy none =
                ToolPolicy.builder().references(false).references("text", true).build();
        assertThat(none.isLiteral("query")).isTrue();
        assertThat(none.allowsReferences("text", false)).isTrue();

        ToolPolicy single = ToolPolicy.builder()
                .references("code", true)
                .references("text", false)
                .build();
        assertThat(single.allowsReferences("code", false)).isTrue();
        assertThat(single.isLiteral("text")).isTrue();
        assertThat(single.allowsReferences("other", false)).isFalse();
        assertThat(single.allowsReferences("other", true)).isTrue();
    }
}
