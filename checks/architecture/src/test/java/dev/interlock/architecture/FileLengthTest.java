package dev.interlock.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A file over 400 lines is two: it is no longer read at once. */
class FileLengthTest {

    private static final int MAX_LINES = 400;

    @Test
    void no_file_is_longer_than_one_reads_at_once() throws IOException {
        List<Path> sources = Sources.under(Modules.ROOT, ".java", ".js", ".css");
        List<String> tooLong = new ArrayList<>();
        for (Path source : sources) {
            int lines = Files.readAllLines(source).size();
            if (lines > MAX_LINES) {
                tooLong.add(Modules.ROOT.relativize(source) + " has " + lines + " lines");
            }
        }
        assertThat(sources).hasSizeGreaterThan(1000);
        assertThat(tooLong).isEmpty();
    }
}
