package dev.interlock.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The formatter breaks code at 120 columns, but leaves comments as they are. */
class CommentWidthTest {

    private static final int MAX_COLUMNS = 120;
    private static final Pattern COMMENT = Pattern.compile("\\s*(/\\*|\\*|//).*");

    @Test
    void no_comment_is_wider_than_the_code() throws IOException {
        List<Path> sources = Sources.under(Modules.ROOT, ".java");
        assertThat(sources).hasSizeGreaterThan(1000);
        assertThat(tooWide(sources)).isEmpty();
    }

    @Test
    void a_comment_of_121_columns_is_too_wide(@TempDir Path folder) throws IOException {
        Path source = folder.resolve("Wide.java");
        Files.write(
                source, List.of("// " + "w".repeat(117), "    /** " + "w".repeat(113), "\"" + "w".repeat(130) + "\""));
        assertThat(tooWide(Sources.under(folder, ".java")))
                .hasSize(1)
                .first()
                .asString()
                .endsWith("Wide.java:2");
    }

    private static List<String> tooWide(List<Path> sources) throws IOException {
        List<String> found = new ArrayList<>();
        for (Path source : sources) {
            List<String> lines = Files.readAllLines(source);
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i);
                if (line.length() > MAX_COLUMNS && COMMENT.matcher(line).matches()) {
                    found.add(source + ":" + (i + 1));
                }
            }
        }
        return found;
    }
}
