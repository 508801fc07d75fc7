package dev.interlock.effect.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.Effects;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EffectsFileTest {

    private static final String ALL_KEYS = """
            // What the desk's tools touch.
            {
              "$schema": "effects.schema.json",
              "version": 1,
              "server": {"name": "desk", "versions": ["1.0", "1.1"], "source": "desk at 4f1c", "date": "2026-02-03"},
              "tools": {
                "balance": {"reads": ["account/{id}", "rates"]}, /* as the
                 code has it */
                # A transfer
                "transfer": {
                  "writes": ["account/{from}", "account/{to}"],
                  "idempotent": true,
                  "by": "learnt", "calls": 12, "against": 0,
                  "note": "from the test run",
                },
                "convert_*": {"pure": true, "by": "catalogue"},
                "reindex": {"exclusive": true},
                "print": {"exclusive": ["printer/{name}"], "reads": ["template"], "by": "suggested"},
              },
            }
            """;

    private final EffectsFile file = EffectsFile.parse("effects.json", ALL_KEYS);

    @TempDir
    Path folder;

    @Test
    void every_key_is_read_with_its_line() {
        assertThat(file.server())
                .contains(new DescribedServer("desk", List.of("1.0", "1.1"), "desk at 4f1c", LocalDate.of(2026, 2, 3)));
        assertThat(file.entries())
                .extracting(EffectsEntry::toString)
                .containsExactly(
                        "balance: reads account/{id}, reads rates (declared)",
                        "transfer: writes account/{from}, writes account/{to}, idempotent (learnt)",
                        "convert_*: pure (catalogue)",
                        "reindex: exclusive (declared)",
                        "print: reads template, writes printer/{name} (suggested)");
        assertThat(file.entries())
                .extracting(EffectsEntry::location)
                .containsExactly(
                        "effects.json:7", "effects.json:10", "effects.json:16", "effects.json:17", "effects.json:18");
        EffectsEntry transfer = file.entries().get(1);
        assertThat(transfer.calls()).hasValue(12);
        assertThat(transfer.against()).hasValue(0);
        assertThat(transfer.note()).isEqualTo("from the test run");
        assertThat(transfer.idempotent()).contains(true);
        assertThat(file.entries().get(0).idempotent()).isEmpty();
    }

    @Test
    void an_entry_that_says_only_that_it_may_be_repeated_says_nothing_of_effects() {
        EffectsEntry entry = only("{\"tools\": {\"put\": {\"idempotent\": true}}}");
        assertThat(entry.effects()).isEmpty();
        assertThat(entry.idempotent()).contains(true);
    }

    @Test
    void who_says_that_nothing_is_read_and_nothing_written_says_that_it_is_pure() {
        EffectsEntry entry = only("{\"tools\": {\"add\": {\"reads\": [], \"writes\": []}}}");
        assertThat(entry.effects().map(Effects::isPure)).contains(true);
        assertThat(entry.isPure()).isTrue();
    }

    @Test
    void an_empty_list_beside_another_says_that_there_is_nothing() {
        assertThat(only("{\"tools\": {\"put\": {\"reads\": [], \"writes\": [\"a\"]}}}"))
                .hasToString("put: writes a (declared)");
    }

    @Test
    void false_for_pure_and_exclusive_says_nothing() {
        assertThat(only("{\"tools\": {\"get\": {\"reads\": [\"a\"], \"pure\": false, \"exclusive\": false}}}"))
                .hasToString("get: reads a (declared)");
    }

    @Test
    void the_exact_name_speaks_before_globs_and_the_glob_with_more_characters_before_one_with_fewer() {
        EffectsFile several = EffectsFile.parse("e", """
                {"tools": {
                  "*": {"exclusive": true},
                  "files_*": {"writes": ["file"]},
                  "files_read_*": {"reads": ["file/{path}"]},
                  "files_read_all": {"reads": ["file"]},
                  "other_*": {"pure": true}
                }}
                """);
        assertThat(several.entriesFor("files_read_all"))
                .extracting(EffectsEntry::tool)
                .containsExactly("files_read_all", "files_read_*", "files_*", "*");
        assertThat(several.entriesFor("files_write"))
                .extracting(EffectsEntry::tool)
                .containsExactly("files_*", "*");
    }

    @Test
    void a_glob_that_a_tool_is_named_like_is_there_once() {
        assertThat(EffectsFile.parse("e", "{\"tools\": {\"get_*\": {\"pure\": true}}}")
                        .entriesFor("get_*"))
                .hasSize(1);
    }

    @Test
    void proposals_stand_behind_the_entry_that_speaks() {
        EffectsFile proposed = EffectsFile.parse("e", """
                {"tools": {"get": {
                  "reads": ["a"],
                  "proposals": [
                    {"reads": ["b"], "by": "suggested"},
                    {"reads": ["a/{id}"], "by": "learnt", "calls": 3}
                  ]
                }}}
                """);
        assertThat(proposed.entriesFor("get"))
                .extracting(EffectsEntry::toString)
                .containsExactly("get: reads a (declared)", "get: reads a/{id} (learnt)", "get: reads b (suggested)");
        assertThat(proposed.entriesFor("get"))
                .extracting(EffectsEntry::location)
                .containsExactly("e:1", "e:5", "e:4");
    }

    @Test
    void a_path_a_url_and_a_class_path_resource_are_read() throws IOException {
        Path path = Files.writeString(folder.resolve("effects.json"), "{\"tools\": {\"a\": {\"pure\": true}}}");
        URL url = path.toUri().toURL();

        assertThat(EffectsFile.read(path).entries().get(0).location()).isEqualTo(path + ":1");
        assertThat(EffectsFile.read(url).entries().get(0).location()).endsWith("effects.json:1");

        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {folder.toUri().toURL()}, null)) {
            Thread.currentThread().setContextClassLoader(loader);
            assertThat(EffectsFile.readResource("effects.json").entries().get(0).location())
                    .isEqualTo("effects.json:1");
            assertThat(EffectsFile.readResource("/effects.json").entries()).hasSize(1);
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    @Test
    void a_file_with_a_byte_order_mark_is_read() throws IOException {
        Path path = folder.resolve("bom.json");
        Files.write(path, "\uFEFF{\"tools\": {}}".getBytes(StandardCharsets.UTF_8));
        assertThat(EffectsFile.read(path).entries()).isEmpty();
        assertThat(EffectsFile.parse("e", "\uFEFF{\"tools\": {}}").entries()).isEmpty();
    }

    @Test
    void what_is_not_there_is_named() {
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> EffectsFile.read(folder.resolve("none.json")))
                .withMessageContaining("none.json");
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() ->
                        EffectsFile.read(folder.resolve("none.json").toUri().toURL()))
                .withMessageContaining("none.json");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EffectsFile.readResource("none.json"))
                .withMessageContaining("none.json");
    }

    @Test
    void what_may_be_secret_in_an_address_is_not_told() {
        URI address = URI.create("http://me:secret@localhost:1/effects.json?token=secret");
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> EffectsFile.read(address.toURL()))
                .withMessageStartingWith("effects file http://localhost:1/effects.json cannot be read")
                .withMessageNotContaining("secret");
    }

    private static EffectsEntry only(String json) {
        List<EffectsEntry> entries = EffectsFile.parse("e", json).entries();
        assertThat(entries).hasSize(1);
        return entries.get(0);
    }

    /** The three keys do what the methods of {@link Effects} do, for reads, writes and exclusive resources. */
    @Test
    void paths_of_an_entry_are_those_of_its_effects() {
        EffectsFile file = EffectsFile.parse("e", """
                {"tools": {"sync": {
                  "reads": ["file/{from}"], "writes": ["file/{to}", "log/{from}"], "exclusive": ["lock/{to}"],
                  "paths": {"from": "/data", "to": "C:/out"}, "ignoringCase": ["from"], "followingLinks": ["from"]
                }}}""");
        EffectsEntry entry = file.entries().get(0);
        ToolCall call = new ToolCall(
                null,
                "sync",
                JsonNodeFactory.instance.objectNode().put("from", "Notes").put("to", "A"));

        assertThat(entry.effects().orElseThrow().accesses(call))
                .containsExactlyInAnyOrderElementsOf(Effects.reads("file/{from}")
                        .and(Effects.writes("file/{to}", "log/{from}"))
                        .and(Effects.exclusive("lock/{to}"))
                        .path("from", "/data")
                        .path("to", "C:/out")
                        .ignoringCase("from")
                        .followingLinks("from")
                        .accesses(call))
                .hasToString("[reads file//data/Notes, reads file//data/notes, writes file//C:/out/a,"
                        + " writes log//data/Notes, writes log//data/notes, writes lock//C:/out/a]");
        assertThat(entry.paths()).containsExactly(Map.entry("from", "/data"), Map.entry("to", "C:/out"));
        assertThat(entry.ignoringCase()).containsExactly("from");
        assertThat(entry.followingLinks()).containsExactly("from");
        assertThat(entry.toBuilder().build().saysTheSameAs(entry)).isTrue();
    }

    @Test
    void entries_with_other_paths_do_not_say_the_same() {
        EffectsEntry plain = EffectsEntry.of("a").writes("file/{p}", "file/{q}").build();
        List<EffectsEntry> others = List.of(
                plain.toBuilder().path("p", "/data").build(),
                plain.toBuilder().path("p", "/other").build(),
                plain.toBuilder().ignoringCase("p").build(),
                plain.toBuilder().ignoringCase("q").build(),
                plain.toBuilder().followingLinks("p").build());
        for (EffectsEntry one : others) {
            assertThat(one.saysTheSameAs(plain)).isFalse();
            assertThat(others).filteredOn(one::saysTheSameAs).containsExactly(one);
        }
        assertThat(plain.toBuilder()
                        .ignoringCase("p", "q")
                        .build()
                        .saysTheSameAs(plain.toBuilder().ignoringCase("q", "p").build()))
                .isTrue();
    }
}
