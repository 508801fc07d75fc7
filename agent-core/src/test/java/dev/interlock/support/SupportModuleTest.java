package dev.interlock.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The package as other modules see it: on the module path, and on the class path. */
class SupportModuleTest {

    private static final String LIBRARY = """
            package library;
            public class Safe {
                private final String secret = "42";
            }
            """;

    private static final String READER = """
            package reader;
            import dev.interlock.support.ObjectFields;
            import dev.interlock.support.PrivateField;
            import java.lang.invoke.MethodHandles;
            import java.lang.reflect.Field;
            import library.Safe;
            public class Reader {
                public static String byName() {
                    return (String) PrivateField.of(
                            MethodHandles.lookup(), Safe.class, "secret", String.class, "a test fails").get(new Safe());
                }
                public static String byReflection() {
                    return (String) new ObjectFields(Field::trySetAccessible)
                            .values(new Safe()).findFirst().orElse(null);
                }
            }
            """;

    @TempDir
    Path folder;

    /** The engine and what it requires, also what is optional only when it runs. */
    private static String engine() {
        Pattern needed = Pattern.compile(
                "(jackson-|slf4j-api-|jspecify-|resilience4j-|context-propagation-|micrometer-core-).*\\.jar");
        return Stream.concat(
                        Stream.of(Path.of("target", "classes").toString()),
                        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                                .filter(each -> needed.matcher(
                                                Path.of(each).getFileName().toString())
                                        .matches()))
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** Compiles the library and its reader; returns what the compiler says, nothing if it succeeds. */
    private String compile(List<String> options) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("-d", classes().toString()));
        arguments.addAll(options);
        try (Stream<Path> sources = Files.walk(folder)) {
            sources.filter(each -> each.toString().endsWith(".java")).forEach(each -> arguments.add(each.toString()));
        }
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said);
        int code = ToolProvider.findFirst("javac").orElseThrow().run(out, out, arguments.toArray(String[]::new));
        return code == 0 ? "" : said.toString();
    }

    private Path classes() {
        return folder.resolve("classes");
    }

    private void write(String file, String text) throws IOException {
        Path source = folder.resolve(file);
        Files.createDirectories(source.getParent());
        Files.writeString(source, text);
    }

    private void writeModules(String reader) throws IOException {
        write("library/module-info.java", "module library { exports library; opens library to " + reader + "; }");
        write("library/library/Safe.java", LIBRARY);
        write(reader + "/module-info.java", """
                module %s {
                    requires dev.interlock.core;
                    requires library;
                    exports reader;
                }
                """.formatted(reader));
        write(reader + "/reader/Reader.java", READER);
    }

    private String compileModules() throws IOException {
        return compile(List.of("--module-path", engine(), "--module-source-path", folder.toString()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dev.interlock.jdbc",
                "dev.interlock.langchain4j",
                "dev.interlock.spring",
                "dev.interlock.springai"
            })
    void a_module_of_interlock_reads_what_is_open_to_it_alone(String reader) throws Exception {
        writeModules(reader);
        assertThat(compileModules()).isEmpty();

        Class<?> running = load(reader);
        assertThat(running.getModule().getName()).isEqualTo(reader);
        assertThat(running.getMethod("byName").invoke(null)).isEqualTo("42");
        assertThat(running.getMethod("byReflection").invoke(null)).isEqualTo("42");
    }

    private Class<?> load(String reader) throws ClassNotFoundException {
        ModuleLayer boot = ModuleLayer.boot();
        ModuleFinder found = ModuleFinder.of(Stream.concat(
                        Stream.of(classes()),
                        Stream.of(engine().split(File.pathSeparator)).map(Path::of))
                .toArray(Path[]::new));
        Configuration modules = boot.configuration().resolve(found, ModuleFinder.of(), Set.of(reader));
        return boot.defineModulesWithOneLoader(modules, ClassLoader.getPlatformClassLoader())
                .findLoader(reader)
                .loadClass("reader.Reader");
    }

    @Test
    void an_application_on_the_module_path_does_not_see_the_package() throws IOException {
        writeModules("application");
        assertThat(compileModules()).contains("Reader.java", "dev.interlock.support");
    }

    @Test
    void on_the_class_path_everything_is_seen() throws IOException {
        write("library/Safe.java", LIBRARY);
        write("reader/Reader.java", READER);
        assertThat(compile(List.of("--class-path", engine()))).isEmpty();
    }
}
