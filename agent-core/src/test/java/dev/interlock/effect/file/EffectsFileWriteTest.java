package dev.interlock.effect.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EffectsFileWriteTest {

    private static final EffectsEntry DECLARED =
            EffectsEntry.of("get").reads("account").build();

    private static final EffectsEntry LEARNT = EffectsEntry.of("get")
            .reads("account/{id}")
            .by(DeclaredBy.LEARNT)
            .calls(12)
            .against(1)
            .build();

    @TempDir
    Path folder;

    @Test
    void a_file_is_laid_out_for_people_and_read_back_as_it_was() {
        String text = """
                {
                  "$schema": "effects.schema.json",
                  "version": 1,
                  "server": {
                    "name": "desk",
                    "versions": ["1.0", "1.1"],
                    "source": "desk at 4f1c",
                    "date": "2026-02-03"
                  },
                  "tools": {
                    "transfer": {
                      "reads": ["rates"],
                      "writes": ["account/{from}", "account/{to}"],
                      "idempotent": true,
                      "by": "learnt",
                      "calls": 12,
                      "against": 0,
                      "note": "says \\"x\\""
                    },
                    "balance": {
                      "reads": ["account"],
                      "proposals": [{
                        "reads": ["account/{id}"],
                        "by": "learnt"
                      }]
                    },
                    "reindex": {
                      "exclusive": true
                    },
                    "print": {
                      "exclusive": ["printer/{folder}/{file}"],
                      "paths": {
                        "folder": "/spool",
                        "file": "C:/data"
                      },
                      "ignoringCase": ["file"],
                      "followingLinks": ["folder", "file"]
                    },
                    "add": {
                      "pure": true,
                      "schema": "%1$s"
                    },
                    "sum": {
                      "pure": true,
                      "schema": ["%1$s", "%2$s"]
                    }
                  }
                }
                """.formatted("0".repeat(64), "f".repeat(64));
        assertThat(EffectsFile.parse("e", text).toJson()).isEqualTo(text);
    }

    @Test
    void schemas_of_tools_are_told_by_name() {
        EffectsFile file = EffectsFile.parse(
                "e",
                "{\"tools\": {\"add\": {\"pure\": true, \"schema\": \"%s\"}, \"x\": {\"pure\": true}}}"
                        .formatted("0".repeat(64)));

        assertThat(file.schemasOf("add")).containsExactly("0".repeat(64));
        assertThat(file.schemasOf("x")).isEmpty();
        assertThat(file.with(LEARNT).schemasOf("add")).containsExactly("0".repeat(64));
    }

    @Test
    void an_empty_file_is_written() {
        assertThat(EffectsFile.empty("e").toJson()).isEqualTo("""
                        {
                          "version": 1,
                          "tools": {}
                        }
                        """);
    }

    @Test
    void a_file_is_written_in_place_of_what_is_there() throws IOException {
        Path path =
                Files.writeString(folder.resolve("effects.json"), "something longer than what is written".repeat(9));
        EffectsFile.empty("e").with(LEARNT).write(path);
        assertThat(EffectsFile.read(path).toJson())
                .isEqualTo(EffectsFile.empty("e").with(LEARNT).toJson());
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> EffectsFile.empty("e").write(folder.resolve("none/effects.json")))
                .withMessageContaining("effects.json cannot be written");
    }

    @Test
    void what_was_learnt_stands_beside_what_was_declared() {
        EffectsFile both = EffectsFile.empty("e").with(DECLARED).with(LEARNT);
        assertThat(both.entriesFor("get")).containsExactly(DECLARED, LEARNT);
        assertThat(EffectsFile.empty("e").with(LEARNT).with(DECLARED).entriesFor("get"))
                .containsExactly(DECLARED, LEARNT);
    }

    @Test
    void what_was_learnt_is_not_there_where_it_says_the_same_as_what_was_declared() {
        EffectsEntry accepted = LEARNT.toBuilder().by(DeclaredBy.DECLARED).build();
        assertThat(EffectsFile.empty("e").with(accepted).with(LEARNT).entriesFor("get"))
                .containsExactly(accepted);
        assertThat(EffectsFile.empty("e").with(LEARNT).with(accepted).entriesFor("get"))
                .containsExactly(accepted);
    }

    @Test
    void what_is_learnt_anew_takes_the_place_of_what_was_learnt() {
        EffectsEntry anew = LEARNT.toBuilder().calls(30).build();
        EffectsFile file = EffectsFile.empty("e").with(DECLARED).with(LEARNT).with(anew);
        assertThat(file.entriesFor("get")).containsExactly(DECLARED, anew);
    }

    @Test
    void what_was_learnt_stands_before_what_a_model_suggests() {
        EffectsEntry suggested =
                EffectsEntry.of("get").pure().by(DeclaredBy.SUGGESTED).build();
        EffectsFile file = EffectsFile.empty("e").with(suggested).with(LEARNT);
        assertThat(file.entriesFor("get")).containsExactly(LEARNT, suggested);
        assertThat(EffectsFile.parse("e", file.toJson()).entriesFor("get"))
                .extracting(EffectsEntry::by)
                .containsExactly(DeclaredBy.LEARNT, DeclaredBy.SUGGESTED);
    }

    @Test
    void tools_keep_their_place_and_new_ones_stand_behind() {
        EffectsFile file = EffectsFile.parse("e", "{\"tools\": {\"z\": {\"pure\": true}, \"get\": {\"pure\": true}}}")
                .merge(EffectsFile.empty("other")
                        .with(EffectsEntry.of("a").pure().build())
                        .with(LEARNT));
        assertThat(file.name()).isEqualTo("e");
        assertThat(file.entries()).extracting(EffectsEntry::tool).containsExactly("z", "get", "get", "a");
    }

    @Test
    void a_glob_that_would_not_be_told_from_another_is_refused() {
        EffectsFile file =
                EffectsFile.empty("e").with(EffectsEntry.of("get_*").pure().build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> file.with(EffectsEntry.of("*_all").pure().build()))
                .withMessageContainingAll("'*_all'", "'get_*'", "4 characters");
    }

    @Test
    void the_same_is_the_same_in_any_order_and_whether_written_or_exclusive() {
        EffectsEntry entry =
                EffectsEntry.of("a").reads("x", "y").writes("z", "/").build();
        assertThat(entry.saysTheSameAs(EffectsEntry.of("b")
                        .reads("y", "x", "y")
                        .exclusive("/", "z")
                        .by(DeclaredBy.LEARNT)
                        .note("n")
                        .build()))
                .isTrue();
        assertThat(entry.saysTheSameAs(entry.toBuilder().idempotent(true).build()))
                .isFalse();
        assertThat(entry.saysTheSameAs(entry.toBuilder().reads("w").build())).isFalse();
        assertThat(entry.saysTheSameAs(entry.toBuilder().writes("w").build())).isFalse();
        assertThat(EffectsEntry.of("a")
                        .pure()
                        .build()
                        .saysTheSameAs(EffectsEntry.of("a").idempotent(true).build()))
                .isFalse();
    }

    @Test
    void a_copy_says_all_that_the_entry_says() {
        EffectsEntry entry = EffectsEntry.of("a*")
                .reads("x")
                .writes("y")
                .exclusive("z")
                .idempotent(false)
                .by(DeclaredBy.SUGGESTED)
                .calls(1)
                .against(2)
                .note("n")
                .build();
        assertThat(EffectsFile.empty("e").with(entry.toBuilder().build()).toJson())
                .isEqualTo(EffectsFile.empty("e").with(entry).toJson());
        assertThat(entry.toBuilder().build())
                .hasToString("a*: reads x, writes y, writes z, not idempotent (suggested)");
        assertThat(EffectsEntry.of("a").pure().build().toBuilder().build().isPure())
                .isTrue();
    }

    @Test
    void what_is_wrong_with_an_entry_is_said_when_it_is_made() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EffectsEntry.of("a").calls(-1))
                .withMessage("calls must be >= 0, was -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EffectsEntry.of("a").against(-2))
                .withMessage("against must be >= 0, was -2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EffectsEntry.of("a").build())
                .withMessageContaining("it says nothing");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EffectsEntry.of("a").pure().exclusive("x").build())
                .withMessageContaining("'pure' cannot be combined");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EffectsEntry.of("a").reads(" "))
                .withMessageContaining("is blank");
    }
}
