package dev.interlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.call.ToolCall;
import dev.interlock.effect.Effects;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import dev.interlock.micrometer.MicrometerContextPropagator;
import dev.interlock.resilience4j.ResilienceInterceptor;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What works without the libraries that are optional. */
class OptionalLibrariesTest {

    private static final String INTEGRATIONS = "dev.interlock.(resilience4j|micrometer)\\..*";

    /** Runs a batch with what the class path has. */
    public static final class RunsABatch implements Callable<String> {
        @Override
        public String call() {
            return run(ToolCallExecutor.builder());
        }

        static String run(ToolCallExecutor.Builder executor) {
            return executor.build()
                    .execute(
                            List.of(new ToolCall("1", "search", null)),
                            ToolSet.of(ToolDefinition.of("search", Effects.pure(), call -> "found")))
                    .get(0)
                    .outcome()
                    .toString();
        }
    }

    /** As most write it. */
    public static final class UsesABreakerInline implements Callable<String> {
        @Override
        public String call() {
            return RunsABatch.run(ToolCallExecutor.builder()
                    .interceptor(ResilienceInterceptor.builder()
                            .circuitBreakers(CircuitBreakerRegistry.ofDefaults())
                            .build()));
        }
    }

    /** Guards a batch by a circuit breaker. */
    public static final class UsesABreaker implements Callable<String> {
        @Override
        public String call() {
            CircuitBreakerRegistry breakers = CircuitBreakerRegistry.ofDefaults();
            breakers.circuitBreaker("search").transitionToOpenState();
            return RunsABatch.run(ToolCallExecutor.builder()
                    .interceptor(ResilienceInterceptor.builder()
                            .circuitBreakers(breakers)
                            .build()));
        }
    }

    /** Carries context by Micrometer. */
    public static final class PropagatesByMicrometer implements Callable<String> {
        @Override
        public String call() {
            return RunsABatch.run(ToolCallExecutor.builder().contextPropagator(MicrometerContextPropagator.create()));
        }
    }

    @Test
    void what_is_missing_is_said_in_one_sentence() throws Exception {
        try (URLClassLoader without = classPathWithout("resilience4j-", "context-propagation-", "micrometer-")) {
            assertThatThrownBy(() -> call(without, UsesABreakerInline.class))
                    .hasMessage("ResilienceInterceptor needs Resilience4j, which is not on the class path:"
                            + " io.github.resilience4j:resilience4j-circuitbreaker, -ratelimiter or -bulkhead");
            assertThatThrownBy(() -> call(without, PropagatesByMicrometer.class))
                    .hasMessage(
                            "MicrometerContextPropagator needs io.micrometer:context-propagation, which is not on the"
                                    + " class path");
        }
        assertThat(new PropagatesByMicrometer().call()).isEqualTo("Succeeded[value=found]");
    }

    @Test
    void every_class_that_is_no_integration_loads_without_them() throws Exception {
        try (URLClassLoader without = classPathWithout("resilience4j-", "context-propagation-", "micrometer-");
                Stream<Path> files = Files.walk(ofClasses())) {
            List<String> names = files.map(file -> ofClasses().relativize(file).toString())
                    .filter(file -> file.endsWith(".class") && !file.endsWith("-info.class"))
                    .map(file -> file.replace(File.separatorChar, '.').replaceAll("\\.class$", ""))
                    .filter(name -> !name.matches(INTEGRATIONS))
                    .toList();
            assertThat(names).hasSizeGreaterThan(100);
            for (String name : names) {
                // Looks at all types that its members name.
                Class<?> type = Class.forName(name, true, without);
                assertThat(type.getDeclaredMethods()).isNotNull();
                assertThat(type.getDeclaredFields()).isNotNull();
            }
        }
    }

    @Test
    void a_batch_runs_without_them() throws Exception {
        try (URLClassLoader without = classPathWithout("resilience4j-", "context-propagation-", "micrometer-")) {
            assertThat(call(without, RunsABatch.class)).isEqualTo("Succeeded[value=found]");
            assertThatThrownBy(() -> call(without, UsesABreaker.class)).isInstanceOf(NoClassDefFoundError.class);
        }
    }

    @Test
    void one_module_of_resilience4j_is_enough() throws Exception {
        try (URLClassLoader without = classPathWithout("resilience4j-bulkhead", "resilience4j-ratelimiter")) {
            assertThat(call(without, UsesABreaker.class)).contains("circuit breaker 'search' is OPEN");
        }
    }

    private static String call(ClassLoader loader, Class<? extends Callable<String>> program) throws Exception {
        Class<?> loaded = Class.forName(program.getName(), true, loader);
        return String.valueOf(((Callable<?>) loaded.getDeclaredConstructor().newInstance()).call());
    }

    private static Path ofClasses() {
        try {
            return Path.of(ToolCallExecutor.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Loads everything anew, from the class path less some files. */
    private static URLClassLoader classPathWithout(String... files) {
        URL[] urls = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(entry -> Arrays.stream(files)
                        .noneMatch(file -> entry.getFileName().toString().startsWith(file)))
                .map(OptionalLibrariesTest::url)
                .toArray(URL[]::new);
        return new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
    }

    private static URL url(Path entry) {
        try {
            return entry.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }
}
