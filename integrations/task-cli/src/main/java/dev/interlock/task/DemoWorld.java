package dev.interlock.task;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/** The world of the demo's tools: a folder, a slow service on the loopback interface, and a database script. */
final class DemoWorld implements AutoCloseable {

    static final String SCRIPT = """
            create table stock(sku varchar primary key, name varchar, pieces int);
            insert into stock values ('ESP-200', 'Aurora espresso machine', 3), ('GRD-50', 'burr grinder', 2);
            """;

    private static final long SLOWNESS_MILLIS = 300;

    private final Path folder;
    private final HttpServer server;

    DemoWorld() throws IOException {
        folder = Files.createTempDirectory("interlock-task-");
        Files.writeString(folder.resolve("notes.txt"), "The grinders go to berlin.\n");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        serve("/weather", "berlin: 18 degrees, rain\n");
        serve("/rates", "1 EUR = 1.0842 USD\n");
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    private void serve(String path, String text) {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        server.createContext(path, exchange -> {
            try (exchange) {
                Thread.sleep(SLOWNESS_MILLIS);
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    Path folder() {
        return folder;
    }

    String host() {
        return server.getAddress().getAddress().getHostAddress() + ":"
                + server.getAddress().getPort();
    }

    /** Returns the demo's default task. */
    String task() {
        return "Read notes.txt, calculate 3 * 649 * 1.19, get http://%1$s/weather and http://%1$s/rates, "
                        .formatted(host())
                + "UPDATE stock SET pieces = pieces - 1 WHERE sku = 'ESP-200'; and SELECT sku, pieces FROM stock;"
                + ", then write \"one Aurora sold\" to log.txt";
    }

    @Override
    public void close() throws IOException {
        server.stop(0);
        List<Path> all;
        try (Stream<Path> files = Files.walk(folder)) {
            all = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : all) {
            Files.delete(file);
        }
    }
}
