package dev.interlock.langchain4j;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/**
 * A server of server-sent events that sends each when the test says so, and breaks the connection when the test says
 * so: a script a request, in the order of the requests, on a thread of its own.
 */
final class SseServer implements AutoCloseable {

    /** What the server does on one request. */
    @FunctionalInterface
    interface Script {
        void to(Connection connection) throws Exception;
    }

    private static final String HEAD = String.join(
            "\r\n",
            "HTTP/1.1 200 OK",
            "Content-Type: text/event-stream",
            "Transfer-Encoding: chunked",
            "Connection: close",
            "",
            "");

    private final ServerSocket server;
    private final List<Script> scripts;
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    private SseServer(ServerSocket server, List<Script> scripts) {
        this.server = server;
        this.scripts = scripts;
    }

    static SseServer serving(Script... scripts) throws IOException {
        SseServer serving = new SseServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), List.of(scripts));
        Thread.ofPlatform().daemon().name("sse-accept").start(serving::accept);
        return serving;
    }

    String baseUrl() {
        return "http://127.0.0.1:" + server.getLocalPort() + "/v1";
    }

    /** The bodies of the requests. */
    List<String> bodies() {
        return bodies;
    }

    /** What scripts threw. */
    List<Throwable> failures() {
        return failures;
    }

    private void accept() {
        while (closed.getCount() > 0) {
            try {
                Socket socket = server.accept();
                Thread.ofPlatform().daemon().name("sse").start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            int number;
            synchronized (this) {
                bodies.add(body(socket.getInputStream()));
                number = bodies.size();
            }
            Connection connection = new Connection(socket, socket.getOutputStream());
            connection.write(HEAD);
            scripts.get(number - 1).to(connection);
            if (!socket.isClosed()) {
                connection.write("0\r\n\r\n");
            }
        } catch (Throwable e) {
            failures.add(e);
        }
    }

    private static String body(InputStream in) throws IOException {
        InputStream buffered = new BufferedInputStream(in);
        int length = 0;
        for (String line = line(buffered); !line.isEmpty(); line = line(buffered)) {
            if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
                length = Integer.parseInt(line.substring(15).trim());
            }
        }
        return new String(buffered.readNBytes(length), StandardCharsets.UTF_8);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        server.close();
    }

    /** One response. */
    static final class Connection {
        private final Socket socket;
        private final OutputStream out;

        private Connection(Socket socket, OutputStream out) {
            this.socket = socket;
            this.out = out;
        }

        private void write(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        }

        void send(List<String> events) throws IOException {
            for (String event : events) {
                byte[] data = ("data: " + event + "\n\n").getBytes(StandardCharsets.UTF_8);
                write(Integer.toHexString(data.length) + "\r\n");
                out.write(data);
                write("\r\n");
            }
        }

        /** As if the server had died. */
        void breakOff() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }
}
