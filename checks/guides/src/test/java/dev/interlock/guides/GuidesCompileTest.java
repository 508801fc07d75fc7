package dev.interlock.guides;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The Java of the pages compiles as it stands there. */
class GuidesCompileTest {

    /** Pages whose Java is compiled elsewhere, or cannot be, and why. */
    private static final Map<String, String> ELSEWHERE = Map.of(
            "docs/spring.md", "SpringGuideTest",
            "docs/spring-ai.md", "SpringAiGuideTest",
            "docs/quarkus.md", "there is no Quarkus here");

    @TempDir
    private Path classes;

    static List<Guide> pages() throws IOException {
        List<Guide> pages = new ArrayList<>(List.of(Guide.read("README.md")));
        try (Stream<Path> files = Files.list(Guide.root().resolve("docs"))) {
            files.map(file -> "docs/" + file.getFileName())
                    .filter(file -> file.endsWith(".md") && !ELSEWHERE.containsKey(file))
                    .sorted()
                    .map(Guide::read)
                    .filter(guide -> !guide.blocks().isEmpty())
                    .forEach(pages::add);
        }
        return pages;
    }

    @ParameterizedTest
    @MethodSource("pages")
    void every_java_block_compiles(Guide guide) throws IOException {
        assertThat(new GuideCompiler(classes).errors(guide)).isEmpty();
    }

    @Test
    void there_are_blocks_to_compile() throws IOException {
        assertThat(pages()).hasSizeGreaterThan(8);
        assertThat(Guide.read("README.md").blocks()).isNotEmpty();
    }

    @Test
    void a_block_with_an_error_is_found() throws IOException {
        Guide wrong = new Guide(
                "docs/wrong.md",
                List.of(
                        new Guide.Block(1, false, "String name;"),
                        new Guide.Block(5, true, "int length = name.length();\nname.size();"),
                        new Guide.Block(9, true, "length = other;")));

        assertThat(new GuideCompiler(classes).errors(wrong))
                .satisfiesExactlyInAnyOrder(
                        error -> assertThat(error).contains("docs/wrong.md, block at line 5", "size()"),
                        error -> assertThat(error).contains("docs/wrong.md, block at line 9", "other"));
    }
}
