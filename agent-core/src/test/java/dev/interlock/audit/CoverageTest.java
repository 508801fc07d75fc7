package dev.interlock.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Access;
import dev.interlock.effect.Resource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CoverageTest {

    private static final Resource FILES = Resource.of("file");

    @ParameterizedTest
    @CsvSource({
        "read orders, read orders/42, true",
        "write orders, read orders/42, true",
        "write orders/42, write orders/42, true",
        "read orders, write orders/42, false",
        "write orders/42, write orders, false",
        "write orders/42, read orders, false",
        "write orders/4, write orders/42, false",
        "write /, write anything/at/all, true",
        "read /, write a, false"
    })
    void a_write_needs_a_write_at_or_above_it_and_a_read_either(String declared, String touched, boolean covered) {
        assertThat(Coverage.covers(access(declared), access(touched))).isEqualTo(covered);
    }

    private static Access access(String words) {
        String path = words.substring(words.indexOf(' ') + 1);
        return words.startsWith("read") ? Access.read(path) : Access.write(path);
    }

    /** Declared paths as a model writes them; touched ones as observers tell them. */
    @ParameterizedTest
    @CsvSource({
        "notes.md, /data/notes.md, true",
        "docs/notes.md, /data/docs/notes.md, true",
        "docs, /data/docs/notes.md, true",
        "other.md, /data/notes.md, false",
        "docs/notes.md, /data/notes.md, false",
        "/data, /data/notes.md, true",
        "/data/notes.md, /data/notes.md, true",
        "/data/other.md, /data/notes.md, false",
        "/other, /data/notes.md, false",
        "~/notes.md, /home/u/notes.md, true",
        "~/other.md, /home/u/notes.md, false",
        "/data/notes.md, notes.md, true",
        "/data/notes.md, other.md, false",
        "C:\\data\\notes.md, /data/notes.md, true",
        "C:\\data\\notes.md, /other/notes.md, false"
    })
    void a_path_of_unknown_folder_covers_what_it_may_be(String declared, String touched, boolean covered) {
        assertThat(Coverage.contains(FILES.resolve(declared), FILES.resolve(touched)))
                .isEqualTo(covered);
    }

    @Test
    void what_may_stand_for_what_is_declared_counts_only_if_nothing_was_widened() {
        List<Access> declared = List.of(Access.write("orders/1"), Access.read("rates/eur"));
        List<Access> touched = List.of(
                Access.write("orders"),
                Access.read("orders"),
                Access.read("rates"),
                Access.write("rates"),
                Access.read("x"));
        assertThat(Coverage.uncovered(declared, touched, false)).isEqualTo(touched);
        assertThat(Coverage.uncovered(declared, touched, true))
                .containsExactly(Access.write("rates"), Access.read("x"));
        assertThat(Coverage.uncovered(List.of(), touched, true)).isEqualTo(touched);
    }
}
