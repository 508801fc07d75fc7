package dev.interlock.jdbc;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds a port for a server that opens it later, in another process or thread. The system gives the ports above
 * these to programs that ask for any, so one of those could be taken before the server opens it.
 */
public final class FreePort {

    private static final int FIRST = 20_000;
    private static final int COUNT = 10_000;
    private static final int TRIES = 1_000;

    private FreePort() {}

    /** A port of this machine at which no program listens. */
    public static int find() throws IOException {
        for (int i = 0; i < TRIES; i++) {
            int port = FIRST + ThreadLocalRandom.current().nextInt(COUNT);
            try {
                new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
                return port;
            } catch (IOException e) {
                // Taken.
            }
        }
        throw new IOException("no port is free from " + FIRST + " on");
    }
}
