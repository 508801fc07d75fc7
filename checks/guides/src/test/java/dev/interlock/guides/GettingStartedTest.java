package dev.interlock.guides;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The first program of docs/getting-started.md prints what the page shows, and writes its report. */
@Timeout(60)
class GettingStartedTest {

    private static final Pattern OUTPUT = Pattern.compile("```\\n(Account 43 now holds 50\\..*?)```", Pattern.DOTALL);
    private static final Pattern BAR = Pattern.compile("│.*│");
    private static final Pattern NUMBER = Pattern.compile("round \\d+|[\\d.]+ m?s\\b|[\\d.]+x");

    @TempDir
    private Path classes;

    /** How long calls took differs each time; what they waited for, and which of them decided that, does not. */
    private static String withoutTimes(String output) {
        String withoutBars = BAR.matcher(output.strip()).replaceAll("│");
        return NUMBER.matcher(withoutBars).replaceAll("N").replaceAll(" +", " ");
    }

    @Test
    void first_program_prints_what_the_page_shows() throws Exception {
        Guide guide = Guide.read("docs/getting-started.md");
        GuideCompiler compiler = new GuideCompiler(classes);
        assertThat(compiler.errors(guide)).isEmpty();
        Path report = Path.of("target", "report.html");
        Files.createDirectories(report.getParent());
        Files.deleteIfExists(report);

        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try (URLClassLoader loader = compiler.loader()) {
            Class<?> program = loader.loadClass("guide." + GuideCompiler.name(guide, 0) + "$FirstSteps");
            Method main = program.getMethod("main", String[].class);
            main.invoke(null, (Object) new String[0]);
        } finally {
            System.setOut(before);
        }

        Matcher shown = OUTPUT.matcher(Guide.text(guide.file()));
        assertThat(shown.find()).isTrue();
        assertThat(withoutTimes(out.toString(StandardCharsets.UTF_8))).isEqualTo(withoutTimes(shown.group(1)));
        assertThat(report).isRegularFile().content().startsWith("<!");
    }
}
