package dev.interlock.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "Authorization: Bearer abc.def-123 | Authorization: Bearer ***",
                "authorization=Basic dXNlcjpwYXNz | authorization=Basic ***",
                "Proxy-Authorization: xyz | Proxy-Authorization: ***",
                "x-api-key: 4711abc, next | x-api-key: ***, next",
                "{\"api_key\": \"abc\", \"n\": 1} | {\"api_key\": \"***\", \"n\": 1}",
                "{\\\"apiKey\\\":\\\"abc\\\"} | {\\\"apiKey\\\":\\\"***\\\"}",
                "access_token=abc&x=1 | access_token=***&x=1",
                "the key sk-proj-abcdefghijklmnop1234 leaks | the key *** leaks",
                "sk-ant-api03-abcdefghijklmnop_1 | ***",
                "AIzaSyA1234567890abcdefghijklmnopqrstuv | ***",
                "ghp_abcdefghijklmnopqrstuvwxyz012345 | ***",
                "Bearer abcdefghijklmnopqrst== | Bearer ***",
                "Cookie: session=1234 | Cookie: ***",
                "{\"cookie\": \"a=1; b=2\", \"n\": 1.50} | {\"cookie\": \"***\", \"n\": 1.50}",
                "{\"note\": \"api_key=abc, it's\"} | {\"note\": \"api_key=***, it's\"}",
                "[ {\"Set-Cookie\" : [\"a=1\", [\"b=\\\"2\\\"\"]] } ] | [ {\"Set-Cookie\" : [\"***\", [\"***\"]] } ]",
                "{\"body\":\"{\\\"api_key\\\":\\\"a b\\\",\\\"cookie\\\":[1]}\"}"
                        + " | {\"body\":\"{\\\"api_key\\\":\\\"***\\\",\\\"cookie\\\":[1]}\"}",
                "{\"id_token\":\"a\"} {\"id_token\":2} | {\"id_token\":\"***\"} {\"id_token\":2}",
                "as ```{\"cookie\": \"it's; b\", \"api_key\": {\"id_token\": -1}}``` |"
                        + " as ```{\"cookie\": \"***\", \"api_key\": {\"id_token\": -1}}```",
                "\"api_key\": abc, \"n\": 1 | \"api_key\": ***, \"n\": 1",
                "[note] api_key=abc | [note] api_key=***",
                "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc | ***"
            })
    void keys_are_hidden(String text, String hidden) {
        assertThat(Secrets.hide(text)).isEqualTo(hidden);
        assertThat(Secrets.hide(hidden)).isEqualTo(hidden);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Basic training is at nine, bearer bonds are not",
                "the task-list has 12 entries",
                "{\"apiKey\": 12}",
                "{\"cookie\":{\"name\":\"a\"}}",
                "{\"cookie\":[1,2]}",
                "{\"cookie\":-1}",
                "{\"cookie\":\"\"}",
                "{\"access_token\":-1.5e+3,\"api_key\":[],\"id_token\":true}",
                "answer: {\"cookie\":{\"name\":\"a\"}, \"api_key\":[1, 2], \"id_token\": -1.5e+3}",
                "answer: {\\\"cookie\\\":{\\\"name\\\":\\\"a\\\"}, \\\"id_token\\\":-1}",
                "sku-123, skip-this-one",
                "tokens: 12",
                "password and account"
            })
    void other_text_stays(String text) {
        assertThat(Secrets.hide(text)).isEqualTo(text);
    }

    @Test
    void a_long_text_of_json_is_hidden_at_the_right_places() {
        String item = "{\"text\": \"\u00e4\\n\\ud83d\\ude00\", \"api_key\": \"abc\"}";
        String text = "[" + (item + ",\n").repeat(5_000) + item + "]";
        assertThat(Secrets.hide(text)).isEqualTo(text.replace("abc", "***"));
    }

    @Test
    void fields_that_hold_keys_are_hidden_and_schemas_with_such_fields_are_not() {
        assertThat(Secrets.hide(
                                ExchangeJson.read(
                                        "{\"Authorization\": \"x\", \"properties\": {\"api_key\": {\"type\": \"string\"}}, \"list\": [\"sk-abcdefghijklmnopqrst\"]}"))
                        .toString())
                .isEqualTo(
                        "{\"Authorization\":\"***\",\"properties\":{\"api_key\":{\"type\":\"string\"}},\"list\":[\"***\"]}");
    }
}
