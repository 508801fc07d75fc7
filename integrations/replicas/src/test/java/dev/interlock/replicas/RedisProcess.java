package dev.interlock.replicas;

import dev.interlock.jdbc.FreePort;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;
import org.redisson.config.ConstantDelay;

/** A Redis server of this JVM's own, started from the program that is installed; in memory only. */
public final class RedisProcess {

    private static final class Holder {
        static final Optional<RedisProcess> SERVER = start();
    }

    private final String program;
    private final int port;
    private Process process;

    private RedisProcess(String program, int port) throws IOException {
        this.program = program;
        this.port = port;
        run();
    }

    /** One for all tests, which use names of their own; empty if Redis is not installed. */
    public static Optional<RedisProcess> shared() {
        return Holder.SERVER;
    }

    /** One that a test may stop; empty if Redis is not installed. */
    public static Optional<RedisProcess> start() {
        Optional<String> program = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, "redis-server"))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
        if (program.isEmpty()) {
            System.err.println("redis-server is not installed: its tests are skipped");
            return Optional.empty();
        }
        try {
            RedisProcess made = new RedisProcess(program.get(), FreePort.find());
            Runtime.getRuntime().addShutdownHook(new Thread(made::stop));
            return Optional.of(made);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts it again after it was stopped; it has forgotten all. */
    public void run() throws IOException {
        process = new ProcessBuilder(
                        program,
                        "--port",
                        String.valueOf(port),
                        "--bind",
                        "127.0.0.1",
                        "--save",
                        "",
                        "--daemonize",
                        "no")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        for (int i = 0; i < 1_000; i++) {
            try {
                new Socket(InetAddress.getLoopbackAddress(), port).close();
                return;
            } catch (IOException e) {
                waitUntilItEnds(20);
            }
        }
        throw new IOException("redis-server does not listen on port " + port);
    }

    public void stop() {
        process.destroyForcibly();
        waitUntilItEnds(10_000);
    }

    private void waitUntilItEnds(long millis) {
        try {
            boolean unused = process.waitFor(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public String address() {
        return "redis://127.0.0.1:" + port;
    }

    /** A client that waits for an answer however busy the machine is. */
    public RedissonClient client() {
        return client(address(), Duration.ofSeconds(20));
    }

    /** A client that finds out soon that the server is lost. */
    public RedissonClient impatientClient() {
        return client(address(), Duration.ofMillis(500));
    }

    /** One that waits for an answer for {@code timeout}. */
    public static RedissonClient client(String address, Duration timeout) {
        Config config = new Config();
        config.useSingleServer()
                .setAddress(address)
                .setConnectionMinimumIdleSize(2)
                .setConnectionPoolSize(8)
                .setConnectTimeout((int) timeout.toMillis())
                .setTimeout((int) timeout.toMillis())
                .setRetryAttempts(1)
                .setRetryDelay(new ConstantDelay(Duration.ofMillis(100)));
        return Redisson.create(config);
    }
}
