package dev.interlock.benchmarks;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.Executors;

/**
 * Plays OpenAI's streaming API. It answers a conversation without results with one batch of calls, token by token at a
 * given rate, and a conversation with results with a text at once. It measures the time from the first byte of the
 * calls to the request with their results.
 */
final class StreamingServer implements AutoCloseable {

    private static final String HEAD =
            "{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,";

    private final HttpServer server;
    private final int calls;
    private final int tokens;
    private final long nanosAToken;

    // Set before a conversation, read by the threads of the server.
    private volatile StreamingShape shape = StreamingShape.READS;

    private volatile long firstByte;
    private volatile long results;

    StreamingServer(int calls, int tokens, double tokensPerSecond) throws IOException {
        this.calls = calls;
        this.tokens = tokens;
        this.nanosAToken = (long) (1e9 / tokensPerSecond);
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "server");
            thread.setDaemon(true);
            return thread;
        }));
        server.createContext("/", this::answer);
        server.start();
    }

    String baseUrl() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
    }

    void expect(StreamingShape next) {
        shape = next;
    }

    /** The measured time of the last conversation. */
    double seconds() {
        return (results - firstByte) / 1e9;
    }

    private void answer(HttpExchange exchange) throws IOException {
        String request = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        boolean withResults = request.contains("tool_call_id");
        if (withResults) {
            results = System.nanoTime();
        }
        exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            if (withResults) {
                send(out, HEAD + "\"delta\":{\"role\":\"assistant\",\"content\":\"answer\"},\"finish_reason\":null}]}");
                send(out, HEAD + "\"delta\":{},\"finish_reason\":\"stop\"}]}");
            } else {
                streamCalls(out);
            }
            send(out, "[DONE]");
        }
    }

    private void streamCalls(OutputStream out) throws IOException {
        firstByte = System.nanoTime();
        long due = firstByte;
        for (int call = 0; call < calls; call++) {
            for (int token = 0; token < tokens; token++) {
                send(out, token(call, token));
                due += nanosAToken;
                sleepUntil(due);
            }
        }
        send(out, HEAD + "\"delta\":{},\"finish_reason\":\"tool_calls\"}]}");
    }

    /** The first token of a call is its name, the others are its arguments. */
    private String token(int call, int token) {
        String delta = token == 0
                ? String.format(
                        Locale.ROOT,
                        "\"id\":\"call_%d\",\"type\":\"function\",\"function\":{\"name\":\"%s\",\"arguments\":\"\"}",
                        call,
                        shape.tool(call))
                : "\"function\":{\"arguments\":\"" + arguments(call, token) + "\"}";
        return HEAD + "\"delta\":{\"role\":\"assistant\",\"tool_calls\":[{\"index\":" + call + "," + delta
                + "}]},\"finish_reason\":null}]}";
    }

    private String arguments(int call, int token) {
        if (token == 1) {
            return "{\\\"query\\\": \\\"call " + call;
        }
        return token == tokens - 1 ? "\\\"}" : " word";
    }

    private static void send(OutputStream out, String event) throws IOException {
        out.write(("data: " + event + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static void sleepUntil(long due) {
        try {
            long left = due - System.nanoTime();
            if (left > 0) {
                Thread.sleep(left / 1_000_000, (int) (left % 1_000_000));
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
