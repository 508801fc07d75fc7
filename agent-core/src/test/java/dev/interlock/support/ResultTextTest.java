package dev.interlock.support;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.CharBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResultTextTest {

    private static final class Loop {
        @JsonProperty
        Loop self() {
            return this;
        }

        @Override
        public String toString() {
            return "a loop";
        }
    }

    @Test
    void text_stays_and_anything_else_becomes_json() {
        assertThat(ResultText.of("a \"b\"")).isEqualTo("a \"b\"");
        assertThat(ResultText.of(CharBuffer.wrap("a"))).isEqualTo("a");
        assertThat(ResultText.of(Map.of("a", List.of(1, 2)))).isEqualTo("{\"a\":[1,2]}");
        assertThat(ResultText.of(new TextNode("a"))).isEqualTo("\"a\"");
        assertThat(ResultText.of(null)).isEqualTo("null");
        assertThat(ResultText.of(new ArrayList<>())).isEqualTo("[]");
    }

    @Test
    void what_jackson_cannot_write_says_itself() {
        assertThat(ResultText.of(new Loop())).isEqualTo("a loop");
    }
}
