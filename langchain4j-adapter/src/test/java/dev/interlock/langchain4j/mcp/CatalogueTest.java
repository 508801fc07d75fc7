package dev.interlock.langchain4j.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.file.DeclaredBy;
import dev.interlock.effect.file.EffectsEntry;
import dev.interlock.effect.file.EffectsFile;
import dev.langchain4j.model.chat.request.json.JsonAnyOfSchema;
import dev.langchain4j.model.chat.request.json.JsonArraySchema;
import dev.langchain4j.model.chat.request.json.JsonEnumSchema;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonRawSchema;
import dev.langchain4j.model.chat.request.json.JsonReferenceSchema;
import dev.langchain4j.model.chat.request.json.JsonStringSchema;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The files of the catalogue, and the fingerprints in them. */
class CatalogueTest {

    @SuppressWarnings("unused") // by its name
    private static final List<String> SERVERS = Catalogue.SERVERS;

    private static String text(String server) throws IOException {
        try (InputStream in = Catalogue.class.getResourceAsStream("catalogue/" + server + ".json")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void each_file_of_the_folder_is_read() throws Exception {
        Path folder =
                Path.of(Catalogue.class.getResource("catalogue/filesystem.json").toURI());
        try (Stream<Path> files = Files.list(folder.getParent())) {
            assertThat(files.map(file -> file.getFileName().toString().replace(".json", "")))
                    .containsExactlyInAnyOrderElementsOf(Catalogue.SERVERS);
        }
        assertThat(Catalogue.builtIn()).isNotNull();
    }

    @ParameterizedTest
    @FieldSource("SERVERS")
    void each_entry_says_for_which_tool_it_holds_and_what_the_tool_touches(String server) throws Exception {
        EffectsFile file = EffectsFile.parse(server, text(server));

        assertThat(file.server()).hasValueSatisfying(about -> {
            assertThat(about.versions()).isNotEmpty();
            assertThat(about.source()).contains("checked by").doesNotContain("://");
            assertThat(about.date()).isNotNull();
        });
        assertThat(file.entries()).isNotEmpty().allSatisfy(entry -> {
            assertThat(entry.isGlob()).isFalse();
            assertThat(entry.by()).isEqualTo(DeclaredBy.CATALOGUE);
            assertThat(entry.effects()).isPresent();
            assertThat(file.schemasOf(entry.tool())).isNotEmpty();
        });
    }

    @ParameterizedTest
    @FieldSource("SERVERS")
    void what_a_server_touches_begins_with_a_name(String server) throws Exception {
        assertThat(Catalogue.Page.of(server, text(server)).world())
                .allSatisfy(root -> assertThat(root).matches("[a-z-]+"));
    }

    @ParameterizedTest
    @FieldSource("SERVERS")
    void a_file_is_told_from_others_only_where_links_can_be_followed(String server) throws Exception {
        for (EffectsEntry entry : EffectsFile.parse(server, text(server)).entries()) {
            Stream.of(entry.reads(), entry.writes(), entry.exclusive())
                    .flatMap(List::stream)
                    .filter(template -> template.startsWith("file/"))
                    .forEach(template -> assertThat(template).matches("file/\\{\\w+}"));
        }
    }

    private static JsonObjectSchema.Builder path() {
        return JsonObjectSchema.builder().addStringProperty("path").required("path");
    }

    @Test
    void what_does_not_bind_arguments_does_not_count() {
        String hash = SchemaHash.of(path().addNumberProperty("head").build());

        assertThat(SchemaHash.of(JsonObjectSchema.builder()
                        .description("other")
                        .addNumberProperty("head", "lines")
                        .addStringProperty("path", "of a file")
                        .required("path")
                        .additionalProperties(false)
                        .build()))
                .isEqualTo(hash)
                .matches("[0-9a-f]{64}");
        assertThat(SchemaHash.of(null))
                .isEqualTo(SchemaHash.of(JsonObjectSchema.builder().build()));
    }

    @Test
    void all_else_counts() {
        JsonObjectSchema nested = path().build();

        assertThat(Stream.of(
                                JsonObjectSchema.builder().build(),
                                path().build(),
                                path().required().build(),
                                path().addStringProperty("head").build(),
                                path().addIntegerProperty("head").build(),
                                path().addNumberProperty("head").build(),
                                path().addBooleanProperty("head").build(),
                                path().addEnumProperty("head", List.of("a")).build(),
                                path().addEnumProperty("head", List.of("a", "b"))
                                        .build(),
                                path().addProperty("head", nested).build(),
                                path().addProperty("head", array(nested)).build(),
                                path().addProperty("head", array(new JsonStringSchema()))
                                        .build(),
                                path().addProperty(
                                                "head",
                                                JsonArraySchema.builder().build())
                                        .build(),
                                path().addProperty("head", anyOf(nested)).build(),
                                path().addProperty("head", reference("a")).build(),
                                path().addProperty("head", reference("b")).build())
                        .map(SchemaHash::of))
                .doesNotContainNull()
                .doesNotHaveDuplicates();
    }

    private static JsonArraySchema array(dev.langchain4j.model.chat.request.json.JsonSchemaElement items) {
        return JsonArraySchema.builder().items(items).build();
    }

    private static JsonAnyOfSchema anyOf(JsonObjectSchema schema) {
        return JsonAnyOfSchema.builder().anyOf(schema, new JsonStringSchema()).build();
    }

    private static JsonReferenceSchema reference(String name) {
        return JsonReferenceSchema.builder().reference(name).build();
    }

    @Test
    void what_is_not_known_matches_nothing() {
        JsonObjectSchema schema =
                path().addProperty("odd", array(JsonRawSchema.from("{}"))).build();

        assertThat(SchemaHash.of(schema)).isNull();
        assertThat(SchemaHash.of(path().addProperty(
                                "odd", JsonEnumSchema.builder().enumValues("a").build())
                        .build()))
                .isNotNull();
    }
}
