package dev.interlock.guides;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/troubleshooting.md has messages that are in the code, and all warnings of the code. */
class TroubleshootingTest {

    private static final String PAGE = "docs/troubleshooting.md";
    private static final int LEAST = 8;

    /** The first cell of a row of a table that is about messages. */
    private static final Pattern MESSAGES = Pattern.compile("(?m)^\\| (`[^|]*`) \\|");

    private static final Pattern SPAN = Pattern.compile("`([^`]*)`");
    private static final Pattern PLACEHOLDER = Pattern.compile("…|\\{}|%s|%d");
    private static final Pattern CONCATENATED = Pattern.compile("\"\\s*\\+\\s*\"");
    private static final Pattern WARNING = Pattern.compile("log\\s*\\.(?:warn|error)\\(\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");

    /** All main code, with texts that are put together in the code put together here. */
    private static String code() throws IOException {
        StringBuilder code = new StringBuilder();
        try (Stream<Path> files = Files.walk(Guide.root())) {
            files.filter(file -> file.toString().replace('\\', '/').matches(".*/src/main/java/.*\\.java")
                            && Stream.of("benchmarks", "samples", "checks")
                                    .noneMatch(folder ->
                                            file.startsWith(Guide.root().resolve(folder))))
                    .forEach(file -> code.append(text(file)).append('\n'));
        }
        return CONCATENATED.matcher(code).replaceAll("");
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What stands between placeholders; short pieces say nothing. */
    private static List<String> pieces(String message) {
        return PLACEHOLDER
                .splitAsStream(message)
                .map(piece -> piece.strip().replaceAll("^[(;'\" ]+|[('\") ]+$", ""))
                .filter(piece -> piece.length() >= LEAST)
                .toList();
    }

    @Test
    void every_message_of_the_page_is_in_the_code() throws IOException {
        String code = code();
        List<String> missing = new ArrayList<>();
        int messages = 0;
        for (MatchResult cell : MESSAGES.matcher(Guide.text(PAGE)).results().toList()) {
            for (MatchResult span : SPAN.matcher(cell.group(1)).results().toList()) {
                messages++;
                for (String piece : pieces(span.group(1))) {
                    if (!code.contains(piece)) {
                        missing.add("'" + piece + "' of `" + span.group(1) + "`");
                    }
                }
            }
        }
        assertThat(missing).as("messages of %s that are not in the code", PAGE).isEmpty();
        assertThat(messages).isGreaterThan(80);
    }

    @Test
    void every_warning_of_the_code_is_on_the_page() throws IOException {
        String page = Guide.text(PAGE);
        List<String> missing = new ArrayList<>();
        int warnings = 0;
        for (MatchResult warning : WARNING.matcher(code()).results().toList()) {
            warnings++;
            List<String> pieces = pieces(warning.group(1).replace("\\\"", "\""));
            // A page may leave the end of a long message out.
            if (pieces.stream().noneMatch(piece -> page.contains(piece.substring(0, Math.min(piece.length(), 30))))
                    && !pieces.isEmpty()) {
                missing.add(warning.group(1));
            }
        }
        assertThat(missing)
                .as("warnings of the code that %s does not have", PAGE)
                .isEmpty();
        assertThat(warnings).isGreaterThan(40);
    }
}
