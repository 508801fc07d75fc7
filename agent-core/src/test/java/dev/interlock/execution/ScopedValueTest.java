package dev.interlock.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The example of docs/context.md: a propagator of a scoped value. Scoped values came with Java 25, and this project is
 * compiled for 21, so the example is compiled here, if the tests run on 25 or later.
 */
@Timeout(120)
class ScopedValueTest {

    private static final String EXAMPLE = "ScopedUser";

    @SuppressWarnings("NullAway.Init")
    private static URLClassLoader loader;

    @SuppressWarnings("NullAway.Init")
    private static Function<String, List<String>> runs;

    @BeforeAll
    @SuppressWarnings("unchecked") // the class says so
    static void compile(@TempDir Path folder) throws Exception {
        assumeTrue(
                Runtime.version().feature() >= 25,
                () -> "scoped values need Java 25, the tests run on " + Runtime.version());
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        assumeTrue(compiler != null, "there is no compiler here: the tests run on a JRE");
        Path sources = Files.createDirectory(folder.resolve("sources"));
        Path classes = Files.createDirectory(folder.resolve("classes"));
        for (String name : List.of(EXAMPLE, "ScopedUserRun")) {
            Files.writeString(sources.resolve(name + ".java"), source(name));
        }
        StringWriter said = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8);
                var paths = Files.list(sources)) {
            boolean compiled = compiler.getTask(
                            said,
                            files,
                            null,
                            List.of(
                                    "--release",
                                    "25",
                                    "-proc:none",
                                    "-d",
                                    classes.toString(),
                                    "-classpath",
                                    System.getProperty("java.class.path")),
                            null,
                            files.getJavaFileObjectsFromPaths(paths.toList()))
                    .call();
            assertThat(compiled).as(said.toString()).isTrue();
        }
        loader = new URLClassLoader(new URL[] {classes.toUri().toURL()}, ScopedValueTest.class.getClassLoader());
        runs = (Function<String, List<String>>)
                loader.loadClass("ScopedUserRun").getDeclaredConstructor().newInstance();
    }

    @AfterAll
    static void close() throws IOException {
        if (loader != null) {
            loader.close();
        }
    }

    private static String source(String name) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(ScopedValueTest.class.getResourceAsStream("/java25/" + name + ".java"), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void calls_on_threads_of_their_own_are_within_the_callers_scope() {
        assertThat(runs.apply("meet meet"))
                .containsExactly("VIRTUAL Succeeded[value=ann]", "VIRTUAL Succeeded[value=ann]");
    }

    @Test
    void calls_on_the_callers_thread_are_too() {
        assertThat(runs.apply("alone alone"))
                .containsExactly("OWNER Succeeded[value=ann]", "OWNER Succeeded[value=ann]");
    }

    @Test
    void every_attempt_is() {
        assertThat(runs.apply("flaky")).containsExactly("VIRTUAL Succeeded[value=ann at attempt 3]");
    }

    @Test
    void a_round_within_a_call_is_within_the_scope_that_the_call_made() {
        assertThat(runs.apply("rebind"))
                .singleElement()
                .asString()
                .matches("OWNER Succeeded\\[value=\\[VIRTUAL Succeeded\\[value=bob], VIRTUAL Succeeded\\[value=bob]]]");
    }

    @Test
    void without_a_scope_there_is_nothing_to_carry() {
        assertThat(runs.apply("unbound alone")).containsExactly("OWNER Succeeded[value=nobody]");
    }

    @Test
    void what_a_call_throws_passes_unchanged() {
        assertThat(runs.apply("fail"))
                .containsExactly("OWNER Failed[error=java.lang.IllegalStateException: not for ann]");
    }

    @Test
    void the_documentation_has_the_example_as_it_is_compiled_here() throws IOException {
        assertThat(Files.readString(Path.of("../docs/context.md"))).contains("```java\n" + source(EXAMPLE) + "```");
    }
}
