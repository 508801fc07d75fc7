package dev.interlock.effect.file;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The published schema and the reader take the same files. */
class EffectsSchemaTest {

    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    private static final JsonMapper JSON = new JsonMapper(Json.LENIENT);

    private final Schema schema = REGISTRY.getSchema(EffectsFile.jsonSchema());

    static List<Arguments> structure() {
        return WrongFiles.STRUCTURE;
    }

    @Test
    void it_is_a_schema() throws IOException {
        Schema meta = REGISTRY.getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));
        assertThat(meta.validate(read(EffectsFile.jsonSchema()))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"tools\": {}}",
                "{\"$schema\": \"x\", \"version\": 1, \"tools\": {}}",
                "{\"server\": {\"name\": \"x\", \"versions\": [\"1\"], \"source\": \"y\", \"date\": \"2026-01-31\"}, \"tools\": {}}",
                "{\"server\": {\"name\": \"x\"}, \"tools\": {}}",
                "{\"tools\": {\"a\": {\"reads\": [\"x/{y}\"]}, \"b*\": {\"writes\": [\"/\"]}, \"?\": {\"pure\": true}}}",
                "{\"tools\": {\"a\": {\"exclusive\": true}, \"b\": {\"exclusive\": [\"x\"], \"reads\": [\"y\"]}}}",
                "{\"tools\": {\"a\": {\"idempotent\": false}}}",
                "{\"tools\": {\"a\": {\"reads\": [], \"writes\": []}}}",
                "{\"tools\": {\"a\": {\"reads\": [], \"writes\": [\"x\"]}, \"b\": {\"reads\": [], \"exclusive\": [\"x\"]}}}",
                "{\"tools\": {\"a\": {\"pure\": true, \"reads\": []}}}",
                "{\"tools\": {\"a\": {\"pure\": false, \"exclusive\": false, \"reads\": [\"x\"]}}}",
                "{\"tools\": {\"a\": {\"pure\": true, \"by\": \"learnt\", \"calls\": 12, \"against\": 0, \"note\": \"\"}}}",
                "{\"tools\": {\"a\": {\"pure\": true, \"calls\": 12.0}}}",
                "{\"tools\": {\"a\": {\"writes\": [\"f/{p}\"], \"paths\": {\"p\": \"/d\"}, \"ignoringCase\": [\"p\"], \"followingLinks\": [\"p\"]}}}",
                "{\"tools\": {\"a\": {\"exclusive\": [\"f/{p q}\"], \"ignoringCase\": [\"p q\"]}}}",
                "{\"tools\": {\"a\": {\"pure\": true, \"paths\": {}, \"ignoringCase\": [], \"followingLinks\": []}}}",
                "{\"tools\": {\"a\": {\"pure\": true, \"proposals\": []}}}",
                "{\"tools\": {\"a b\": {\"reads\": [\"x\"], \"proposals\": [{\"by\": \"learnt\", \"reads\": [\"x/{y}\"]}]}}}"
            })
    void what_is_right_is_accepted_by_both(String text) throws IOException {
        assertThat(schema.validate(read(text))).isEmpty();
        assertThat(EffectsFile.parse("e", text)).isNotNull();
    }

    @ParameterizedTest
    @MethodSource("structure")
    void what_the_reader_refuses_by_its_structure_the_schema_refuses(String text) throws IOException {
        assertThat(schema.validate(read(text))).isNotEmpty();
    }

    @Test
    void the_example_of_the_guide_is_accepted_by_both_and_its_link_leads_to_the_schema() throws IOException {
        Path guide = Path.of("..", "docs", "effects-file.md");
        String text = Files.readString(guide);
        String example = text.substring(text.indexOf("```json\n") + 8, text.indexOf("```\n\nComments"));
        Matcher link = Pattern.compile("\\[JSON Schema\\]\\((.+?)\\)").matcher(text);

        assertThat(schema.validate(read(example))).isEmpty();
        assertThat(EffectsFile.parse("e", example).entries()).hasSize(6);
        assertThat(link.find()).isTrue();
        assertThat(guide.resolveSibling(link.group(1))).content().isEqualTo(EffectsFile.jsonSchema());
    }

    @Test
    void what_is_written_is_accepted() throws IOException {
        EffectsFile file = EffectsFile.empty("e")
                .with(EffectsEntry.of("a")
                        .reads("x")
                        .exclusive("y")
                        .idempotent(true)
                        .build())
                .with(EffectsEntry.of("a")
                        .pure()
                        .by(DeclaredBy.LEARNT)
                        .calls(1)
                        .against(2)
                        .note("n")
                        .build())
                .with(EffectsEntry.of("b").exclusive("/").build())
                .with(EffectsEntry.of("c")
                        .writes("f/{p}")
                        .path("p", "/d")
                        .ignoringCase("p")
                        .followingLinks("p")
                        .build());
        assertThat(schema.validate(read(file.toJson()))).isEmpty();
    }

    private static JsonNode read(String text) throws IOException {
        return JSON.readTree(text);
    }
}
