package dev.interlock.replicas.check;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;

/** Tells the {@link Referee} what the tools of this replica do. */
final class Witness {

    private final Map<String, CompletableFuture<String>> answers = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();
    private final BufferedWriter out;

    Witness(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        out = new BufferedWriter(new OutputStreamWriter(socket.getOutputStream(), StandardCharsets.UTF_8));
        Thread thread = new Thread(() -> listen(in), "witness");
        thread.setDaemon(true);
        thread.start();
    }

    private void listen(BufferedReader in) {
        try {
            for (String number = in.readLine(); number != null; number = in.readLine()) {
                answers.remove(number).complete(number);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Says that a body begins; returns what {@link #ends} is to be told. */
    String begins(String tool, boolean writes, String path) throws Exception {
        String number = String.valueOf(numbers.incrementAndGet());
        ask(number, "b " + number + " " + tool + " " + (writes ? "w" : "r") + " " + path);
        return number;
    }

    void ends(String number) throws Exception {
        ask(number, "e " + number);
    }

    private void ask(String number, String line) throws IOException, InterruptedException, ExecutionException {
        CompletableFuture<String> answer = new CompletableFuture<>();
        answers.put(number, answer);
        say(line);
        answer.get();
    }

    synchronized void say(String line) throws IOException {
        out.write(line + "\n");
        out.flush();
    }
}
