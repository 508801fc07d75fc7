package dev.interlock.springai;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;

/** An application that has neither MCP nor Spring Boot nor transactions. */
class OptionalLibrariesTest {

    /** Run by a class loader that has no optional library. */
    public static final class Application {

        /** For the class loader. */
        public Application() {}

        private record Own(ToolDefinition definition) implements ToolCallback {
            @Override
            public ToolDefinition getToolDefinition() {
                return definition;
            }

            @Override
            public String call(String input) {
                return "own";
            }
        }

        /**
         * Runs a tool.
         *
         * @return what it came to
         */
        @SuppressWarnings("unused") // by reflection
        public static List<String> run() {
            ToolCallback own = new Own(ToolDefinition.builder()
                    .name("own")
                    .description("of a class of the user's")
                    .inputSchema("{}")
                    .build());
            InterlockToolCallingManager manager =
                    InterlockToolCallingManager.builder().trustMcp("files").build();
            return Asked.texts(
                    manager.executeToolCalls(Asked.prompt(own), Asked.response(Asked.call("1", "own", "{}"))));
        }
    }

    @Test
    void tools_run_without_mcp_and_without_spring_boot() throws Exception {
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        URL[] without = Stream.of(path.split(File.pathSeparator))
                .filter(entry -> !Path.of(entry)
                        .getFileName()
                        .toString()
                        .matches(".*(mcp|spring-boot|autoconfigure|spring-tx).*"))
                .map(OptionalLibrariesTest::url)
                .toArray(URL[]::new);
        try (URLClassLoader loader = new URLClassLoader(without, ClassLoader.getPlatformClassLoader())) {
            assertThat(Arrays.stream(new String[] {
                                "org.springframework.ai.mcp.SyncMcpToolCallback",
                                "io.modelcontextprotocol.spec.McpSchema",
                                "org.springframework.boot.autoconfigure.AutoConfiguration",
                                "org.springframework.transaction.support.TransactionSynchronizationManager"
                            })
                            .filter(name -> loader.getResource(name.replace('.', '/') + ".class") != null))
                    .isEmpty();
            assertThat(run(loader)).isEqualTo(List.of("own"));
        }
    }

    private static Object run(ClassLoader loader) throws Exception {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            return loader.loadClass(Application.class.getName())
                    .getMethod("run")
                    .invoke(null);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static URL url(String entry) {
        try {
            return Path.of(entry).toUri().toURL();
        } catch (java.net.MalformedURLException e) {
            throw new IllegalStateException(e);
        }
    }
}
