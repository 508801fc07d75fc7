package dev.interlock.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.mcp.client.transport.stdio.StdioMcpTransport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.slf4j.Logger;

/**
 * The MCP project's own servers, installed by npm into {@code target} once. Where npm is missing the tests fail and say
 * so; {@code -Dinterlock.mcp.skip=true} leaves them out.
 */
final class NpmServers {

    private static final Path SYSTEM_CERTIFICATES = Path.of("/etc/ssl/certs/ca-certificates.crt");
    private static final String SKIP = "interlock.mcp.skip";
    private static final String VERSION = "2026.8.31";
    private static final String SCOPE = "@modelcontextprotocol/";
    private static final String FILESYSTEM = "server-filesystem";
    private static final String EVERYTHING = "server-everything";
    private static final String MEMORY = "server-memory";
    private static final String THINKING = "server-sequential-thinking";
    private static final List<String> ALL = List.of(FILESYSTEM, EVERYTHING, MEMORY, THINKING);
    private static final Path HOME = Path.of("target", "mcp-servers").toAbsolutePath();
    private static final int MINUTES = 5;

    private NpmServers() {}

    /** A server that may read and write below a directory. */
    static StdioMcpTransport filesystem(Path directory, Logger traffic) {
        return transport(List.of(installed(FILESYSTEM), directory.toString()), traffic);
    }

    /** A server with a tool for everything that the protocol knows. */
    static StdioMcpTransport everything(Logger traffic) {
        return transport(List.of(installed(EVERYTHING), "stdio"), traffic);
    }

    /** A server that keeps a graph in a file. */
    static StdioMcpTransport memory(Path file, Logger traffic) {
        return transport(List.of(installed(MEMORY)), Map.of("MEMORY_FILE_PATH", file.toString()), traffic);
    }

    /** A server that counts thoughts. */
    static StdioMcpTransport thinking(Logger traffic) {
        return transport(List.of(installed(THINKING)), traffic);
    }

    private static StdioMcpTransport transport(List<String> program, Logger traffic) {
        return transport(program, Map.of(), traffic);
    }

    private static StdioMcpTransport transport(List<String> program, Map<String, String> environment, Logger traffic) {
        List<String> command = new ArrayList<>(List.of("node"));
        command.addAll(program);
        return StdioMcpTransport.builder()
                .command(command)
                .environment(environment)
                .logEvents(true)
                .logger(traffic)
                .build();
    }

    private static synchronized String installed(String server) {
        Assumptions.assumeFalse(
                Boolean.getBoolean(SKIP), "NOT TESTED against real MCP servers: -D" + SKIP + "=true was given");
        if (!ALL.stream().allMatch(NpmServers::isInstalled)) {
            install();
        }
        assertThat(isInstalled(server)).as("npm has installed " + server).isTrue();
        return module(server).resolve("dist").resolve("index.js").toString();
    }

    private static Path module(String server) {
        return HOME.resolve("node_modules").resolve("@modelcontextprotocol").resolve(server);
    }

    private static boolean isInstalled(String server) {
        try {
            return Files.readString(module(server).resolve("package.json")).contains("\"" + VERSION + "\"");
        } catch (IOException e) {
            return false;
        }
    }

    private static void install() {
        Path log = HOME.resolve("npm.log");
        try {
            Files.createDirectories(HOME);
            List<String> command = new ArrayList<>(List.of(
                    isWindows() ? "npm.cmd" : "npm",
                    "install",
                    "--prefix",
                    HOME.toString(),
                    "--no-audit",
                    "--no-fund",
                    "--ignore-scripts"));
            ALL.forEach(server -> command.add(SCOPE + server + "@" + VERSION));
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
            if (Files.isReadable(SYSTEM_CERTIFICATES)) {
                // Node trusts its own list only; a proxy's certificate is in the system's.
                builder.environment().putIfAbsent("NODE_EXTRA_CA_CERTS", SYSTEM_CERTIFICATES.toString());
            }
            Process npm = builder.start();
            if (!npm.waitFor(MINUTES, TimeUnit.MINUTES)) {
                npm.destroyForcibly();
                throw new AssertionError(missing("npm install took more than " + MINUTES + " min", log), null);
            }
            if (npm.exitValue() != 0) {
                throw new AssertionError(missing("npm install ended with " + npm.exitValue(), log), null);
            }
        } catch (IOException e) {
            throw new AssertionError(missing("npm cannot be run", log), e);
        } catch (InterruptedException e) {
            throw new AssertionError(missing("npm install was interrupted", log), e);
        }
    }

    private static boolean isWindows() {
        return System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("windows");
    }

    private static String missing(String what, Path log) {
        String said = "";
        try {
            said = Files.readString(log, StandardCharsets.UTF_8);
        } catch (IOException e) {
            // It has not come to that.
        }
        return what + ", so nothing could be tested against real MCP servers; install Node.js with npm, or leave these"
                + " tests out with -D" + SKIP + "=true. " + said;
    }
}
