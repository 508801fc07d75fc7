package dev.interlock.support;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class UnlimitedJsonTest {

    private static final int DEEP = 3_000;

    @Test
    void it_reads_and_writes_what_is_deeper_and_longer_than_jackson_allows() throws Exception {
        JsonMapper mapper = UnlimitedJson.mapper().build();
        String deep = "[".repeat(DEEP) + "]".repeat(DEEP);
        assertThat(mapper.writeValueAsString(mapper.readTree(deep))).isEqualTo(deep);

        String digits = "1".repeat(2_000);
        assertThat(mapper.readTree(digits).bigIntegerValue()).hasToString(digits);

        String name = "n".repeat(60_000);
        assertThat(mapper.readTree("{\"" + name + "\": 1}").has(name)).isTrue();

        String text = "t".repeat(21_000_000);
        JsonNode read = mapper.readTree('"' + text + '"');
        assertThat(read.textValue()).hasSameSizeAs(text);
    }

    @Test
    void text_comes_back_from_bytes_although_a_character_of_it_was_cut_in_two() throws Exception {
        JsonMapper mapper = UnlimitedJson.mapper().build();
        String text = "cut \ud83d, \ude00, whole \ud83d\ude00, \u00fc, \u4e2d, \uffff";
        byte[] bytes = mapper.writeValueAsString(text).getBytes(StandardCharsets.UTF_8);
        assertThat(mapper.readValue(new String(bytes, StandardCharsets.UTF_8), String.class))
                .isEqualTo(text);
        assertThat(mapper.readValue(mapper.writeValueAsBytes(text), String.class))
                .isEqualTo(text);
    }

    @Test
    void mappers_share_no_factory() {
        ObjectMapper one = UnlimitedJson.mapper().build();
        ObjectMapper other = UnlimitedJson.mapper().build();
        assertThat(one.getFactory()).isNotSameAs(other.getFactory());
        assertThat(other.getFactory().getCodec()).isSameAs(other);
    }
}
