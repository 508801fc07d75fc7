package dev.interlock.temporal;

import dev.interlock.call.ToolCall;
import dev.interlock.execution.CallScope;
import io.temporal.client.WorkflowClient;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A process with a worker of the order desk, whose services are in another process. To be killed. It begins when it is
 * told so by a line, and ends at the latest with the process that has started it.
 */
final class DeskWorker {

    private DeskWorker() {}

    /** Works until it is killed, or stopped; given the ports of the server and of the desk, and {@code decideLost}. */
    public static void main(String[] args) throws IOException {
        int desk = Integer.parseInt(args[1]);
        WorkflowServiceStubs server = WorkflowServiceStubs.newConnectedServiceStubs(
                WorkflowServiceStubsOptions.newBuilder()
                        .setTarget("127.0.0.1:" + args[0])
                        .build(),
                null);
        WorkerFactory factory = WorkerFactory.newInstance(WorkflowClient.newInstance(server), Rig.NOTHING_KEPT);
        Worker worker = factory.newWorker(Rig.QUEUE, Rig.PATIENT);
        TemporalRounds.builder(OrderDesk.tools(call -> ask(call, desk)))
                .heartbeatTimeout(Duration.ofSeconds(2))
                .decideLost(Boolean.parseBoolean(args[2]))
                .build()
                .registerWith(worker);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            factory.shutdownNow();
            factory.awaitTermination(5, TimeUnit.SECONDS);
        }));
        if (System.in.read() >= 0) {
            factory.start();
        }
        while (System.in.read() >= 0) {
            // Until that process is gone.
        }
        Runtime.getRuntime().halt(0);
    }

    /** By a channel, which an interrupt closes. */
    private static String ask(ToolCall call, int desk) throws IOException {
        try (SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), desk));
                PrintWriter out = new PrintWriter(Channels.newWriter(channel, StandardCharsets.UTF_8), true);
                BufferedReader in = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8))) {
            String key = CallScope.current().orElseThrow().idempotencyKey();
            out.println(key + " " + call.tool() + " " + call.arguments());
            String answer = in.readLine();
            if (answer == null) {
                throw new IOException("the desk has closed");
            }
            return answer;
        }
    }
}
