package dev.interlock.jdbc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A PostgreSQL server of this JVM's own, started from the programs that are installed. The server does not run as root;
 * there it is started as the user {@code postgres}. For the tests of other modules, too.
 */
public final class PostgresServer {

    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");

    private static final class Holder {
        static final Optional<PostgresServer> SERVER = start();
    }

    private final Path programs;
    private final Path data;
    private final int port;

    private PostgresServer(Path programs, Path data, int port) {
        this.programs = programs;
        this.data = data;
        this.port = port;
    }

    /** Empty if it is not installed, or cannot be started here. */
    public static Optional<PostgresServer> get() {
        return Holder.SERVER;
    }

    public String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    private static Optional<PostgresServer> start() {
        Optional<Path> programs = programs();
        if (programs.isEmpty()) {
            return Optional.empty();
        }
        try {
            Path data = Path.of(
                    run("mktemp", "-d", "/tmp/interlock-postgres-XXXXXX").strip());
            int port = FreePort.find();
            PostgresServer server = new PostgresServer(programs.get(), data, port);
            run(
                    server.program("initdb"),
                    "-D",
                    data.toString(),
                    "-U",
                    "test",
                    "-A",
                    "trust",
                    "-E",
                    "UTF8",
                    "--no-sync");
            run(
                    server.program("pg_ctl"),
                    "-D",
                    data.toString(),
                    "-w",
                    "-l",
                    data.resolve("log").toString(),
                    "-o",
                    "-p " + port + " -c listen_addresses=127.0.0.1 -c fsync=off -c unix_socket_directories=" + data,
                    "start");
            Runtime.getRuntime().addShutdownHook(new Thread(server::stop));
            return Optional.of(server);
        } catch (IOException | UncheckedIOException e) {
            System.err.println("PostgreSQL cannot be started here: " + e.getMessage());
            return Optional.empty();
        }
    }

    private void stop() {
        try {
            run(program("pg_ctl"), "-D", data.toString(), "-m", "immediate", "-w", "stop");
            run("rm", "-rf", data.toString());
        } catch (IOException e) {
            System.err.println("PostgreSQL was not stopped: " + e.getMessage());
        }
    }

    private String program(String name) {
        return programs.resolve(name).toString();
    }

    /** The newest that Debian's packages have installed. */
    private static Optional<Path> programs() {
        if (!Files.isDirectory(DEBIAN)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(DEBIAN)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("pg_ctl")))
                    .max(Comparator.naturalOrder());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String run(String... command) throws IOException {
        List<String> all = new ArrayList<>();
        if ("root".equals(System.getProperty("user.name"))) {
            all.addAll(List.of("runuser", "-u", "postgres", "--"));
        }
        all.addAll(List.of(command));
        Path output = Files.createTempFile("interlock-postgres", ".out");
        try {
            // Not by a pipe: the server keeps it open.
            Process process = new ProcessBuilder(all)
                    .directory(Path.of("/").toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(String.join(" ", command) + " took more than 60 s");
            }
            String text = Files.readString(output, StandardCharsets.UTF_8);
            if (process.exitValue() != 0) {
                throw new IOException(String.join(" ", command) + " ended with " + process.exitValue() + ": " + text);
            }
            return text;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } finally {
            Files.deleteIfExists(output);
        }
    }
}
