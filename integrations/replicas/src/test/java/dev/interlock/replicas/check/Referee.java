package dev.interlock.replicas.check;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Watches what replicas do, from outside: the bodies of their tools say, over a socket, that they begin and end, and
 * wait for the answer. It shares no code with the limits, and knows nothing of them: two bodies overlap if one begins
 * before the other has ended. Bodies of a replica that is dead have ended: its connection ends with it.
 *
 * <p>A body says {@code b <number> <tool> <r or w> <path>} and {@code e <number>}; the answer is the number. Another
 * line is kept as a message, without an answer.
 */
final class Referee implements AutoCloseable {

    private record Body(String tool, boolean writes, String path) {
        boolean conflictsWith(Body other) {
            return (writes || other.writes) && (isWithin(path, other.path) || isWithin(other.path, path));
        }

        private static boolean isWithin(String inner, String outer) {
            return (inner + "/").startsWith(outer + "/");
        }
    }

    private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Map<String, Integer> limits;
    private final int limitOfAll;
    private final boolean exclusive;

    // Guarded by this.
    private final Map<Object, Body> running = new HashMap<>();
    private final List<String> faults = new ArrayList<>();
    private final List<String> messages = new ArrayList<>();
    private final Map<String, Integer> most = new HashMap<>();
    private int ended;
    private int broken;

    /** {@code limits} by tool. */
    Referee(Map<String, Integer> limits, int limitOfAll, boolean exclusive) throws IOException {
        this.limits = limits;
        this.limitOfAll = limitOfAll;
        this.exclusive = exclusive;
        Thread thread = new Thread(this::accept, "referee");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return socket.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket replica = socket.accept();
                replica.setTcpNoDelay(true);
                Thread thread = new Thread(() -> listen(replica), "referee of a replica");
                thread.setDaemon(true);
                thread.start();
            }
        } catch (IOException e) {
            // It is closed.
        }
    }

    private void listen(Socket replica) {
        try (BufferedReader in =
                        new BufferedReader(new InputStreamReader(replica.getInputStream(), StandardCharsets.UTF_8));
                BufferedWriter out =
                        new BufferedWriter(new OutputStreamWriter(replica.getOutputStream(), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String answer = note(replica, line);
                if (answer != null) {
                    out.write(answer + "\n");
                    if (!in.ready()) {
                        out.flush();
                    }
                }
            }
        } catch (IOException e) {
            // It is dead.
        }
        forget(replica);
    }

    private record Key(Socket replica, String number) {}

    private synchronized String note(Socket replica, String line) {
        String[] words = line.split(" ", 5);
        if (words[0].equals("b")) {
            begin(new Key(replica, words[1]), new Body(words[2], words[3].equals("w"), words[4]));
            return words[1];
        }
        if (words[0].equals("e")) {
            ended += running.remove(new Key(replica, words[1])) == null ? 0 : 1;
            notifyAll();
            return words[1];
        }
        messages.add(line);
        notifyAll();
        return null;
    }

    private void begin(Key key, Body body) {
        if (exclusive) {
            running.values().stream()
                    .filter(body::conflictsWith)
                    .forEach(other -> faults.add(body + " began while ran " + other));
        }
        running.put(key, body);
        notifyAll();
        count("all calls", running.size(), limitOfAll);
        count(
                body.tool,
                (int) running.values().stream()
                        .filter(other -> other.tool.equals(body.tool))
                        .count(),
                limits.getOrDefault(body.tool, Integer.MAX_VALUE));
    }

    private void count(String what, int number, int limit) {
        most.merge(what, number, Math::max);
        if (number > limit) {
            faults.add(number + " of " + what + " ran at the same time, the limit is " + limit);
        }
    }

    private synchronized void forget(Socket replica) {
        int before = running.size();
        running.keySet().removeIf(key -> ((Key) key).replica.equals(replica));
        broken += before - running.size();
        notifyAll();
    }

    synchronized void awaitEnded(int count) throws InterruptedException {
        while (ended < count) {
            wait();
        }
    }

    synchronized int ended() {
        return ended;
    }

    /** How many bodies ran in replicas that were killed. */
    synchronized int broken() {
        return broken;
    }

    synchronized List<String> faults() {
        return List.copyOf(faults);
    }

    /** Waits until there is a fault with each of the texts. */
    synchronized void awaitFaults(String... texts) throws InterruptedException {
        while (!Arrays.stream(texts).allMatch(text -> faults.stream().anyMatch(fault -> fault.contains(text)))) {
            wait();
        }
    }

    synchronized Map<String, Integer> most() {
        return Map.copyOf(most);
    }

    synchronized List<String> messages() {
        return List.copyOf(messages);
    }

    synchronized List<String> awaitMessages(int count) throws InterruptedException {
        while (messages.size() < count) {
            wait();
        }
        return List.copyOf(messages);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
