package dev.interlock.effect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NameReadingTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "READS           | list_cities",
                "READS           | find_tokens",
                "READS           | get_token_price",
                "READS           | get_return_policy",
                "READS           | get_in_range",
                "READS           | list_and_filter",
                "NEEDS_AGREEMENT | list",
                "NEEDS_AGREEMENT | city_list",
                "READS           | list_issues",
                "NEEDS_AGREEMENT | check_build",
                "NEEDS_AGREEMENT | check",
                "NEEDS_AGREEMENT | check_boxes",
                "NEEDS_AGREEMENT | calculate_sum",
                "NEEDS_AGREEMENT | get_update",
                "READS           | get_updates",
                "NEEDS_AGREEMENT | get_deleting_jobs",
                "NEEDS_AGREEMENT | get_open_orders",
                "READS           | list_email",
                "NEEDS_AGREEMENT | email_list",
                "NEEDS_AGREEMENT | get_query_plan",
                "NEEDS_AGREEMENT | get_http_status",
                "NEEDS_AGREEMENT | code_search",
                "NEEDS_AGREEMENT | check_code",
                "NEEDS_AGREEMENT | sql_table_list",
                "SILENT          | stock_price",
                "SILENT          | message",
                "SILENT          | updates",
                "SILENT          | airport_code",
                "NEVER           | run_code",
                "NEVER           | site_audit",
                "NEVER           | next_invoice_number",
                "NEVER           | delete_issue",
                "NEVER           | find_and_delete",
                "NEVER           | open_door",
                "NEVER           | open_view",
                "NEVER           | list_or_open",
                "NEVER           | list_and_email",
                "NEVER           | list_and_run_jobs",
                "NEVER           | get_token",
                "NEVER           | get_next",
                "NEVER           | return_goods",
                "NEVER           | return_and_get_goods",
                "NEVER           | check_in",
                "NEVER           | check_box",
                "NEVER           | check_in_and_compare",
                "NEVER           | run",
                "NEVER           | read_query",
                "NEVER           | sql_search",
                "NEVER           | query_list_items",
                "NEVER           | check_http_status",
            })
    void a_name_alone_tells(NameReading reading, String name) {
        assertThat(NameReading.of(ToolName.words(name), false, false)).isEqualTo(reading);
    }

    @Test
    void a_verb_that_is_not_the_first_word_is_sure_when_there_is_a_description() {
        assertThat(NameReading.of(ToolName.words("city_list"), true, false)).isEqualTo(NameReading.READS);
        assertThat(NameReading.of(ToolName.words("check_list"), true, false)).isEqualTo(NameReading.READS);
        assertThat(NameReading.of(ToolName.words("check_build"), true, false)).isEqualTo(NameReading.NEEDS_AGREEMENT);
    }
}
